// Operators on each element.
#include <fmt/format.h>

#include <limits>

#include "onnx/operators.hpp"
#include "onnx/problem.hpp"

namespace mattock::onnx {
namespace {

Result<Value> unary(Node& node, graph::Op op) {
  if (auto ok = node.expect_floats(); !ok) return propagate(ok);
  return node.emit(std::move(op), {&node.in(0)}, node.in(0).dtype, node.in(0).shape);
}

Result<Value> binary(Node& node, graph::Op op, Value& a, Value& b, std::string_view part = {}) {
  auto shape = graph::broadcast(a.shape, b.shape);
  if (!shape)
    return fail(Code::kBadFile,
                fmt::format("shapes {} and {} do not broadcast", shape_text(a.shape), shape_text(b.shape)));
  return node.emit(std::move(op), {&a, &b}, a.dtype, std::move(*shape), part);
}

Result<Value> binary(Node& node, graph::Op op) {
  if (auto ok = node.expect_floats(); !ok) return propagate(ok);
  return binary(node, std::move(op), node.in(0), node.in(1));
}

/// A limit of Clip: an attribute before opset 11, an operand since. Left out it does not limit.
Result<double> limit(const Node& node, std::string_view name, std::size_t i, double none) {
  const auto attribute = node.number(name);
  if (!attribute) return propagate(attribute);
  if (*attribute && node.has_input(i))
    return fail(Code::kBadFile, fmt::format("'{}' is an attribute and an operand at once", name));
  if (!node.has_input(i)) return attribute->value_or(none);
  const Value& value = node.in(i);
  const Array* array = node.constant(value);
  if (array == nullptr)
    return fail(Code::kUnsupported, fmt::format("limit '{}' is computed when the model runs", shown(value.name)),
                "make it a constant, or use Max");
  if (array->size() != 1)
    return fail(Code::kBadFile,
                fmt::format("limit '{}' is {}, not a scalar", shown(value.name), shape_text(array->shape)));
  return element_as_double(*array, 0);
}

}  // namespace

Result<Value> read_add(Node& node) { return binary(node, graph::Add{}); }
Result<Value> read_sub(Node& node) { return binary(node, graph::Sub{}); }
Result<Value> read_mul(Node& node) { return binary(node, graph::Mul{}); }
Result<Value> read_div(Node& node) { return binary(node, graph::Div{}); }
Result<Value> read_neg(Node& node) { return unary(node, graph::Neg{}); }
Result<Value> read_abs(Node& node) { return unary(node, graph::Abs{}); }
Result<Value> read_relu(Node& node) { return unary(node, graph::Relu{}); }

// A chain of two operands each.
Result<Value> read_max(Node& node) {
  if (auto ok = node.expect_floats(); !ok) return propagate(ok);
  const std::size_t count = node.input_count();
  for (std::size_t i = 0; i < count; ++i)
    if (!node.has_input(i)) return fail(Code::kBadFile, fmt::format("operand {} is left out", i));
  if (count == 1) return node.reshaped(node.in(0), node.in(0).shape);
  Value largest;
  Value* so_far = &node.in(0);
  for (std::size_t i = 1; i < count; ++i) {
    const std::string part = i + 1 < count ? fmt::format("max{}", i) : "";
    auto next = binary(node, graph::Max{}, *so_far, node.in(i), part);
    if (!next || part.empty()) return next;
    largest = std::move(*next);
    so_far = &largest;
  }
  return fail(Code::kInternal, "Max without a last step");
}

Result<Value> read_clip(Node& node) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto low = limit(node, "min", 1, -kInfinity);
  if (!low) return propagate(low);
  const auto high = limit(node, "max", 2, kInfinity);
  if (!high) return propagate(high);
  if (!(*low <= *high))
    return fail(Code::kUnsupported, fmt::format("limits {} and {} are not in order", *low, *high), "exchange them");
  return unary(node, graph::Clip{*low, *high});
}

Result<Value> read_leaky_relu(Node& node) {
  constexpr double kDefault = 0.01f;  // as a float32, like an attribute
  const auto slope = node.number("alpha");
  if (!slope) return propagate(slope);
  return unary(node, graph::LeakyRelu{slope->value_or(kDefault)});
}

Result<Value> read_prelu(Node& node) {
  const Shape& shape = node.in(0).shape;
  if (graph::broadcast(shape, node.in(1).shape) != shape)
    return fail(Code::kBadFile,
                fmt::format("slopes {} do not broadcast to {}", shape_text(node.in(1).shape), shape_text(shape)));
  return binary(node, graph::PRelu{});
}

}  // namespace mattock::onnx
