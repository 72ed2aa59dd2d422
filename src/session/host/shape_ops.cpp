// Operators that move elements and compute nothing: Reshape, Cast, Expand, Transpose, Split, Concat.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>

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

/// Copies a part between its own array and its place along the axis of the whole.
void copy_part(Array& part, Array& whole, std::size_t axis, std::size_t at, bool into_whole) {
  const AxisView small = view_along(part.shape, axis);
  const AxisView large = view_along(whole.shape, axis);
  const std::size_t size = element_bytes(whole.dtype);
  const std::size_t run = small.length * small.inner * size;
  for (std::size_t o = 0; o < small.outer; ++o) {
    std::byte* in_part = part.data.data() + o * run;
    std::byte* in_whole = whole.data.data() + (o * large.length + at) * large.inner * size;
    if (into_whole)
      std::copy_n(in_part, run, in_whole);
    else
      std::copy_n(in_whole, run, in_part);
  }
}

}  // namespace

Result<void> check_copy(const container::Node& node, const Operands& operands) {
  const container::Tensor& in = *operands.inputs[0];
  const container::Tensor& out = *operands.outputs[0];
  if (element_count(in.shape) == element_count(out.shape)) return {};
  return bad_node(node, fmt::format("{} has not as many elements as {}", shape_text(in.shape), shape_text(out.shape)));
}

std::vector<Array> run_copy(const container::Node&, std::span<const Value> inputs, Outputs outputs) {
  return {convert(inputs[0].array, *inputs[0].tensor, *outputs[0])};
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

std::vector<Array> run_expand(const container::Node&, std::span<const Value> inputs, Outputs outputs) {
  Array from = convert(inputs[0].array, *inputs[0].tensor, *inputs[0].tensor);
  ArrayView view = view_of(from);
  const std::size_t rank = outputs[0]->shape.size(), missing = rank - view.shape.size();
  Strides strides(rank, 0);
  for (std::size_t i = 0; i < view.shape.size(); ++i)
    if (view.shape[i] != 1) strides[missing + i] = view.strides[i];
  view.shape = outputs[0]->shape;
  view.strides = strides;
  Array all = Array::zeros(from.dtype, outputs[0]->shape);
  gather(view, 0, all.data);
  return {convert(std::move(all), *inputs[0].tensor, *outputs[0])};
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

std::vector<Array> run_transpose(const container::Node& node, std::span<const Value> inputs, Outputs outputs) {
  const Array& in = inputs[0].array;
  const std::size_t rank = in.shape.size();
  const std::size_t size = element_bytes(in.dtype);
  const auto permutation = permutation_of(node, rank);

  std::vector<std::size_t> in_strides(rank, size);  // bytes
  for (std::size_t d = rank; d-- > 1;) in_strides[d - 1] = in_strides[d] * static_cast<std::size_t>(in.shape[d]);
  Array moved = Array::zeros(in.dtype, outputs[0]->shape);
  std::vector<std::size_t> strides(rank);
  for (std::size_t d = 0; d < rank; ++d) strides[d] = in_strides[static_cast<std::size_t>(permutation[d])];

  std::vector<std::int64_t> index(rank, 0);
  std::size_t from = 0;
  for (std::size_t i = 0; i < moved.size(); ++i) {
    std::memcpy(moved.data.data() + i * size, in.data.data() + from, size);
    for (std::size_t d = rank; d-- > 0;) {  // the next index, last dimension first
      from += strides[d];
      if (++index[d] < moved.shape[d]) break;
      from -= strides[d] * static_cast<std::size_t>(moved.shape[d]);
      index[d] = 0;
    }
  }
  return {convert(std::move(moved), *inputs[0].tensor, *outputs[0])};
}

Result<void> check_split(const container::Node& node, const Operands& operands) {
  const container::Tensor& whole = *operands.inputs[0];
  const auto axis = axis_of(node, whole.shape.size(), 0);
  if (!axis) return propagate(axis);
  return check_parts(node, operands.outputs, whole, *axis);
}

std::vector<Array> run_split(const container::Node& node, std::span<const Value> inputs, Outputs outputs) {
  Array whole = inputs[0].array;
  const std::size_t axis = *axis_of(node, whole.shape.size(), 0);
  std::vector<Array> results;
  std::size_t at = 0;
  for (const container::Tensor* output : outputs) {
    Array part = Array::zeros(whole.dtype, output->shape);
    copy_part(part, whole, axis, at, false);
    at += static_cast<std::size_t>(output->shape[axis]);
    results.push_back(convert(std::move(part), *inputs[0].tensor, *output));
  }
  return results;
}

Result<void> check_concat(const container::Node& node, const Operands& operands) {
  const container::Tensor& whole = *operands.outputs[0];
  const auto axis = axis_of(node, whole.shape.size(), 0);
  if (!axis) return propagate(axis);
  return check_parts(node, operands.inputs, whole, *axis);
}

std::vector<Array> run_concat(const container::Node& node, std::span<const Value> inputs, Outputs outputs) {
  Array whole = Array::zeros(outputs[0]->dtype, outputs[0]->shape);
  const std::size_t axis = *axis_of(node, whole.shape.size(), 0);
  std::size_t at = 0;
  for (const Value& input : inputs) {
    container::Tensor target = *outputs[0];  // the whole's type and quantisation, the part's shape
    target.shape = input.tensor->shape;
    Array part = convert(input.array, *input.tensor, target);
    copy_part(part, whole, axis, at, true);
    at += static_cast<std::size_t>(part.shape[axis]);
  }
  return {std::move(whole)};
}

}  // namespace mattock::session::host
