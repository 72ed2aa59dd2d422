#include "emulator/numerics.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace mattock::emulator {
namespace {

template <class T>
std::int32_t saturate(std::int64_t value) {
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
}

}  // namespace

std::int64_t round_shift(std::int64_t value, unsigned shift) {
  assert(shift <= 63);
  if (shift == 0) return value;
  const std::int64_t floor = value >> shift;
  const std::int64_t rest = value - (floor << shift);
  const std::int64_t half = std::int64_t{1} << (shift - 1);
  if (rest > half || (rest == half && (floor & 1) != 0)) return floor + 1;
  return floor;
}

std::int32_t saturate_int32(std::int64_t value) { return saturate<std::int32_t>(value); }
std::int32_t saturate_int16(std::int64_t value) { return saturate<std::int16_t>(value); }
std::int32_t saturate_int8(std::int64_t value) { return saturate<std::int8_t>(value); }

std::int32_t accumulate_int32(std::int32_t sum, std::int64_t term, bool& wrapped) {
  const std::int64_t exact = sum + term;
  const auto kept = static_cast<std::int32_t>(static_cast<std::uint32_t>(exact));
  wrapped = wrapped || kept != exact;
  return kept;
}

double accumulate_nan(double sum, double feature, double weight) {
  // What processors make of an invalid operation differs in the sign: negative as on x86.
  const double invalid = std::copysign(std::numeric_limits<double>::quiet_NaN(), -1.0);
  if (std::isnan(sum)) return sum;
  if (std::isnan(weight)) return weight;
  if (std::isnan(feature)) return feature;
  const double product = feature * weight;
  if (std::isnan(product)) return invalid;
  const double total = sum + product;
  return std::isnan(total) ? invalid : total;
}

std::int32_t add_stage(std::int32_t value, std::int32_t operand) {
  return saturate_int32(std::int64_t{value} + operand);
}

std::int32_t join_sums(std::int32_t value, std::int32_t operand) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(value) + static_cast<std::uint32_t>(operand));
}

std::int32_t scale_stage(std::int32_t value, std::int32_t multiplier, unsigned shift) {
  return saturate_int32(round_shift(std::int64_t{value} * multiplier, shift));
}

std::int32_t scale_add_stage(std::int32_t value, std::int32_t multiplier, std::int32_t addend, unsigned shift) {
  return saturate_int32(round_shift(std::int64_t{value} * multiplier + addend, shift));
}

std::int64_t convert_output(std::int32_t value, std::int32_t scale, unsigned shift, std::int32_t offset) {
  // The offset is a whole number of output steps, so it commutes with the shift except for the parity that
  // decides ties; adding it to the quotient's floor keeps 64 bits enough for every shift.
  const std::int64_t product = std::int64_t{value} * scale;
  if (shift == 0) return product + offset;
  const std::int64_t floor = (product >> shift) + offset;
  const std::int64_t rest = product - ((product >> shift) << shift);
  const std::int64_t half = std::int64_t{1} << (shift - 1);
  const bool up = rest > half || (rest == half && (floor & 1) != 0);
  return floor + (up ? 1 : 0);
}

std::int64_t average_pool(std::int64_t sum, std::uint32_t reciprocal_width, std::uint32_t reciprocal_height) {
  return round_shift(sum * reciprocal_width * reciprocal_height, 32);
}

}  // namespace mattock::emulator
