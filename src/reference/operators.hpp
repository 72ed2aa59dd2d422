// The operators, each from arrays to real numbers or arrays. Private to the room; evaluate.cpp joins them.
#pragma once

#include <span>
#include <vector>

#include "graph/graph.hpp"
#include "reference/reference.hpp"

namespace mattock::reference {

/// A node's operands: what the tensors declare and what they hold now.
struct Operands {
  const graph::Graph& graph;
  const graph::Node& node;
  std::span<const Array> values;

  const graph::Tensor& in(std::size_t i) const { return graph.tensors[node.inputs[i]]; }
  const Array& data(std::size_t i) const { return values[node.inputs[i]]; }
  const graph::Tensor& out(std::size_t i) const { return graph.tensors[node.outputs[i]]; }
};

/// Unrounded results of the first output, row-major; `wrapped` counts accumulators that left int32.
std::vector<double> matmul(const Operands& operands, std::uint64_t& wrapped);
std::vector<double> conv(const Operands& operands, const graph::Conv& op, std::uint64_t& wrapped);
std::vector<double> conv_transpose(const Operands& operands, const graph::ConvTranspose& op, std::uint64_t& wrapped);

/// `operand` must be as long as `values` where the operation has one, else it is not read.
void apply(const graph::Elementwise& op, std::vector<double>& values, const std::vector<double>& operand);

/// The real numbers of a tensor, repeated to `shape` as NumPy broadcasts.
std::vector<double> broadcast_reals(const graph::Tensor& tensor, const Array& data, const Shape& shape);

std::vector<double> softmax(const Operands& operands, const graph::Softmax& op);

std::vector<Array> reshape(const Operands& operands);
std::vector<Array> transpose(const Operands& operands, const graph::Transpose& op);
std::vector<Array> split(const Operands& operands, const graph::Split& op);
std::vector<Array> concat(const Operands& operands, const graph::Concat& op);

}  // namespace mattock::reference
