#include "base/convert.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/array.hpp"
#include "base/bytes.hpp"

namespace mattock {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Array of(DType dtype, const std::vector<double>& values) {
  Array array = Array::zeros(dtype, {static_cast<std::int64_t>(values.size())});
  for (std::size_t i = 0; i < values.size(); ++i) set_element(array, i, values[i]);
  return array;
}

std::vector<double> numbers(const Array& array) {
  std::vector<double> values;
  for (std::size_t i = 0; i < array.size(); ++i) values.push_back(element_as_double(array, i));
  return values;
}

Array integers(const std::vector<std::int64_t>& values) {
  Array array = Array::zeros(DType::kInt64, {static_cast<std::int64_t>(values.size())});
  for (std::size_t i = 0; i < values.size(); ++i) store_le(array.data, i * 8, values[i]);
  return array;
}

TEST(Convert, EveryTypeHoldsSmallNumbersInEveryOther) {
  const std::vector<double> values{0, 1, 2, 100};
  for (int from = 0; from <= static_cast<int>(DType::kUint64); ++from)
    for (int to = 0; to <= static_cast<int>(DType::kUint64); ++to)
      EXPECT_EQ(numbers(converted(of(static_cast<DType>(from), values), static_cast<DType>(to))), values)
          << from << " to " << to;
}

TEST(Convert, MoreElementsThanAPieceHoldsAreAllConverted) {
  for (const std::size_t count : {255u, 256u, 257u, 1000u}) {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i % 120) - 60;
    EXPECT_EQ(numbers(converted(of(DType::kInt8, values), DType::kFloat16)), values);
  }
}

TEST(Convert, IntegersRoundToNearestEvenAndSaturate) {
  const Array real = of(DType::kFloat64, {0.5, 1.5, -0.5, -1.5, 127.4, 127.5, 1e300, -1e300, -kInfinity, NAN});
  EXPECT_EQ(numbers(converted(real, DType::kInt8)), (std::vector<double>{0, 2, 0, -2, 127, 127, 127, -128, -128, 0}));
  const Array edges = converted(of(DType::kFloat64, {0x1p63, -0x1p63, -1}), DType::kUint64);
  EXPECT_EQ(numbers(edges), (std::vector<double>{0x1p63, 0, 0}));
}

TEST(Convert, LargeIntegersRoundOnceOnTheirWayToAFloat) {
  // 2^60 + 2^36 is a tie of float32 (24 bits: to even, 2^60); one more is above it. Through binary64, to nearest, the
  // one would be lost and the tie would come back.
  const std::int64_t tie = (std::int64_t{1} << 60) + (std::int64_t{1} << 36);
  const Array result =
      converted(integers({tie, tie + 1, -tie, -tie - 1, std::numeric_limits<std::int64_t>::min()}), DType::kFloat32);
  EXPECT_EQ(numbers(result), (std::vector<double>{0x1p60, 0x1p60 + 0x1p37, -0x1p60, -0x1p60 - 0x1p37, -0x1p63}));
}

TEST(Convert, LargeIntegersGoToFloat64ToNearestEven) {
  const std::int64_t tie = (std::int64_t{1} << 53) + 1;
  EXPECT_EQ(numbers(converted(integers({tie, tie + 2}), DType::kFloat64)), (std::vector<double>{0x1p53, 0x1p53 + 4}));
}

TEST(Convert, EqualTypesKeepTheirBits) {
  Array nan = Array::zeros(DType::kFloat16, {1});
  store_le(nan.data, 0, std::uint16_t{0x7d01});  // a signalling NaN with a payload
  EXPECT_EQ(converted(nan, DType::kFloat16).data, nan.data);
}

TEST(Convert, InfinitiesAreCountedInEveryFloatType) {
  for (const DType dtype : {DType::kFloat16, DType::kBfloat16, DType::kFloat32, DType::kFloat64})
    EXPECT_EQ(count_infinities(dtype, of(dtype, {1, kInfinity, NAN, -kInfinity, 0, -0.0}).data), 2u)
        << dtype_name(dtype);
  EXPECT_EQ(count_infinities(DType::kInt8, of(DType::kInt8, {127, -128}).data), 0u);
}

}  // namespace
}  // namespace mattock
