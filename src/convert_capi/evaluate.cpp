// ONNX models evaluated by the reference, through the C interface.
#include <mattock/convert.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "capi/arrays.hpp"
#include "capi/call.hpp"
#include "onnx/reader.hpp"
#include "reference/reference.hpp"

using namespace mattock;
using namespace mattock::capi;

namespace {

/// The caller's numbers in the types of the graph's inputs; counts and shapes are the reference's to judge.
Outcome<std::vector<Array>> inputs_of(const graph::Graph& graph, const mattock_array* inputs, size_t count) {
  const auto given = input_arrays(inputs, count);
  if (!given) return hand_on(given);
  std::vector<Array> arrays;
  for (std::size_t i = 0; i < given->size(); ++i) {
    const ArrayView& view = (*given)[i].view;
    Array array{view.dtype, view.shape, std::vector<std::byte>(view.bytes())};
    gather(view, 0, array.data);
    arrays.push_back(i < graph.inputs.size() ? converted(array, graph.tensors[graph.inputs[i]].dtype)
                                             : std::move(array));
  }
  return arrays;
}

void show_all(const graph::Graph& graph, const std::vector<Array>& values, mattock_visitor visit, void* user) {
  std::vector<graph::TensorId> order = graph.inputs;
  for (const graph::Node& node : graph.nodes) order.insert(order.end(), node.outputs.begin(), node.outputs.end());
  for (const graph::TensorId output : graph.outputs)
    if (std::ranges::find(order, output) == order.end()) order.push_back(output);
  for (const graph::TensorId id : order) show(visit, user, graph.tensors[id].name, values[id]);
}

}  // namespace

mattock_status mattock_evaluate(const void* onnx, size_t onnx_bytes, const char* folder, const mattock_array* inputs,
                                size_t input_count, mattock_visitor visit, void* user, mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    if (const auto there = require(onnx, "onnx"); !there) return there;
    if (visit == nullptr) return refuse(MATTOCK_USAGE, "visit is NULL");
    const std::span<const std::byte> bytes{static_cast<const std::byte*>(onnx), onnx_bytes};
    const auto graph = onnx::read_graph(bytes, folder == nullptr ? "" : folder);
    if (!graph) return refuse(graph);
    const auto arrays = inputs_of(*graph, inputs, input_count);
    if (!arrays) return hand_on(arrays);
    const auto values = reference::evaluate_all(*graph, *arrays);
    if (!values) return refuse(values);
    show_all(*graph, *values, visit, user);
    return {};
  });
}
