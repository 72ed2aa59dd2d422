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

/// Of a number halfway between `floor` and the next one.
bool tie_goes_up(std::int64_t floor, Ties ties) {
  switch (ties) {
    case Ties::kEven: return (floor & 1) != 0;
    case Ties::kUp: return true;
    case Ties::kAway: return floor >= 0;
  }
  return false;
}

constexpr std::uint16_t kSign = 0x8000, kMagnitude = 0x7fff, kInfinity = 0x7c00, kLargest = 0x7bff,
                        kSmallestNormal = 0x0400;

/// The finite half on the other side of `value`, which `nearest` is not equal to.
half beyond(double value, half nearest) {
  const std::uint16_t magnitude = nearest.bits & kMagnitude;
  const bool further = std::fabs(value) > std::fabs(to_double(nearest));
  const auto other = static_cast<std::uint16_t>(further ? magnitude + 1 : magnitude - 1);
  return half{static_cast<std::uint16_t>((nearest.bits & kSign) | other)};
}

/// Halfway between two halves, the one that the rule takes; else `nearest`.
half break_tie(double value, half nearest, Ties ties) {
  const double stored = to_double(nearest);
  if (ties == Ties::kEven || !std::isfinite(stored) || stored == value) return nearest;
  const half other = beyond(value, nearest);
  const double second = to_double(other);
  if (std::fabs(value - second) != std::fabs(value - stored)) return nearest;
  const bool larger = ties == Ties::kUp ? second > stored : std::fabs(second) > std::fabs(stored);
  return larger ? other : nearest;
}

}  // namespace

std::int64_t round_shift(std::int64_t value, unsigned shift, Ties ties) {
  assert(shift <= 63);
  if (shift == 0) return value;
  const std::int64_t floor = value >> shift;
  const std::int64_t rest = value - (floor << shift);
  const std::int64_t middle = std::int64_t{1} << (shift - 1);
  if (rest > middle || (rest == middle && tie_goes_up(floor, ties))) return floor + 1;
  return floor;
}

std::int32_t saturate_int32(std::int64_t value) { return saturate<std::int32_t>(value); }
std::int32_t saturate_int16(std::int64_t value) { return saturate<std::int16_t>(value); }
std::int32_t saturate_int8(std::int64_t value) { return saturate<std::int8_t>(value); }

half round_to_half(double value, const Variation& variation) {
  half result = break_tie(value, half_from_double(value), variation.half_ties);
  const auto sign = static_cast<std::uint16_t>(result.bits & kSign);
  const auto magnitude = static_cast<std::uint16_t>(result.bits & kMagnitude);
  if (variation.overflow_saturates && magnitude == kInfinity && std::isfinite(value)) result.bits = sign | kLargest;
  if (variation.flush_results && magnitude < kSmallestNormal) result.bits = sign;
  return result;
}

std::int32_t accumulate_int32(std::int32_t sum, std::int64_t term, bool& wrapped, bool saturates) {
  const std::int64_t exact = sum + term;
  if (saturates) return saturate_int32(exact);
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

std::int32_t scale_stage(std::int32_t value, std::int32_t multiplier, unsigned shift, Ties ties) {
  return saturate_int32(round_shift(std::int64_t{value} * multiplier, shift, ties));
}

std::int32_t scale_add_stage(std::int32_t value, std::int32_t multiplier, std::int32_t addend, unsigned shift,
                             Ties ties) {
  return saturate_int32(round_shift(std::int64_t{value} * multiplier + addend, shift, ties));
}

std::int64_t convert_output(std::int32_t value, std::int32_t scale, unsigned shift, std::int32_t offset,
                            const Variation& variation) {
  // The offset is a whole number of output steps, so it commutes with the shift except for the parity that
  // decides ties; adding it to the quotient's floor keeps 64 bits enough for every shift.
  const std::int64_t product = std::int64_t{value} * scale;
  if (shift == 0) return product + offset;
  if (variation.offset_after_rounding) return round_shift(product, shift, variation.output_ties) + offset;
  const std::int64_t floor = (product >> shift) + offset;
  const std::int64_t rest = product - ((product >> shift) << shift);
  const std::int64_t middle = std::int64_t{1} << (shift - 1);
  const bool up = rest > middle || (rest == middle && tie_goes_up(floor, variation.output_ties));
  return floor + (up ? 1 : 0);
}

std::int64_t average_pool(std::int64_t sum, std::uint32_t reciprocal_width, std::uint32_t reciprocal_height) {
  return round_shift(sum * reciprocal_width * reciprocal_height, 32);
}

}  // namespace mattock::emulator
