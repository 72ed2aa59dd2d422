#include "emulator/dpu/stages.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/half.hpp"
#include "emulator/numerics.hpp"

namespace mattock::emulator {
namespace {

using hw::AluOp;

double addend_of(std::uint32_t bits) { return static_cast<double>(std::bit_cast<float>(bits)); }

/// Multipliers keep the precision the registers give them: fp16, or bf16 when the DPU works in bf16.
double factor_of(std::uint32_t bits, hw::Precision work) {
  const auto pattern = static_cast<std::uint16_t>(bits);
  return work == hw::Precision::kBf16 ? to_double(bfloat16{pattern}) : to_double(half{pattern});
}

/// NaN passes through a maximum and an activation. assumed: settled by one task with a NaN input.
double maximum(double a, double b) { return std::isnan(a) || a > b ? a : b; }
double clamp_low(double value) { return value < 0 ? 0 : value; }

double add_real(const Stage& stage, double value, std::size_t channel) {
  if (!stage.alu) return value;
  const double operand = addend_of(stage.addend.at(channel));
  return stage.op == AluOp::kMax ? maximum(value, operand) : value + operand;
}

double multiply_real(const Stage& stage, double value, std::size_t channel, hw::Precision work) {
  if (!stage.mul || (stage.prelu && !(value < 0))) return value;
  return value * factor_of(stage.factor.at(channel), work);
}

std::int32_t add_integer(const Stage& stage, std::int32_t value, std::size_t channel) {
  if (!stage.alu) return value;
  const auto operand = static_cast<std::int32_t>(stage.addend.at(channel));
  return stage.op == AluOp::kMax ? std::max(value, operand) : add_stage(value, operand);
}

/// The sign that picks the shift is the product's. assumed: the notes do not separate it from the input's sign;
/// settled by a negative multiplier with unequal shifts.
unsigned shift_for(const Stage& stage, std::int64_t product) {
  return product < 0 ? stage.negative_shift : stage.shift;
}

std::int32_t bs_integer(const Stage& stage, std::int32_t value, std::size_t channel) {
  value = add_integer(stage, value, channel);
  if (!stage.mul || (stage.prelu && value >= 0)) {
    // PReLU leaves positive values unmultiplied, and unshifted with them.
    return value;
  }
  const auto factor = static_cast<std::int32_t>(stage.factor.at(channel));
  return scale_stage(value, factor, shift_for(stage, std::int64_t{value} * factor), stage.ties);
}

std::int32_t bn_integer(const Stage& stage, std::int32_t value, std::size_t channel) {
  if (!stage.mul || (stage.prelu && value >= 0)) return add_integer(stage, value, channel);
  const auto factor = static_cast<std::int32_t>(stage.factor.at(channel));
  const std::int64_t product = std::int64_t{value} * factor;
  if (stage.alu && stage.op == AluOp::kAdd) {
    const auto addend = static_cast<std::int32_t>(stage.addend.at(channel));
    return scale_add_stage(value, factor, addend, shift_for(stage, product + addend), stage.ties);
  }
  return add_integer(stage, scale_stage(value, factor, shift_for(stage, product), stage.ties), channel);
}

double run(const Stage& stage, double value, std::size_t channel, hw::Precision work) {
  if (stage.multiply_first) {
    value = add_real(stage, multiply_real(stage, value, channel, work), channel);
  } else {
    value = multiply_real(stage, add_real(stage, value, channel), channel, work);
  }
  if (stage.relu) value = clamp_low(value);
  if (stage.relu_x) value = std::min(value, addend_of(stage.limit));
  return value;
}

double run(const ElementWise& stage, double value, double operand) {
  if (stage.operation) {
    if (stage.is_multiply)
      value *= operand;
    else if (stage.op == AluOp::kAdd)
      value += operand;
    else if (stage.op == AluOp::kMax)
      value = maximum(value, operand);
    else
      value /= operand;
  }
  if (stage.relu) value = clamp_low(value);
  if (stage.relu_x) value = std::min(value, addend_of(stage.limit));
  return value;
}

std::int32_t run(const Stage& stage, std::int32_t value, std::size_t channel) {
  value = stage.multiply_first ? bn_integer(stage, value, channel) : bs_integer(stage, value, channel);
  if (stage.relu) value = std::max(value, 0);
  if (stage.relu_x) value = std::min(value, static_cast<std::int32_t>(stage.limit));
  return value;
}

std::int32_t run(const ElementWise& stage, std::int32_t value, std::int32_t operand) {
  if (stage.operation) {
    if (stage.is_multiply)
      value = scale_stage(value, operand, 0);
    else if (stage.op == AluOp::kMax)
      value = std::max(value, operand);
    else
      value = stage.joins_sums ? join_sums(value, operand) : add_stage(value, operand);
  }
  if (stage.relu) value = std::max(value, 0);
  if (stage.relu_x) value = std::min(value, static_cast<std::int32_t>(stage.limit));
  return value;
}

}  // namespace

void apply(const Stage& stage, std::span<double> values, std::size_t channel, hw::Precision work) {
  if (stage.bypass) return;
  for (double& value : values) value = run(stage, value, channel++, work);
}

void apply(const ElementWise& stage, std::span<double> values, const double* operands) {
  if (stage.bypass) return;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = run(stage, values[i], stage.operation ? operands[i] : 0);
}

void apply(const Stage& stage, std::span<std::int32_t> values, std::size_t channel) {
  if (stage.bypass) return;
  for (std::int32_t& value : values) value = run(stage, value, channel++);
}

void apply(const ElementWise& stage, std::span<std::int32_t> values, const std::int32_t* operands) {
  if (stage.bypass) return;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = run(stage, values[i], stage.operation ? operands[i] : 0);
}

std::int32_t convert_operand(const ElementWise& stage, std::int32_t stored) {
  if (!stage.converter) return stored;
  if (stage.add_first) {
    return scale_stage(add_stage(stored, stage.converter_offset), stage.converter_scale, stage.converter_shift,
                       stage.ties);
  }
  return add_stage(scale_stage(stored, stage.converter_scale, stage.converter_shift, stage.ties),
                   stage.converter_offset);
}

}  // namespace mattock::emulator
