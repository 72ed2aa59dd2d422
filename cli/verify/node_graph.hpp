// One node of a model file as a small graph that the reference can evaluate, built from what the file says of
// it: shapes, types, quantizations, operator parameters and constants. Nothing is read from command words.
#pragma once

#include <optional>
#include <vector>

#include "base/error.hpp"
#include "container/model.hpp"
#include "graph/graph.hpp"
#include "verify/verify.hpp"

namespace mattock::verify {

struct NodeGraph {
  graph::Graph graph;
  std::vector<Array> inputs;         ///< for graph.inputs
  std::vector<std::size_t> outputs;  ///< model tensors that graph.outputs stand for
  bool exact = false;                ///< results must be equal; else integers may be one step off
};

/// Nothing if the file does not hold all parameters of the node. Errors: what the file says does not fit
/// together, or a value is missing in `values`.
Result<std::optional<NodeGraph>> node_graph(const container::Model& model, const container::Node& node,
                                            const TensorValues& values);

}  // namespace mattock::verify
