#include "reference/number.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace mattock::reference {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Binary16, every_pattern_survives_decoding_and_encoding) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const double value = decode(kBinary16, static_cast<std::uint16_t>(bits));
    if (std::isnan(value)) continue;
    EXPECT_EQ(encode(kBinary16, value), bits);
    EXPECT_EQ(round_to(kBinary16, value), value);
  }
}

TEST(Binary16, midpoints_go_to_the_even_neighbour_and_their_neighbours_to_the_nearer_one) {
  for (unsigned bits = 0; bits < 0x7bff; ++bits) {
    const double low = decode(kBinary16, static_cast<std::uint16_t>(bits));
    const double high = decode(kBinary16, static_cast<std::uint16_t>(bits + 1));
    const double middle = (low + high) / 2;
    const double even = bits % 2 == 0 ? low : high;
    for (const double sign : {1.0, -1.0}) {
      ASSERT_EQ(round_to(kBinary16, sign * middle), sign * even) << bits;
      ASSERT_EQ(round_to(kBinary16, sign * std::nextafter(middle, 0)), sign * low) << bits;
      ASSERT_EQ(round_to(kBinary16, sign * std::nextafter(middle, kInfinity)), sign * high) << bits;
    }
  }
}

TEST(Binary16, overflows_from_65520_to_infinity) {
  EXPECT_EQ(round_to(kBinary16, std::nextafter(65520.0, 0)), 65504);
  EXPECT_EQ(round_to(kBinary16, 65520), kInfinity);
  EXPECT_EQ(round_to(kBinary16, -1e300), -kInfinity);
  EXPECT_EQ(encode(kBinary16, kInfinity), 0x7c00);
  EXPECT_EQ(encode(kBinary16, -kInfinity), 0xfc00);
}

TEST(Binary16, does_not_round_twice) {
  // Just above the midpoint of 1 and 1 + 2^-10 by less than binary32 can hold: through binary32 it would be
  // the midpoint itself, and then 1.
  EXPECT_EQ(round_to(kBinary16, 1 + std::ldexp(1.0, -11) + std::ldexp(1.0, -40)), 1 + std::ldexp(1.0, -10));
}

TEST(Binary16, keeps_subnormals_and_the_sign_of_zero) {
  EXPECT_EQ(encode(kBinary16, std::ldexp(1.0, -24)), 1);
  EXPECT_EQ(round_to(kBinary16, std::ldexp(1.0, -25)), 0);
  EXPECT_EQ(round_to(kBinary16, std::ldexp(3.0, -26)), std::ldexp(1.0, -24));
  EXPECT_EQ(encode(kBinary16, round_to(kBinary16, -std::ldexp(1.0, -30))), 0x8000);
}

TEST(Brain16, is_the_upper_half_of_binary32) {
  EXPECT_EQ(decode(kBrain16, 0x3f80), 1);
  EXPECT_EQ(decode(kBrain16, 0xc0a0), -5);
  EXPECT_EQ(encode(kBrain16, 3.140625), 0x4049);
  EXPECT_EQ(round_to(kBrain16, 257), 256);  // tie to even
  EXPECT_EQ(round_to(kBrain16, 259), 260);
  EXPECT_EQ(round_to(kBrain16, std::ldexp(1.0, 100)), std::ldexp(1.0, 100));
}

TEST(Integers, round_to_even_and_saturate) {
  EXPECT_EQ(round_to_integer(0.5, -128, 127), 0);
  EXPECT_EQ(round_to_integer(1.5, -128, 127), 2);
  EXPECT_EQ(round_to_integer(-0.5, -128, 127), 0);
  EXPECT_EQ(round_to_integer(-1.5, -128, 127), -2);
  EXPECT_EQ(round_to_integer(-2.5000001, -128, 127), -3);
  EXPECT_EQ(round_to_integer(1e300, -128, 127), 127);
  EXPECT_EQ(round_to_integer(-kInfinity, -128, 127), -128);
  EXPECT_EQ(round_to_integer(std::nan(""), -128, 127), 0);
}

TEST(Integers, are_stored_in_every_width) {
  for (const DType dtype :
       {DType::kInt8, DType::kUint8, DType::kInt16, DType::kUint16, DType::kInt32, DType::kUint32, DType::kInt64}) {
    Array array = Array::zeros(dtype, {3});
    store_number(array, 1, 100.5);
    EXPECT_EQ(load_integer(array, 0), 0);
    EXPECT_EQ(load_integer(array, 1), 100);
    EXPECT_EQ(load_integer(array, 2), 0);
  }
  Array bytes = Array::zeros(DType::kInt8, {1});
  store_number(bytes, 0, -1000);
  EXPECT_EQ(load_integer(bytes, 0), -128);
}

}  // namespace
}  // namespace mattock::reference
