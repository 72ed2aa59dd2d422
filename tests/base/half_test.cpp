// The 16-bit formats against their definition: the value of a pattern is computed here from sign, exponent
// and fraction, and rounding is judged by which neighbour is nearer.
#include "base/half.hpp"

#include <fp16.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace mattock {
namespace {

struct Format {
  int fraction_bits;
  int exponent_bits;
  int bias() const { return (1 << (exponent_bits - 1)) - 1; }
  std::uint16_t infinity() const { return static_cast<std::uint16_t>(((1 << exponent_bits) - 1) << fraction_bits); }
};
constexpr Format kHalf{10, 5};
constexpr Format kBfloat16{7, 8};

/// The number a non-negative pattern stands for, from the definition; the pattern of infinity gives the
/// number that would follow the largest finite one, which is what rounding compares with.
double value_of(std::uint16_t pattern, const Format& format) {
  const int field = pattern >> format.fraction_bits;
  const int fraction = pattern & ((1 << format.fraction_bits) - 1);
  const int implicit = field == 0 ? 0 : 1 << format.fraction_bits;
  return std::ldexp(implicit + fraction, (field == 0 ? 1 : field) - format.bias() - format.fraction_bits);
}

std::uint16_t rounded(double value, const Format& format) {
  return format.fraction_bits == 10 ? half_from_double(value).bits : bfloat16_from_double(value).bits;
}

double widened(std::uint16_t pattern, const Format& format) {
  return format.fraction_bits == 10 ? to_double(half{pattern}) : to_double(bfloat16{pattern});
}

constexpr std::uint16_t kSign = 0x8000;

void every_pattern_survives(const Format& format) {
  for (unsigned bits = 0; bits <= 0xffff; ++bits) {
    const auto pattern = static_cast<std::uint16_t>(bits);
    const auto magnitude = static_cast<std::uint16_t>(pattern & ~kSign);
    const double value = widened(pattern, format);
    if (magnitude > format.infinity()) {
      ASSERT_TRUE(std::isnan(value)) << std::hex << bits;
      const std::uint16_t back = rounded(value, format) & 0x7fff;
      ASSERT_GT(back, format.infinity()) << std::hex << bits;
      continue;
    }
    const double expected =
        magnitude == format.infinity() ? std::numeric_limits<double>::infinity() : value_of(magnitude, format);
    ASSERT_EQ(value, (pattern & kSign) != 0 ? -expected : expected) << std::hex << bits;
    ASSERT_EQ(std::signbit(value), (pattern & kSign) != 0) << std::hex << bits;
    ASSERT_EQ(rounded(value, format), pattern) << std::hex << bits;
  }
}

/// Midway between each pattern and the next the even one wins; a hair to either side the nearer one.
void every_tie_goes_to_even(const Format& format) {
  for (std::uint16_t low = 0; low < format.infinity(); ++low) {
    const auto high = static_cast<std::uint16_t>(low + 1);
    const double tie = (value_of(low, format) + value_of(high, format)) / 2;
    const std::uint16_t even = low % 2 == 0 ? low : high;
    for (const std::uint16_t sign : {std::uint16_t{0}, kSign}) {
      const double toward = sign == 0 ? 1 : -1;
      ASSERT_EQ(rounded(toward * tie, format), sign | even) << std::hex << low;
      ASSERT_EQ(rounded(toward * std::nextafter(tie, 0.0), format), sign | low) << std::hex << low;
      ASSERT_EQ(rounded(toward * std::nextafter(tie, 1e300), format), sign | high) << std::hex << low;
    }
  }
}

TEST(Half, EveryPatternSurvivesWideningAndRounding) { every_pattern_survives(kHalf); }
TEST(Bfloat16, EveryPatternSurvivesWideningAndRounding) { every_pattern_survives(kBfloat16); }

TEST(Half, EveryTieGoesToTheEvenNeighbour) { every_tie_goes_to_even(kHalf); }
TEST(Bfloat16, EveryTieGoesToTheEvenNeighbour) { every_tie_goes_to_even(kBfloat16); }

TEST(Half, AgreesWithFp16WhereTheDoubleIsAFloat) {
  std::mt19937 random(7);
  for (int i = 0; i < 1'000'000; ++i) {
    const float value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    if (std::isnan(value)) continue;
    ASSERT_EQ(half_from_double(value).bits, fp16_ieee_from_fp32_value(value)) << value;
  }
}

TEST(Half, RoundsOnceWhereTheWayThroughBinary32RoundsTwice) {
  const double above_tie = 1 + std::ldexp(1.0, -11) + std::ldexp(1.0, -40);
  EXPECT_EQ(half_from_double(above_tie).bits, 0x3c01);
  EXPECT_EQ(half_from_double(static_cast<float>(above_tie)).bits, 0x3c00);
}

TEST(Half, OverflowsToInfinityFromHalfwayBeyondTheLargestNumber) {
  EXPECT_EQ(half_from_double(65519.999).bits, 0x7bff);
  EXPECT_EQ(half_from_double(65520).bits, 0x7c00);
  EXPECT_EQ(half_from_double(-1e300).bits, 0xfc00);
  EXPECT_EQ(half_from_double(std::numeric_limits<double>::infinity()).bits, 0x7c00);
}

TEST(Half, ValuesBelowHalfTheSmallestSubnormalBecomeZeroWithTheirSign) {
  EXPECT_EQ(half_from_double(std::ldexp(1.0, -25)).bits, 0x0000);
  EXPECT_EQ(half_from_double(-std::numeric_limits<double>::denorm_min()).bits, 0x8000);
  EXPECT_EQ(half_from_double(std::ldexp(1.0, -24)).bits, 0x0001);
}

TEST(Bfloat16, IsTheUpperHalfOfBinary32) {
  for (unsigned bits = 0; bits <= 0xffff; ++bits) {
    const auto pattern = static_cast<std::uint16_t>(bits);
    ASSERT_EQ(std::bit_cast<std::uint32_t>(to_float(bfloat16{pattern})), std::uint32_t{pattern} << 16);
  }
}

}  // namespace
}  // namespace mattock
