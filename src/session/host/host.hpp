// The operators a model file leaves to the CPU. They work on logical arrays; memory and layouts are the
// session's business.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/array.hpp"
#include "base/error.hpp"
#include "container/model.hpp"

namespace mattock::session::host {

/// An operand or a result: its declaration (shape, type, quantisation) and its numbers.
struct Value {
  const container::Tensor* tensor = nullptr;
  Array array;
};

/// Computes results from operands, always the same ones; allocates nothing.
using Kernel = std::function<void()>;

/// True for an operator of this name, whatever its parameters.
bool is_known(std::string_view op);

/// All names, as "Cast, Concat, ...".
std::string known_operators();

/// How many of the node's inputs carry data; the rest (target shapes, split sizes) repeat what the output
/// tensors say.
std::size_t data_inputs(const container::Node& node);

/// Whether run() can do this node: parameters are there and shapes agree. Errors: kBadFile, with the node's
/// name; kUnsupported for an operator that is not known.
Result<void> check(const container::Node& node, const container::Model& model);

/// A node with arrays for its operands and results, which run() reads and writes again and again.
class BoundNode {
 public:
  /// The node has passed check(); it and the model outlive this.
  BoundNode(const container::Node& node, const container::Model& model);
  BoundNode(BoundNode&&) noexcept = default;
  BoundNode& operator=(BoundNode&&) noexcept = default;

  /// The first data_inputs() of the node, to be filled before a run.
  std::span<Value> inputs() { return inputs_; }
  /// One per output tensor, of its type and shape.
  std::span<const Value> outputs() const { return outputs_; }

  void run() { kernel_(); }

 private:
  std::vector<Value> inputs_, outputs_;
  Kernel kernel_;  // holds addresses of values
};

/// Whether bits of one tensor mean the same numbers in the other: type and quantisation agree.
bool same_numbers(const container::Tensor& a, const container::Tensor& b);

/// Stores the numbers of `from` in `to`, which has as many elements: bits are kept where they mean the same numbers,
/// else each number is rounded once.
void convert(const container::Tensor& from_tensor, const Array& from, const container::Tensor& to_tensor, Array& to);

/// The number element `index` stands for: quantised types are (q - zero_point) * scale.
double real_value(const container::Tensor& tensor, const Array& array, std::size_t index);

/// Stores a number in an array of the tensor's type: rounded once, quantised types saturate.
void set_real_value(const container::Tensor& tensor, Array& array, std::size_t index, double value);

}  // namespace mattock::session::host
