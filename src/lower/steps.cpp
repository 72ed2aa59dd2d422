#include "lower/steps.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mattock::lower {
namespace {

double same(double x) { return x; }
double negated(double x) { return -x; }
double inverse(double x) { return 1 / x; }

Operand changed(Operand operand, double (*change)(double)) {
  for (double& value : operand.values) value = change(value);
  return operand;
}

using Steps = std::optional<std::vector<Step>>;

/// One factor of fp16, or two whose product it is, the first a power of two; nothing when two are not enough.
std::vector<Operand> factors_of(const Operand& operand) {
  if (std::ranges::all_of(operand.values, is_factor)) return {operand};
  constexpr double kFar = 0x1p13;
  Operand power = operand, rest = operand;
  for (std::size_t i = 0; i < operand.values.size(); ++i) {
    const double size = std::abs(operand.values[i]);
    power.values[i] = is_factor(size) ? 1 : size > 1 ? kFar : 1 / kFar;
    rest.values[i] = operand.values[i] / power.values[i];
  }
  if (!std::ranges::all_of(rest.values, is_factor)) return {};
  return {power, rest};
}

template <class Made>
Steps multiplied(const Operand& operand) {
  std::vector<Step> steps;
  for (const Operand& factor : factors_of(operand)) steps.push_back(Made{factor});
  if (steps.empty()) return std::nullopt;
  return steps;
}

struct Maker {
  std::optional<ValueId> other;
  bool x_is_second;
  const Shape& shape;
  Values& values;

  const Array* constant() const { return values[*other].constant; }
  std::optional<Operand> operand() const { return constant() ? operand_of(*constant(), shape) : std::nullopt; }

  /// The other operand as a map of the result's shape, or nothing when it must be expanded by somebody else.
  std::optional<ValueId> map(double (*change)(double)) const {
    if (const Array* array = constant()) {
      constexpr double kLargest = 65504;
      for (std::size_t i = 0; i < array->size(); ++i)
        if (std::abs(element_as_double(*array, i)) > kLargest) return std::nullopt;  // fp16 has no such number
      if (array->shape != shape && !values.may_expand(element_count(shape))) return std::nullopt;
      return values.make_constant(values[*other].name + "_map", expanded(*array, shape, change));
    }
    const Shape& mine = values[*other].shape;
    const bool one_row = !shape.empty() && element_count(mine) == static_cast<std::size_t>(shape.back()) &&
                         !mine.empty() && mine.back() == shape.back();
    if (mine == shape || one_row) return *other;
    return std::nullopt;
  }

  Steps combined(plan::Combination op, double (*change)(double)) const {
    const auto with = map(change);
    if (!with) return std::nullopt;
    return std::vector<Step>{CombineStep{op, *with}};
  }

