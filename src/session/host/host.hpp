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

/// An operand or a result: its declaration (shape, type, quantisation), and where its numbers lie in the memory of a
/// run, row-major and without gaps.
struct Value {
  const container::Tensor* tensor = nullptr;
  std::size_t offset = 0, bytes = 0;

  std::span<std::byte> in(std::span<std::byte> memory) const { return memory.subspan(offset, bytes); }
};

/// Computes results from operands, both in `memory`; allocates nothing.
using Kernel = std::function<void(std::span<std::byte> memory)>;

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

/// A node with its operator prepared. Nodes run one after the other in the same memory.
class BoundNode {
 public:
  /// The node has passed check(); the model outlives this.
  BoundNode(const container::Node& node, const container::Model& model);

  /// Bytes of memory that run() needs.
  std::size_t bytes() const { return bytes_; }
  /// The first data_inputs() of the node, to be filled before a run.
  std::span<const Value> inputs() const { return inputs_; }
  /// One per output tensor.
  std::span<const Value> outputs() const { return outputs_; }

  void run(std::span<std::byte> memory) const { kernel_(memory); }

 private:
  std::size_t bytes_ = 0;
  std::vector<Value> inputs_, outputs_;
  Kernel kernel_;
};

/// Whether bits of one tensor mean the same numbers in the other: type and quantisation agree.
bool same_numbers(const container::Tensor& a, const container::Tensor& b);

/// Stores the numbers of `from` in `to`, which has as many elements: bits are kept where they mean the same numbers,
/// else each number is rounded once.
void convert(const container::Tensor& from_tensor, std::span<const std::byte> from, const container::Tensor& to_tensor,
             std::span<std::byte> to);

/// The number element `index` stands for: quantised types are (q - zero_point) * scale.
double real_value(const container::Tensor& tensor, std::span<const std::byte> data, std::size_t index);

/// Stores a number as the tensor's type: rounded once, quantised types saturate.
void set_real_value(const container::Tensor& tensor, std::span<std::byte> data, std::size_t index, double value);

}  // namespace mattock::session::host
