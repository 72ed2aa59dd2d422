// Softmax: over one axis since opset 13; before, over all dimensions from the axis on, taken as one.
#include "onnx/operators.hpp"

namespace mattock::onnx {

Result<Value> read_softmax(Node& node) {
  constexpr std::int64_t kOneAxisSince = 13;
  if (auto ok = node.expect_floats(); !ok) return propagate(ok);
  const bool one_axis = node.opset() >= kOneAxisSince;
  const auto wanted = node.integer("axis");
  if (!wanted) return propagate(wanted);
  Value& x = node.in(0);
  const auto axis = from_front(wanted->value_or(one_axis ? -1 : 1), x.shape.size());
  if (!axis) return propagate(axis);
  if (one_axis || *axis + 1 == x.shape.size()) return node.emit(graph::Softmax{*axis}, {&x}, x.dtype, x.shape);

  const std::span dims(x.shape);
  Shape flat(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(*axis));
  flat.push_back(static_cast<std::int64_t>(element_count(dims.subspan(*axis))));
  auto lines = node.reshaped(x, flat, "flat");
  if (!lines) return lines;
  auto result = node.emit(graph::Softmax{*axis}, {&*lines}, x.dtype, std::move(flat), "softmax");
  if (!result) return result;
  return node.reshaped(*result, x.shape);
}

}  // namespace mattock::onnx
