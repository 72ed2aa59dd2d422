// What is to be multiplied, in the planner's words. The NPU has features (pixels by channels), kernels (by channels)
// and a result (pixels by kernels): which of A and B plays which part is a choice of the plan.
#pragma once

#include <cstddef>
#include <string_view>

#include "hw/chip.hpp"

namespace mattock::plan {

/// Elements of both operands.
enum class Operand { kFp16, kInt8 };
/// Elements that the NPU writes.
enum class Output { kFp32, kFp16, kInt32, kInt8 };

struct Types {
  Operand operand = Operand::kFp16;
  Output output = Output::kFp32;
  friend bool operator==(const Types&, const Types&) = default;
};

/// C[m, n] = A[m, k] x B[k, n].
struct Shape {
  std::size_t m = 1, k = 1, n = 1;
  friend bool operator==(const Shape&, const Shape&) = default;
};

/// What sums of parts are written as, to be joined.
constexpr Output sums_of(Operand operand) { return operand == Operand::kFp16 ? Output::kFp32 : Output::kInt32; }

std::size_t bytes_of(Operand operand);
std::size_t bytes_of(Output output);
std::string_view name_of(Operand operand);
std::string_view name_of(Output output);

/// Channels that the multipliers take at once, and that operands are padded to: 16 fp16, 32 int8 on RK356x.
std::size_t slice_channels(const hw::Chip& chip, Operand operand);
/// Kernels that the multipliers serve at once, and that kernels are padded to: 8 fp16, 16 int8 on RK356x.
std::size_t group_kernels(const hw::Chip& chip, Operand operand);
/// Multiplications and additions a cycle when everything fits.
std::size_t macs_per_cycle(const hw::Chip& chip, Operand operand);

}  // namespace mattock::plan
