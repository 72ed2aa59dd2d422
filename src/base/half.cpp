#include "base/half.hpp"

#include <fp16.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace mattock {
namespace {

/// Shape of a 16-bit binary float.
struct Format {
  int fraction_bits;
  int min_exponent;  ///< exponent of the smallest normal number
  int max_exponent;
};

constexpr Format kHalfFormat{10, -14, 15};
constexpr Format kBfloat16Format{7, -126, 127};

/// Rounds to nearest even, straight from binary64. FP16 (libfp16-dev) has no binary64 conversion.
std::uint16_t round_to_format(double value, const Format& format) {
  const auto sign = static_cast<std::uint32_t>(std::signbit(value)) << 15;
  const auto infinity = static_cast<std::uint32_t>(2 * format.max_exponent + 1) << format.fraction_bits;
  if (std::isnan(value)) {
    return static_cast<std::uint16_t>(sign | infinity | (1u << (format.fraction_bits - 1)));
  }
  const double magnitude = std::fabs(value);
  if (magnitude == 0) return static_cast<std::uint16_t>(sign);
  if (std::isinf(magnitude)) return static_cast<std::uint16_t>(sign | infinity);

  // In units of the last place of the result: an integer after nearbyint, which rounds ties to even.
  const int exponent = std::max(std::ilogb(magnitude), format.min_exponent);
  const double units = std::nearbyint(std::ldexp(magnitude, format.fraction_bits - exponent));
  // A carry into the next binade adds one to the exponent field by plain addition.
  const auto biased = static_cast<std::uint32_t>(exponent - format.min_exponent) << format.fraction_bits;
  const std::uint32_t pattern = biased + static_cast<std::uint32_t>(units);
  if (exponent > format.max_exponent || pattern >= infinity) {
    return static_cast<std::uint16_t>(sign | infinity);
  }
  return static_cast<std::uint16_t>(sign | pattern);
}

}  // namespace

float to_float(half value) { return fp16_ieee_to_fp32_value(value.bits); }

double to_double(half value) { return static_cast<double>(to_float(value)); }

float to_float(bfloat16 value) { return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits) << 16); }

double to_double(bfloat16 value) { return static_cast<double>(to_float(value)); }

half half_from_double(double value) { return {round_to_format(value, kHalfFormat)}; }

bfloat16 bfloat16_from_double(double value) { return {round_to_format(value, kBfloat16Format)}; }

}  // namespace mattock
