// Element-wise operators as chains of the steps that Slots takes.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "graph/graph.hpp"
#include "lower/slots.hpp"
#include "lower/values.hpp"

namespace mattock::lower {

struct AddStep {
  Operand operand;
};
struct MaxStep {
  double value = 0;
};
struct MultiplyStep {
  Operand operand;
};
struct NegativesStep {
  Operand operand;
};
struct ReluStep {};
struct ReluXStep {
  double limit = 0;
};
/// With a value of the result's shape, or of its last dimension alone.
struct CombineStep {
  plan::Combination op = plan::Combination::kAdd;
  ValueId operand = 0;
};
using Step = std::variant<AddStep, MaxStep, MultiplyStep, NegativesStep, ReluStep, ReluXStep, CombineStep>;

/// A constant as one number or one per channel of `shape`; nothing when it varies otherwise.
std::optional<Operand> operand_of(const Array& constant, const Shape& shape);
/// `constant` broadcast to `shape`, each number through `change`.
Array expanded(const Array& constant, const Shape& shape, double (*change)(double));

/// What is done to `x` by one operator whose other operand is `other` (its first operand if `x_is_second`). Nothing
/// when the operator needs more than a chain from x: a division by or of a tensor, differences from the left, slopes
/// that vary. The chain may create constants.
std::optional<std::vector<Step>> steps_of(const graph::Elementwise& op, std::optional<ValueId> other, bool x_is_second,
                                          const Shape& shape, Values& values);

}  // namespace mattock::lower
