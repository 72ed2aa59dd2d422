// The table of operators: what is covered, what a problem says, and what docs/support.md prints.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "onnx/node.hpp"
#include "onnx/support.hpp"

namespace mattock::onnx {

/// An operator that is read.
struct Operator {
  std::string_view name;
  std::size_t least_inputs, most_inputs;
  std::string_view attributes;  ///< those it may have, between blanks; of all versions
  std::string_view covers;      ///< one sentence for users
  /// The node's output, under any name. Errors: kUnsupported (a problem of the node), kBadFile.
  Result<Value> (*read)(Node& node);
};

/// An operator that is not, with the nearest thing that works.
struct Absent {
  std::string_view name;
  std::string_view way_out;
};

std::span<const Operator> operators();
const Operator* find_operator(std::string_view name);
bool takes_attribute(const Operator& row, std::string_view attribute);

std::span<const Absent> absent_operators();
/// For any operator that is not in operators().
std::string_view way_out_of(std::string_view name);

// The readers of the rows, by file.
Result<Value> read_matmul(Node& node);  // products.cpp
Result<Value> read_gemm(Node& node);
Result<Value> read_add(Node& node);  // elementwise.cpp
Result<Value> read_sub(Node& node);
Result<Value> read_mul(Node& node);
Result<Value> read_div(Node& node);
Result<Value> read_max(Node& node);
Result<Value> read_neg(Node& node);
Result<Value> read_abs(Node& node);
Result<Value> read_relu(Node& node);
Result<Value> read_clip(Node& node);
Result<Value> read_leaky_relu(Node& node);
Result<Value> read_prelu(Node& node);
Result<Value> read_constant(Node& node);  // movement.cpp
Result<Value> read_identity(Node& node);
Result<Value> read_cast(Node& node);
Result<Value> read_reshape(Node& node);
Result<Value> read_flatten(Node& node);
Result<Value> read_transpose(Node& node);
Result<Value> read_squeeze(Node& node);
Result<Value> read_unsqueeze(Node& node);
Result<Value> read_softmax(Node& node);  // softmax.cpp

}  // namespace mattock::onnx
