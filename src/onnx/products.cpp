// MatMul and Gemm.
#include <fmt/format.h>

#include "onnx/operators.hpp"
#include "onnx/problem.hpp"

namespace mattock::onnx {
namespace {

constexpr std::size_t kMaxMatMulRank = 4;

tl::unexpected<Error> do_not_fit(const Shape& a, const Shape& b) {
  return fail(Code::kBadFile, fmt::format("shapes {} and {} do not multiply", shape_text(a), shape_text(b)));
}

/// The shape of a product of operands with two dimensions or more.
Result<Shape> product_shape(const Shape& a, const Shape& b) {
  auto shape = graph::broadcast(Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2));
  if (!shape || a.back() != b[b.size() - 2]) return do_not_fit(a, b);
  shape->insert(shape->end(), {a[a.size() - 2], b.back()});
  return *shape;
}

Result<double> factor(const Node& node, std::string_view name) {
  const auto value = node.number(name);
  if (!value) return propagate(value);
  return value->value_or(1);
}

/// A Gemm operand, turned into `turned` if its attribute says so.
Result<Value*> matrix(Node& node, std::size_t i, std::string_view attribute, std::string_view part, Value& turned) {
  const auto turn = node.integer(attribute);
  if (!turn) return propagate(turn);
  if (node.in(i).shape.size() != 2)
    return fail(Code::kBadFile,
                fmt::format("operand '{}' is {}, not a matrix", shown(node.in(i).name), shape_text(node.in(i).shape)));
  if (turn->value_or(0) == 0) return &node.in(i);
  auto made = node.transposed(node.in(i), {1, 0}, part);
  if (!made) return propagate(made);
  turned = std::move(*made);
  return &turned;
}

/// beta * C.
Result<Value> scaled(Node& node, Value& c, double beta) {
  if (const Array* array = node.constant(c)) {
    Array product = Array::zeros(array->dtype, array->shape);
    for (std::size_t i = 0; i < array->size(); ++i) set_element(product, i, element_as_double(*array, i) * beta);
    return node.fold(std::move(product), "beta_c");
  }
  Array number = Array::zeros(c.dtype, {});
  set_element(number, 0, beta);
  auto factor = node.fold(std::move(number), "beta");
  if (!factor) return factor;
  return node.emit(graph::Mul{}, {&c, &*factor}, c.dtype, c.shape, "beta_c");
}

}  // namespace

// Vectors are matrices of one row or column while they are multiplied.
Result<Value> read_matmul(Node& node) {
  if (auto ok = node.expect_floats(); !ok) return propagate(ok);
  const Shape a_shape = node.in(0).shape;
  const Shape b_shape = node.in(1).shape;
  for (const Shape* shape : {&a_shape, &b_shape})
    if (shape->empty() || shape->size() > kMaxMatMulRank)
      return fail(Code::kUnsupported,
                  fmt::format("multiplies {} by {}; operands have 1 to {} dimensions", shape_text(a_shape),
                              shape_text(b_shape), kMaxMatMulRank),
                  "Reshape the leading dimensions into one");
  Value* a = &node.in(0);
  Value* b = &node.in(1);
  const bool a_vector = a_shape.size() == 1;
  const bool b_vector = b_shape.size() == 1;
  Value row, column;
  if (a_shape.back() != b_shape[b_vector ? 0 : b_shape.size() - 2]) return do_not_fit(a_shape, b_shape);
  if (a_vector) {
    auto turned = node.reshaped(*a, {1, a_shape[0]}, "row");
    if (!turned) return turned;
    row = std::move(*turned);
    a = &row;
  }
  if (b_vector) {
    auto turned = node.reshaped(*b, {b_shape[0], 1}, "column");
    if (!turned) return turned;
    column = std::move(*turned);
    b = &column;
  }
  auto shape = product_shape(a->shape, b->shape);
  if (!shape) return propagate(shape);
  if (!a_vector && !b_vector) return node.emit(graph::MatMul{}, {a, b}, a->dtype, std::move(*shape));
  auto product = node.emit(graph::MatMul{}, {a, b}, a->dtype, *shape, "product");
  if (!product) return product;
  if (b_vector) shape->pop_back();
  if (a_vector) shape->erase(shape->end() - (b_vector ? 1 : 2));
  return node.reshaped(*product, std::move(*shape));
}

// alpha * A' * B' + beta * C: alpha and C are steps of the product, so that it rounds once.
Result<Value> read_gemm(Node& node) {
  if (auto ok = node.expect_floats(); !ok) return propagate(ok);
  const auto alpha = factor(node, "alpha");
  if (!alpha) return propagate(alpha);
  const auto beta = factor(node, "beta");
  if (!beta) return propagate(beta);
  Value turned_a, turned_b;
  const auto a = matrix(node, 0, "transA", "a", turned_a);
  if (!a) return propagate(a);
  const auto b = matrix(node, 1, "transB", "b", turned_b);
  if (!b) return propagate(b);
  const auto shape = product_shape((*a)->shape, (*b)->shape);
  if (!shape) return propagate(shape);

  std::vector<graph::Fused> steps;
  Value alpha_value, scaled_c;
  if (*alpha != 1) {
    Array number = Array::zeros(DType::kFloat32, {});  // exactly the attribute
    set_element(number, 0, *alpha);
    auto folded = node.fold(std::move(number), "alpha");
    if (!folded) return folded;
    alpha_value = std::move(*folded);
    steps.push_back({graph::Mul{}, node.id_of(alpha_value)});
  }
  if (node.has_input(2) && *beta != 0) {
    Value* c = &node.in(2);
    if (graph::broadcast(c->shape, *shape) != *shape)
      return fail(Code::kBadFile,
                  fmt::format("C {} does not broadcast to {}", shape_text(c->shape), shape_text(*shape)));
    if (*beta != 1) {
      auto product = scaled(node, *c, *beta);
      if (!product) return product;
      scaled_c = std::move(*product);
      c = &scaled_c;
    }
    steps.push_back({graph::Add{}, node.id_of(*c)});
  }
  return node.emit(graph::MatMul{}, {*a, *b}, (*a)->dtype, *shape, "", std::move(steps));
}

}  // namespace mattock::onnx
