// ONNX to .rknn, the whole way on one screen: read, lower, emit and place, write, check.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "container/model.hpp"
#include "lower/lower.hpp"

namespace mattock::convert {

/// What --stop-after can name, in order.
enum class Stage { kGraph, kLowered, kModel, kFile };
Result<Stage> stage_of(std::string_view name);  ///< "graph", "lowered", "model", "file". Errors: kUsage
std::string_view name_of(Stage stage);

struct Options {
  std::string chip = "rk3566";
  bool allow_assumed = false;
  std::function<void(Stage)> progress;  ///< called as a stage begins; may be empty
};

struct Conversion {
  graph::Graph graph;    ///< its constants are shapes only once it is lowered
  lower::Module module;  ///< its constants have moved into the model
  container::Model model;
  std::vector<std::byte> file;
};

/// Everything from an ONNX file to the bytes of a model file, up to and with `last`. Errors: those of
/// onnx::read_graph, kUnsupported (a chip or a node, with its name), kInternal.
Result<Conversion> convert(const std::filesystem::path& onnx, const Options& options, Stage last = Stage::kFile);
Result<Conversion> convert(std::span<const std::byte> onnx, const std::filesystem::path& folder, const Options& options,
                           Stage last = Stage::kFile);

/// All nodes that keep a graph from becoming a model file for the chip; empty if it becomes one. What only the whole
/// shows (tasks that do not fit, say) has no node's name. The graph's constants may be moved away.
std::vector<lower::Refusal> refusals(graph::Graph graph, const hw::Chip& chip, bool allow_assumed);

/// convert() and a file at `rknn`, which appears whole or not at all. Also kBadInput when it cannot be written.
Result<void> convert_file(const std::filesystem::path& onnx, const std::filesystem::path& rknn, const Options& options);

/// A stage as text. kFile: the list of nodes and tasks (what `inspect` shows of it is the file's own business).
std::string explain(const Conversion& conversion, const hw::Chip& chip, Stage stage);

}  // namespace mattock::convert
