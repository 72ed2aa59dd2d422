#include "base/half.hpp"

#include <fp16.h>

#include <algorithm>
#include <bit>

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

constexpr int kDoubleFractionBits = 52, kDoubleBias = 1023;
constexpr std::uint64_t kDoubleInfinity = std::uint64_t{0x7ff} << kDoubleFractionBits;

/// Rounds to nearest even, straight from binary64. FP16 (libfp16-dev) has no binary64 conversion.
std::uint16_t round_to_format(double value, const Format& format) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto sign = static_cast<std::uint32_t>(bits >> 63) << 15;
  const auto infinity = static_cast<std::uint32_t>(2 * format.max_exponent + 1) << format.fraction_bits;
  const std::uint64_t magnitude = bits & ~(std::uint64_t{1} << 63);
  if (magnitude >= kDoubleInfinity) {
    const std::uint32_t quiet = magnitude > kDoubleInfinity ? 1u << (format.fraction_bits - 1) : 0;
    return static_cast<std::uint16_t>(sign | infinity | quiet);
  }
  // Below the smallest normal number the result has fewer bits, so more of the significand goes.
  const int exponent = static_cast<int>(magnitude >> kDoubleFractionBits) - kDoubleBias;
  const int missing = std::max(format.min_exponent - exponent, 0);
  const int dropped = kDoubleFractionBits - format.fraction_bits + missing;
  // Less than half of the smallest subnormal (subnormals of binary64 too).
  if (dropped > kDoubleFractionBits + 1) return static_cast<std::uint16_t>(sign);
  const std::uint64_t one = std::uint64_t{1} << kDoubleFractionBits;
  const std::uint64_t significand = (magnitude & (one - 1)) | one;
  // In units of the last place of the result.
  std::uint64_t units = significand >> dropped;
  const std::uint64_t rest = significand - (units << dropped), half = std::uint64_t{1} << (dropped - 1);
  if (rest > half || (rest == half && (units & 1) != 0)) ++units;
  // The leading bit of a normal number, or a carry into the next binade, adds one to the exponent field.
  const auto biased = static_cast<std::uint32_t>(exponent + missing - format.min_exponent) << format.fraction_bits;
  return static_cast<std::uint16_t>(sign | std::min(biased + static_cast<std::uint32_t>(units), infinity));
}

}  // namespace

float to_float(half value) { return fp16_ieee_to_fp32_value(value.bits); }

double to_double(half value) { return static_cast<double>(to_float(value)); }

float to_float(bfloat16 value) { return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits) << 16); }

double to_double(bfloat16 value) { return static_cast<double>(to_float(value)); }

half half_from_double(double value) { return {round_to_format(value, kHalfFormat)}; }

bfloat16 bfloat16_from_double(double value) { return {round_to_format(value, kBfloat16Format)}; }

}  // namespace mattock
