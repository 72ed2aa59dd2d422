// Operators that move elements and compute nothing: Reshape, Cast, Expand, Transpose, Split, Concat.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/view.hpp"
#include "session/host/attributes.hpp"
#include "session/host/ops.hpp"

namespace mattock::session::host {
namespace {

/// Where the transposed tensor's dimensions come from: ONNX reverses them when no perm is given.
std::vector<std::int64_t> permutation_of(const container::Node& node, std::size_t rank) {
  if (!node.params.perm.empty()) return {node.params.perm.begin(), node.params.perm.end()};
  if (auto perm = integer_attribute(node.attributes, "perm")) return *perm;
  std::vector<std::int64_t> reversed(rank);
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  return reversed;
}

/// Errors when `parts`, laid behind one another along `axis`, are not `whole`.
Result<void> check_parts(const container::Node& node, std::span<const container::Tensor* const> parts,
                         const container::Tensor& whole, std::size_t axis) {
  Shape sum = whole.shape;
  sum[axis] = 0;
  for (const container::Tensor* part : parts) {
    Shape shape = part->shape;
    if (shape.size() != sum.size()) return bad_node(node, "the parts' ranks differ");
    sum[axis] += shape[axis];
    shape[axis] = sum[axis];
    if (shape != sum)
      return bad_node(node, fmt::format("part '{}' has shape {}, the whole {}", part->name, shape_text(part->shape),
                                        shape_text(whole.shape)));
  }
  if (sum != whole.shape)
    return bad_node(node, fmt::format("the parts make {}, the whole is {}", shape_text(sum), shape_text(whole.shape)));
  return {};
}

/// Some elements of a tensor: those of `shape` and `strides`, from `offset` in the memory on.
struct Part {
  std::size_t offset = 0;
  Shape shape;
  Strides strides;
};

Part whole_of(const Value& value) {
  return {value.offset, value.tensor->shape, dense_strides(value.tensor->dtype, value.tensor->shape)};
}

/// What has `shape` and begins `at` steps along the axis.
Part part_of(const Value& value, std::size_t axis, std::size_t at, const Shape& shape) {
  Part part = whole_of(value);
  part.offset += at * static_cast<std::size_t>(part.strides[axis]);
  part.shape = shape;
  return part;
}

/// Without dimensions of 1, which are never stepped along, and without a place.
template <class Byte>
BasicView<Byte> view_of(DType dtype, const Part& part) {
  BasicView<Byte> view{dtype, {}, {}, nullptr};
  for (std::size_t d = 0; d < part.shape.size(); ++d) {
    if (part.shape[d] == 1) continue;
    view.shape.push_back(part.shape[d]);
    view.strides.push_back(part.strides[d]);
  }
  return view;
}

/// The elements of a part of the operand, in a row, are the result.
Kernel moved(const container::Tensor& operand, const Part& part, const Value& result, Room& room) {
  // A row of its own where numbers change on the way.
  const bool same = same_numbers(operand, *result.tensor);
  const std::size_t bytes = element_count(part.shape) * element_bytes(operand.dtype);
  const Value row{&operand, same ? result.offset : room.take(bytes), bytes};
  return [=, &operand, view = view_of<const std::byte>(operand.dtype, part),
          offset = part.offset](std::span<std::byte> memory) mutable {
    view.data = memory.data() + offset;
    gather(view, 0, row.in(memory));
    if (!same) convert(operand, row.in(memory), *result.tensor, result.in(memory));
  };
}

/// The operand becomes a part of the result.
Kernel placed(const Value& operand, const container::Tensor& result, const Part& part, Room& room) {
  const bool same = same_numbers(*operand.tensor, result);
  const std::size_t bytes = element_count(part.shape) * element_bytes(result.dtype);
  const Value row{&result, same ? operand.offset : room.take(bytes), bytes};
  return [=, &result, view = view_of<std::byte>(result.dtype, part),
          offset = part.offset](std::span<std::byte> memory) mutable {
    if (!same) convert(*operand.tensor, operand.in(memory), result, row.in(memory));
    view.data = memory.data() + offset;
    scatter(row.in(memory), view, 0);
  };
}

/// One after the other.
Kernel all_of(std::vector<Kernel> kernels) {
  return [kernels = std::move(kernels)](std::span<std::byte> memory) {
    for (const Kernel& kernel : kernels) kernel(memory);
  };
}

}  // namespace

Result<void> check_copy(const container::Node& node, const Operands& operands) {
  const container::Tensor& in = *operands.inputs[0];
  const container::Tensor& out = *operands.outputs[0];
  if (element_count(in.shape) == element_count(out.shape)) return {};
  return bad_node(node, fmt::format("{} has not as many elements as {}", shape_text(in.shape), shape_text(out.shape)));
}

Kernel bind_copy(const Binding& bind) {
  return [in = bind.inputs[0], out = bind.outputs[0]](std::span<std::byte> memory) {
    convert(*in.tensor, in.in(memory), *out.tensor, out.in(memory));
  };
}

Result<void> check_expand(const container::Node& node, const Operands& operands) {
  const Shape& in = operands.inputs[0]->shape;
  const Shape& out = operands.outputs[0]->shape;
  bool fits = in.size() <= out.size();
  for (std::size_t i = 1; fits && i <= in.size(); ++i)
    fits = in[in.size() - i] == 1 || in[in.size() - i] == out[out.size() - i];
  if (fits) return {};
  return bad_node(node, fmt::format("{} does not expand to {}", shape_text(in), shape_text(out)));
}

Kernel bind_expand(const Binding& bind) {
  const Part whole = whole_of(bind.inputs[0]);
  const Shape& shape = bind.outputs[0].tensor->shape;
  Part repeated{whole.offset, shape, Strides(shape.size(), 0)};
  const std::size_t missing = shape.size() - whole.shape.size();
  for (std::size_t i = 0; i < whole.shape.size(); ++i)
    if (whole.shape[i] != 1) repeated.strides[missing + i] = whole.strides[i];
  return moved(*bind.inputs[0].tensor, repeated, bind.outputs[0], bind.room);
}

Result<void> check_transpose(const container::Node& node, const Operands& operands) {
  const Shape& in = operands.inputs[0]->shape;
  const auto permutation = permutation_of(node, in.size());
  std::vector<bool> seen(in.size());
  Shape expected;
  for (const std::int64_t axis : permutation) {
    if (axis < 0 || static_cast<std::size_t>(axis) >= in.size() || seen[static_cast<std::size_t>(axis)])
      return bad_node(node, fmt::format("perm is no permutation of {} dimensions", in.size()));
    seen[static_cast<std::size_t>(axis)] = true;
    expected.push_back(in[static_cast<std::size_t>(axis)]);
  }
  if (expected == operands.outputs[0]->shape) return {};
  return bad_node(node, fmt::format("{} transposed is {}, the output says {}", shape_text(in), shape_text(expected),
                                    shape_text(operands.outputs[0]->shape)));
}

Kernel bind_transpose(const Binding& bind) {
  const Part whole = whole_of(bind.inputs[0]);
  Part turned{whole.offset, {}, {}};
  for (const std::int64_t axis : permutation_of(bind.node, whole.shape.size())) {
    turned.shape.push_back(whole.shape[static_cast<std::size_t>(axis)]);
    turned.strides.push_back(whole.strides[static_cast<std::size_t>(axis)]);
  }
  return moved(*bind.inputs[0].tensor, turned, bind.outputs[0], bind.room);
}

Result<void> check_split(const container::Node& node, const Operands& operands) {
  const container::Tensor& whole = *operands.inputs[0];
  const auto axis = axis_of(node, whole.shape.size(), 0);
  if (!axis) return propagate(axis);
  return check_parts(node, operands.outputs, whole, *axis);
}

Kernel bind_split(const Binding& bind) {
  const Value& whole = bind.inputs[0];
  const std::size_t axis = *axis_of(bind.node, whole.tensor->shape.size(), 0);
  std::vector<Kernel> kernels;
  std::size_t at = 0;
  for (const Value& result : bind.outputs) {
    kernels.push_back(moved(*whole.tensor, part_of(whole, axis, at, result.tensor->shape), result, bind.room));
    at += static_cast<std::size_t>(result.tensor->shape[axis]);
  }
  return all_of(std::move(kernels));
}

Result<void> check_concat(const container::Node& node, const Operands& operands) {
  const container::Tensor& whole = *operands.outputs[0];
  const auto axis = axis_of(node, whole.shape.size(), 0);
  if (!axis) return propagate(axis);
  return check_parts(node, operands.inputs, whole, *axis);
}

Kernel bind_concat(const Binding& bind) {
  const Value& whole = bind.outputs[0];
  const std::size_t axis = *axis_of(bind.node, whole.tensor->shape.size(), 0);
  std::vector<Kernel> kernels;
  std::size_t at = 0;
  for (const Value& operand : bind.inputs) {
    kernels.push_back(placed(operand, *whole.tensor, part_of(whole, axis, at, operand.tensor->shape), bind.room));
    at += static_cast<std::size_t>(operand.tensor->shape[axis]);
  }
  return all_of(std::move(kernels));
}

}  // namespace mattock::session::host
