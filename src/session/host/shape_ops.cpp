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

/// Without the dimensions of 1, which are never stepped along.
template <class Byte>
BasicView<Byte> squeezed(const BasicView<Byte>& view) {
  BasicView<Byte> squeezed{view.dtype, {}, {}, view.data};
  for (std::size_t d = 0; d < view.shape.size(); ++d) {
    if (view.shape[d] == 1) continue;
    squeezed.shape.push_back(view.shape[d]);
    squeezed.strides.push_back(view.strides[d]);
  }
  return squeezed;
}

/// The place of a part of `shape` that begins `at` steps along the axis of the whole.
template <class Byte>
BasicView<Byte> part_of(BasicView<Byte> whole, std::size_t axis, std::size_t at, const Shape& shape) {
  if (whole.data != nullptr) whole.data += static_cast<std::int64_t>(at) * whole.strides[axis];
  whole.shape = shape;
  return squeezed(whole);
}

/// The elements that `view` shows of the operand, in a row, are the result.
Kernel moved(const container::Tensor& operand, ArrayView view, Value& result) {
  if (same_numbers(operand, *result.tensor))
    return [view = std::move(view), &result] { gather(view, 0, result.array.data); };
  return [&operand, row = Array::zeros(view.dtype, view.shape), view = std::move(view), &result]() mutable {
    gather(view, 0, row.data);
    convert(operand, row, *result.tensor, result.array);
  };
}

/// The operand goes where `view` shows it of the result.
Kernel placed(const Value& operand, const container::Tensor& result, MutableView view) {
  if (same_numbers(*operand.tensor, result))
    return [&operand, view = std::move(view)] { scatter(operand.array.data, view, 0); };
  return [&operand, &result, row = Array::zeros(view.dtype, view.shape), view = std::move(view)]() mutable {
    convert(*operand.tensor, operand.array, result, row);
    scatter(row.data, view, 0);
  };
}

/// One after the other.
Kernel all_of(std::vector<Kernel> kernels) {
  return [kernels = std::move(kernels)] {
    for (const Kernel& kernel : kernels) kernel();
  };
}

}  // namespace

Result<void> check_copy(const container::Node& node, const Operands& operands) {
  const container::Tensor& in = *operands.inputs[0];
  const container::Tensor& out = *operands.outputs[0];
  if (element_count(in.shape) == element_count(out.shape)) return {};
  return bad_node(node, fmt::format("{} has not as many elements as {}", shape_text(in.shape), shape_text(out.shape)));
}

Kernel bind_copy(const container::Node&, Inputs inputs, Outputs outputs) {
  return [&in = inputs[0], &out = outputs[0]] { convert(*in.tensor, in.array, *out.tensor, out.array); };
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

Kernel bind_expand(const container::Node&, Inputs inputs, Outputs outputs) {
  ArrayView view = view_of(inputs[0].array);
  const Shape& shape = outputs[0].tensor->shape;
  const std::size_t missing = shape.size() - view.shape.size();
  Strides strides(shape.size(), 0);
  for (std::size_t i = 0; i < view.shape.size(); ++i)
    if (view.shape[i] != 1) strides[missing + i] = view.strides[i];
  view.shape = shape;
  view.strides = std::move(strides);
  return moved(*inputs[0].tensor, squeezed(view), outputs[0]);
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

Kernel bind_transpose(const container::Node& node, Inputs inputs, Outputs outputs) {
  const ArrayView from = view_of(inputs[0].array);
  ArrayView to{from.dtype, {}, {}, from.data};
  for (const std::int64_t axis : permutation_of(node, from.shape.size())) {
    to.shape.push_back(from.shape[static_cast<std::size_t>(axis)]);
    to.strides.push_back(from.strides[static_cast<std::size_t>(axis)]);
  }
  return moved(*inputs[0].tensor, squeezed(to), outputs[0]);
}

Result<void> check_split(const container::Node& node, const Operands& operands) {
  const container::Tensor& whole = *operands.inputs[0];
  const auto axis = axis_of(node, whole.shape.size(), 0);
  if (!axis) return propagate(axis);
  return check_parts(node, operands.outputs, whole, *axis);
}

Kernel bind_split(const container::Node& node, Inputs inputs, Outputs outputs) {
  const ArrayView whole = view_of(inputs[0].array);
  const std::size_t axis = *axis_of(node, whole.shape.size(), 0);
  std::vector<Kernel> kernels;
  std::size_t at = 0;
  for (Value& part : outputs) {
    kernels.push_back(moved(*inputs[0].tensor, part_of(whole, axis, at, part.tensor->shape), part));
    at += static_cast<std::size_t>(part.tensor->shape[axis]);
  }
  return all_of(std::move(kernels));
}

Result<void> check_concat(const container::Node& node, const Operands& operands) {
  const container::Tensor& whole = *operands.outputs[0];
  const auto axis = axis_of(node, whole.shape.size(), 0);
  if (!axis) return propagate(axis);
  return check_parts(node, operands.inputs, whole, *axis);
}

Kernel bind_concat(const container::Node& node, Inputs inputs, Outputs outputs) {
  const MutableView whole = view_of(outputs[0].array);
  const std::size_t axis = *axis_of(node, whole.shape.size(), 0);
  std::vector<Kernel> kernels;
  std::size_t at = 0;
  for (const Value& part : inputs) {
    kernels.push_back(placed(part, *outputs[0].tensor, part_of(whole, axis, at, part.tensor->shape)));
    at += static_cast<std::size_t>(part.tensor->shape[axis]);
  }
  return all_of(std::move(kernels));
}

}  // namespace mattock::session::host
