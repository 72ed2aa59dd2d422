// The operators a model file leaves to the CPU. They work on logical arrays; memory and layouts are the
// session's business.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/array.hpp"
#include "base/error.hpp"
#include "container/model.hpp"

namespace mattock::session::host {

/// An operand: its declaration (shape, type, quantisation) and its numbers.
struct Value {
  const container::Tensor* tensor = nullptr;
  Array array;
};

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

/// The node's results, one per output tensor and of its type and shape. The node has passed check(), `inputs`
/// are its first data_inputs().
std::vector<Array> run(const container::Node& node, std::span<const Value> inputs,
                       std::span<const container::Tensor* const> outputs);

/// `array`, an array of `from`'s type, as `to` would hold the same numbers: bits are kept where type and
/// quantisation agree, else each number is rounded once.
Array convert(Array array, const container::Tensor& from, const container::Tensor& to);

/// The number element `index` stands for: quantised types are (q - zero_point) * scale.
double real_value(const container::Tensor& tensor, const Array& array, std::size_t index);

/// Stores a number in an array of the tensor's type: rounded once, quantised types saturate.
void set_real_value(const container::Tensor& tensor, Array& array, std::size_t index, double value);

}  // namespace mattock::session::host
