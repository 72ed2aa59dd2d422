// Graphs of one node, and arrays from numbers, for the tests of the reference.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <random>
#include <vector>

#include "base/bytes.hpp"
#include "graph/graph.hpp"
#include "reference/reference.hpp"

namespace mattock::test {

inline Array array_of(DType dtype, Shape shape, const std::vector<double>& values) {
  Array array = Array::zeros(dtype, std::move(shape));
  EXPECT_EQ(array.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) set_element(array, i, values[i]);
  return array;
}

inline std::vector<double> numbers(const Array& array) {
  std::vector<double> values(array.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = element_as_double(array, i);
  return values;
}

struct Operand {
  Array array;
  std::optional<graph::Quantization> quantization;
};

inline graph::Quantization per_tensor(double scale, std::int32_t zero_point) { return {{scale}, {zero_point}, 0}; }

struct Single {
  graph::Graph graph;
  std::vector<Array> inputs;
};

/// One node from all `operands` to a tensor of the given type and shape.
inline Single single(graph::Op op, const std::vector<Operand>& operands, DType dtype, Shape shape,
                     std::optional<graph::Quantization> quantization = {}, std::vector<graph::Fused> epilogue = {},
                     std::size_t node_inputs = 0) {
  Single made;
  graph::Node node{"node", std::move(op), {}, {operands.size()}, std::move(epilogue)};
  for (std::size_t i = 0; i < operands.size(); ++i) {
    made.graph.tensors.push_back({std::string("in").append(std::to_string(i)),
                                  operands[i].array.dtype,
                                  operands[i].array.shape,
                                  operands[i].quantization,
                                  {}});
    made.graph.inputs.push_back(i);
    made.inputs.push_back(operands[i].array);
    if (node_inputs == 0 || i < node_inputs) node.inputs.push_back(i);
  }
  made.graph.tensors.push_back({"out", dtype, std::move(shape), std::move(quantization), {}});
  made.graph.outputs = {operands.size()};
  made.graph.nodes.push_back(std::move(node));
  return made;
}

inline Array run(const Single& made, reference::Report* report = nullptr) {
  auto result = reference::evaluate(made.graph, made.inputs, report);
  if (!result) {
    ADD_FAILURE() << to_string(result.error());
    return Array::zeros(made.graph.tensors.back().dtype, made.graph.tensors.back().shape);
  }
  return result->at(0);
}

}  // namespace mattock::test
