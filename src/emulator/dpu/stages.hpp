// The arithmetic stages of the DPU, decoded: BS and BN (adder, multiplier, activation), EW (operand converter,
// operation, activation) and the output converter. Order and formats: vendor models executed against the
// vendor's simulator; rounding inside the stages: numerics.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "emulator/dpu/operands.hpp"
#include "emulator/register_file.hpp"
#include "hw/generated/enums.hpp"

namespace mattock::emulator {

/// BS or BN. They differ in order: BS adds, then multiplies and shifts; BN multiplies, then adds and shifts.
struct Stage {
  bool bypass = true;
  bool multiply_first = false;
  bool alu = false, mul = false, relu = false, relu_x = false, prelu = false;
  hw::AluOp op = hw::AluOp::kAdd;
  OperandSource addend, factor;
  unsigned shift = 0, negative_shift = 0;  ///< of products >= 0, and below
  std::uint32_t limit = 0;                 ///< ReLU-X: int32 or fp32 pattern
  Ties ties = Ties::kEven;
};

struct ElementWise {
  bool bypass = true;
  bool operation = false, is_multiply = false, relu = false, relu_x = false;
  bool operand_from_memory = false, converter = false, add_first = false;
  bool joins_sums = false;  ///< the operand has 32 bits: an addition of whole sums
  hw::AluOp op = hw::AluOp::kAdd;
  std::uint32_t register_operand = 0;
  std::int32_t converter_offset = 0, converter_scale = 1;
  unsigned converter_shift = 0;
  std::uint32_t limit = 0;
  Ties ties = Ties::kEven;
};

struct OutputConverter {
  std::int32_t offset = 0, scale = 1;
  unsigned shift = 0;
};

/// Float work, in binary64, on consecutive channels from `channel` on, which picks the per-channel operands.
void apply(const Stage& stage, std::span<double> values, std::size_t channel, hw::Precision work);
/// With one operand per value; none where there is no operation.
void apply(const ElementWise& stage, std::span<double> values, const double* operands);

/// Integer work, int32, saturating.
void apply(const Stage& stage, std::span<std::int32_t> values, std::size_t channel);
void apply(const ElementWise& stage, std::span<std::int32_t> values, const std::int32_t* operands);

/// The EW operand before the operation, from its stored integer.
std::int32_t convert_operand(const ElementWise& stage, std::int32_t stored);

}  // namespace mattock::emulator
