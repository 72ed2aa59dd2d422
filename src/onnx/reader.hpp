// ONNX files (binary protobuf, opset 7 to 21, external data) to a graph. Constants are folded as far as shapes and
// weights need it; operators.hpp has the table of what is covered. All functions may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "graph/graph.hpp"
#include "onnx/problem.hpp"

namespace mattock::onnx {

struct Reading {
  std::int64_t opset = 0;
  std::size_t nodes = 0;          ///< as the file counts them
  std::vector<Problem> problems;  ///< in the file's order; empty: the graph is whole
  graph::Graph graph;             ///< passes graph::check; meaningless if there are problems
};

/// Reads a model and collects what is not supported. `folder` holds external data; it is the model file's, or empty
/// if there is none (external data are refused then). Errors: kBadFile (not ONNX, damaged, contradicts itself),
/// kUnsupported (opset), kNotFound and kBadFile (external data). Never reads outside `folder`.
Result<Reading> read(std::span<const std::byte> bytes, const std::filesystem::path& folder);

/// The same for a file; the error names it.
Result<Reading> read_file(const std::filesystem::path& path);

/// The graph, or one error: those of read(), or kUnsupported with all problems.
Result<graph::Graph> read_graph(std::span<const std::byte> bytes, const std::filesystem::path& folder);

}  // namespace mattock::onnx
