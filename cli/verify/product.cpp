#include "verify/product.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "graph/graph.hpp"
#include "reference/reference.hpp"

namespace mattock::verify {
namespace {

Array absolute(const Array& array) {
  Array result = converted(array, DType::kFloat32);
  for (std::size_t i = 0; i < result.size(); ++i) set_element(result, i, std::abs(element_as_double(result, i)));
  return result;
}

Array with_shape(Array array, Shape shape) {
  array.shape = std::move(shape);
  return array;
}

/// The graph's MatMul wants matrices: a vector becomes a row or a column.
Shape matrix_shape(const Shape& shape, bool left) {
  if (shape.size() != 1) return shape;
  return left ? Shape{1, shape[0]} : Shape{shape[0], 1};
}

Result<Array> reference_product(const Array& a, const Array& b, DType out) {
  const Array left = with_shape(a, matrix_shape(a.shape, true)), right = with_shape(b, matrix_shape(b.shape, false));
  graph::Graph graph;
  const auto batch = graph::broadcast(Shape(left.shape.begin(), left.shape.end() - 2),
                                      Shape(right.shape.begin(), right.shape.end() - 2));
  Shape shape = batch.value_or(Shape{});
  shape.push_back(left.shape[left.shape.size() - 2]);
  shape.push_back(right.shape.back());
  graph.tensors = {
      {"a", left.dtype, left.shape, {}, {}}, {"b", right.dtype, right.shape, {}, {}}, {"c", out, shape, {}, {}}};
  graph.nodes = {{"product", graph::MatMul{}, {0, 1}, {2}, {}}};
  graph.inputs = {0, 1};
  graph.outputs = {2};
  auto result = reference::evaluate(graph, std::vector{left, right});
  if (!result) return propagate(result);
  return std::move(result->front());
}

}  // namespace

Result<ProductVerdict> verify_product(const Array& a, const Array& b, const Array& c, bool int8, std::size_t parts) {
  ProductVerdict verdict;
  verdict.elements = c.size();
  if (a.size() == 0 || b.size() == 0) return verdict;
  const DType element = int8 ? DType::kInt8 : DType::kFloat16;
  const Array left = converted(a, element), right = converted(b, element);
  const auto expected = reference_product(left, right, c.dtype);
  if (!expected) return propagate(expected);
  const auto absolutes = reference_product(absolute(left), absolute(right), DType::kFloat32);
  if (!absolutes) return propagate(absolutes);
  for (std::size_t i = 0; i < c.size(); ++i) {
    const double found = element_as_double(c, i), wanted = element_as_double(*expected, i);
    if (found == wanted || (std::isnan(found) && std::isnan(wanted))) continue;
    ++verdict.differing;
    const double rounding =
        c.dtype == DType::kFloat16 ? std::max(0x1p-24, std::abs(wanted) * 0x1p-10) : std::abs(wanted) * 0x1p-23;
    const double sums = static_cast<double>(parts) * 0x1p-24 * element_as_double(*absolutes, i);
    const double allowed = int8 || parts == 1 ? 0 : rounding + sums;
    const double difference = std::abs(found - wanted);
    if (!(difference <= allowed)) ++verdict.beyond;
    if (!(difference <= verdict.worst)) {
      verdict.worst = difference;
      verdict.allowed = allowed;
    }
  }
  return verdict;
}

std::string to_text(const ProductVerdict& verdict) {
  std::string text = fmt::format("verified on the CPU: {} of {} elements equal", verdict.elements - verdict.differing,
                                 verdict.elements);
  if (verdict.differing > 0)
    text += fmt::format(", {} beyond what rounding allows; worst difference {:.3g} of {:.3g}", verdict.beyond,
                        verdict.worst, verdict.allowed);
  return text;
}

nlohmann::json to_json(const ProductVerdict& verdict) {
  return {{"elements", verdict.elements},
          {"differing", verdict.differing},
          {"beyond", verdict.beyond},
          {"worst", verdict.worst},
          {"allowed", verdict.allowed}};
}

}  // namespace mattock::verify
