// The single operators behind host.hpp's table. `check_...` says whether the declared shapes and parameters
// agree; `bind_...` may then rely on it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "container/model.hpp"
#include "session/host/host.hpp"

namespace mattock::session::host {

/// Declared operands of a node: data inputs and outputs.
struct Operands {
  std::vector<const container::Tensor*> inputs, outputs;
};

/// The memory of a run, as it is given out.
class Room {
 public:
  /// The offset of so many bytes.
  std::size_t take(std::size_t bytes);
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

/// A node whose kernel is made: what it needs beside its operands and results comes from `room`.
struct Binding {
  const container::Node& node;
  std::span<const Value> inputs, outputs;
  Room& room;
};

/// Reshape, Cast: the same elements in the same order.
Result<void> check_copy(const container::Node& node, const Operands& operands);
Kernel bind_copy(const Binding& bind);

/// Expand: dimensions of 1, and those missing in front, are repeated.
Result<void> check_expand(const container::Node& node, const Operands& operands);
Kernel bind_expand(const Binding& bind);

Result<void> check_transpose(const container::Node& node, const Operands& operands);
Kernel bind_transpose(const Binding& bind);

Result<void> check_split(const container::Node& node, const Operands& operands);
Kernel bind_split(const Binding& bind);

Result<void> check_concat(const container::Node& node, const Operands& operands);
Kernel bind_concat(const Binding& bind);

/// exSoftmax13: along one axis, exp(x - max) / sum in binary64, rounded once.
Result<void> check_softmax(const container::Node& node, const Operands& operands);
Kernel bind_softmax(const Binding& bind);

/// The node's axis, counted from the front: from its parameters, else its attributes, else `otherwise`.
/// Errors: kBadFile when it is not one of `rank`.
Result<std::size_t> axis_of(const container::Node& node, std::size_t rank, std::int64_t otherwise);

/// "node 'x' (Op): what", code kBadFile.
tl::unexpected<Error> bad_node(const container::Node& node, const std::string& what);

/// [outer][axis][inner]: a shape seen from one of its axes.
struct AxisView {
  std::size_t outer = 1, length = 1, inner = 1;
};
AxisView view_along(const Shape& shape, std::size_t axis);

}  // namespace mattock::session::host