  Steps operator()(const graph::Add&) const {
    if (const auto number = operand()) return std::vector<Step>{AddStep{*number}};
    return combined(plan::Combination::kAdd, same);
  }
  Steps operator()(const graph::Sub&) const {
    if (!x_is_second) {
      if (const auto number = operand()) return std::vector<Step>{AddStep{changed(*number, negated)}};
      return constant() ? combined(plan::Combination::kAdd, negated) : std::nullopt;
    }
    auto steps = (*this)(graph::Add{});
    if (steps) steps->insert(steps->begin(), MultiplyStep{Operand::number(-1)});
    return steps;
  }
  Steps operator()(const graph::Mul&) const {
    const auto number = operand();
    return number ? multiplied<MultiplyStep>(*number) : combined(plan::Combination::kMultiply, same);
  }
  Steps operator()(const graph::Div&) const {
    const auto number = x_is_second ? std::nullopt : operand();
    if (!number) return std::nullopt;
    return multiplied<MultiplyStep>(changed(*number, inverse));
  }
  Steps operator()(const graph::Max&) const {
    const auto number = operand();
    if (!number) return combined(plan::Combination::kMax, same);
    if (!number->per_channel) return std::vector<Step>{MaxStep{number->values.front()}};
    // Vendor files hold no right maximum with a stream (vector-ops.md 3.3).
    return std::vector<Step>{AddStep{changed(*number, negated)}, ReluStep{}, AddStep{*number}};
  }
  Steps operator()(const graph::PRelu&) const {
    const auto number = operand();
    if (x_is_second || !number) return std::nullopt;
    return multiplied<NegativesStep>(*number);
  }
  Steps operator()(const graph::Neg&) const { return std::vector<Step>{MultiplyStep{Operand::number(-1)}}; }
  Steps operator()(const graph::Abs&) const { return std::vector<Step>{NegativesStep{Operand::number(-1)}}; }
  Steps operator()(const graph::Relu&) const { return std::vector<Step>{ReluStep{}}; }
  Steps operator()(const graph::LeakyRelu& op) const { return multiplied<NegativesStep>(Operand::number(op.slope)); }
  Steps operator()(const graph::Clip& op) const {
    // Tensors are fp16: a limit beyond all of its numbers limits nothing, and no sum with it would keep small ones.
    constexpr double kLargest = 65504;
    const bool from_below = op.low >= -kLargest, from_above = op.high <= kLargest;
    constexpr double kFar = std::numeric_limits<float>::max();  // infinite in fp16, and still a number for a register
    const double high = std::max(op.high, -kFar);
    const double low = std::min({op.low, op.high, kFar});  // ONNX: the upper limit wins
    std::vector<Step> steps;
    if (from_below && from_above) {
      if (low == 0) return std::vector<Step>{ReluXStep{high}};
      // In one task; x + a - a in fp32 costs nothing of a fp16 number as long as `a` is not far larger.
      constexpr double kNear = 256;
      if (std::max(std::abs(low), std::abs(high)) <= kNear)
        return std::vector<Step>{AddStep{Operand::number(-low)}, ReluXStep{high - low}, AddStep{Operand::number(low)}};
    }
    if (from_below) steps.push_back(MaxStep{low});
    if (!from_above) return steps;
    // min(x, high) = -max(-x, -high)
    const MultiplyStep turn{Operand::number(-1)};
    steps.insert(steps.end(), {turn, MaxStep{-high}, turn});
    return steps;
  }
};

}  // namespace

std::optional<Operand> operand_of(const Array& constant, const Shape& shape) {
  Operand operand;
  const std::size_t count = constant.size();
  const bool by_channel = !shape.empty() && !constant.shape.empty() && constant.shape.back() == shape.back() &&
                          count == static_cast<std::size_t>(shape.back());
  if (count != 1 && !by_channel) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) operand.values.push_back(element_as_double(constant, i));
  operand.per_channel = count != 1;
  return operand;
}

Array expanded(const Array& constant, const Shape& shape, double (*change)(double)) {
  Array result = Array::zeros(DType::kFloat32, shape);
  std::vector<std::size_t> steps(shape.size(), 0);
  std::size_t step = 1;
  for (std::size_t i = 0; i < constant.shape.size(); ++i) {
    const std::size_t axis = constant.shape.size() - 1 - i;
    if (constant.shape[axis] != 1) steps[shape.size() - 1 - i] = step;
    step *= static_cast<std::size_t>(constant.shape[axis]);
  }
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::size_t rest = i, from = 0;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      from += rest % static_cast<std::size_t>(shape[axis]) * steps[axis];
      rest /= static_cast<std::size_t>(shape[axis]);
    }
    set_element(result, i, change(element_as_double(constant, from)));
  }
  return result;
}

std::optional<std::vector<Step>> steps_of(const graph::Elementwise& op, std::optional<ValueId> other, bool x_is_second,
                                          const Shape& shape, Values& values) {
  return std::visit(Maker{other, x_is_second, shape, values}, op);
}

}  // namespace mattock::lower
