// Accepts a graph or names the node that is wrong. Whoever makes or changes a graph calls it; later stages
// rely on what it promises.
#pragma once

#include "base/error.hpp"
#include "graph/graph.hpp"

namespace mattock::graph {

/// Promises: every index in range; every tensor a graph input, a constant or written by exactly one earlier
/// node; operand counts, shapes, types and quantizations fit the operators. Errors: kBadInput.
Result<void> check(const Graph& graph);

/// The part of check() that looks at one node: operand counts, shapes and types (indices must be in range).
Result<void> check_node(const Graph& graph, const Node& node);

}  // namespace mattock::graph
