// The tensors known so far while a file's nodes are read in order, and the graph that grows from them. A constant
// enters the graph when a node uses it there, so shapes and weights that were folded away leave nothing behind.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/array.hpp"
#include "base/error.hpp"
#include "graph/graph.hpp"

namespace mattock::onnx {

/// A tensor under its name in the file.
struct Value {
  std::string name{};
  DType dtype = DType::kFloat32;
  Shape shape{};
  std::optional<Array> constant{};      ///< until the graph takes it over
  std::optional<graph::TensorId> id{};  ///< its place in the graph, if it has one
  bool known = true;                    ///< false: nothing but the name, it follows from a problem
};

class Scope {
 public:
  /// Null if nothing has that name. Values stay where they are.
  Value* find(const std::string& name);

  /// Errors: kBadFile (the name is taken).
  Result<Value*> define(Value value);

  /// The value's tensor in the graph, made if need be. The value must be known.
  graph::TensorId id_of(Value& value);

  /// Its array, wherever it is now; null if it is computed when the model runs.
  const Array* constant_of(const Value& value) const;

  /// Room for folded constants: a few times the file, so that no small file can fill the memory.
  void set_budget(std::size_t bytes) { budget_ = bytes; }
  /// Errors: kUnsupported (the budget is spent).
  Result<void> spend(std::size_t bytes);

  graph::Graph graph;

 private:
  std::unordered_map<std::string, Value> values_;
  std::size_t budget_ = 0, spent_ = 0;
};

}  // namespace mattock::onnx
