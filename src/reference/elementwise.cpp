#include <algorithm>
#include <cmath>

#include "reference/operators.hpp"
#include "reference/quantized.hpp"

namespace mattock::reference {
namespace {

/// One operation on a number and its operand, in binary64. NaN passes through all of them.
struct Step {
  double x, operand;

  double operator()(const graph::Add&) const { return x + operand; }
  double operator()(const graph::Sub&) const { return x - operand; }
  double operator()(const graph::Mul&) const { return x * operand; }
  double operator()(const graph::Div&) const { return x / operand; }
  double operator()(const graph::Max&) const { return std::isnan(x) || x > operand ? x : operand; }
  double operator()(const graph::Neg&) const { return -x; }
  double operator()(const graph::Abs&) const { return std::abs(x); }
  double operator()(const graph::Relu&) const { return x < 0 ? 0 : x; }
  double operator()(const graph::Clip& op) const { return x < op.low ? op.low : (x > op.high ? op.high : x); }
  double operator()(const graph::LeakyRelu& op) const { return x < 0 ? x * op.slope : x; }
  double operator()(const graph::PRelu&) const { return x < 0 ? x * operand : x; }
};

}  // namespace

void apply(const graph::Elementwise& op, std::vector<double>& values, const std::vector<double>& operand) {
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = std::visit(Step{values[i], operand.empty() ? 0 : operand[i]}, op);
}

std::vector<double> softmax(const Operands& operands, const graph::Softmax& op) {
  std::vector<double> values = reals(operands.in(0), operands.data(0));
  const Shape& shape = operands.in(0).shape;
  const auto length = static_cast<std::size_t>(shape[op.axis]);
  const std::size_t inner = element_count(std::span(shape).subspan(op.axis + 1));
  for (std::size_t line = 0; line < values.size() / length; ++line) {
    const std::size_t base = line / inner * inner * length + line % inner;
    double largest = values[base];
    for (std::size_t i = 0; i < length; ++i) largest = std::max(largest, values[base + i * inner]);
    double sum = 0;
    for (std::size_t i = 0; i < length; ++i)
      sum += values[base + i * inner] = std::exp(values[base + i * inner] - largest);
    for (std::size_t i = 0; i < length; ++i) values[base + i * inner] /= sum;
  }
  return values;
}

}  // namespace mattock::reference
