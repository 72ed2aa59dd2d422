// One node of the file with its operands and attributes at hand, and the ways it enters the graph.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onnx/external.hpp"
#include "onnx/schema.hpp"
#include "onnx/scope.hpp"

namespace mattock::onnx {

class Node {
 public:
  /// `inputs` as the file lists them, null where one is left out; all known.
  Node(const schema::NodeProto& proto, std::int64_t opset, std::vector<Value*> inputs, Scope& scope,
       ExternalData& external)
      : proto_(proto), opset_(opset), inputs_(std::move(inputs)), scope_(scope), external_(external) {}

  std::int64_t opset() const { return opset_; }
  std::size_t input_count() const { return inputs_.size(); }
  bool has_input(std::size_t i) const { return i < inputs_.size() && inputs_[i] != nullptr; }
  Value& in(std::size_t i) const { return *inputs_[i]; }  ///< must be there
  const Array* constant(const Value& value) const { return scope_.constant_of(value); }

  /// An attribute, or nothing. Errors: kBadFile (it has another type).
  Result<std::optional<std::int64_t>> integer(std::string_view name) const;
  Result<std::optional<double>> number(std::string_view name) const;
  Result<std::optional<std::vector<std::int64_t>>> integers(std::string_view name) const;
  Result<std::optional<std::vector<double>>> numbers(std::string_view name) const;
  Result<std::optional<Array>> tensor(std::string_view name) const;

  /// The integers of a one-dimensional constant operand. Errors: kUnsupported (computed when the model runs, no int64).
  Result<std::vector<std::int64_t>> constant_integers(std::size_t i) const;
  /// `axes` or the like: an attribute in older versions, operand `i` in newer ones; nothing if neither is there.
  Result<std::optional<std::vector<std::int64_t>>> integers_or_operand(std::string_view name, std::size_t i) const;

  /// Errors: kUnsupported unless all operands are float32, or all float16.
  Result<void> expect_floats() const;

  /// Adds an operator to the graph. `part` names a helper's tensor; the node's last step leaves it empty.
  /// Errors: kBadFile (the shape is beyond the limits).
  Result<Value> emit(graph::Op op, std::vector<Value*> inputs, DType dtype, Shape shape, std::string_view part = {},
                     std::vector<graph::Fused> epilogue = {});
  /// A constant of the node's own.
  Result<Value> fold(Array array, std::string_view part = {});
  graph::TensorId id_of(Value& value) { return scope_.id_of(value); }

  /// The same elements in another shape, and with dimensions permuted; constants are folded.
  Result<Value> reshaped(Value& x, Shape shape, std::string_view part = {});
  Result<Value> transposed(Value& x, std::vector<std::size_t> perm, std::string_view part = {});

 private:
  const schema::AttributeProto* attribute(std::string_view name) const;
  std::string part_name(const std::string& name, std::string_view part) const;

  const schema::NodeProto& proto_;
  std::int64_t opset_;
  std::vector<Value*> inputs_;
  Scope& scope_;
  ExternalData& external_;
};

/// The node's name, or that of its output if it has none.
const std::string& name_of(const schema::NodeProto& proto);

/// `axis` counted from the front. Errors: kBadFile (outside [-rank, rank)).
Result<std::size_t> from_front(std::int64_t axis, std::size_t rank);

}  // namespace mattock::onnx
