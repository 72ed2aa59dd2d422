#include "base/array.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "base/bytes.hpp"

namespace mattock {
namespace {

constexpr std::array kAllTypes{DType::kFloat16, DType::kFloat32, DType::kFloat64, DType::kBfloat16, DType::kInt8,
                               DType::kUint8,   DType::kInt16,   DType::kUint16,  DType::kInt32,    DType::kUint32,
                               DType::kInt64,   DType::kUint64,  DType::kBool};

Array doubles(std::initializer_list<double> values) {
  Array array = Array::zeros(DType::kFloat64, {static_cast<std::int64_t>(values.size())});
  std::size_t i = 0;
  for (const double value : values) store_le(array.data, 8 * i++, value);
  return array;
}

TEST(DType, EveryTypeIsFoundByItsName) {
  for (const DType dtype : kAllTypes) EXPECT_EQ(dtype_from_name(dtype_name(dtype)), dtype) << dtype_name(dtype);
  EXPECT_EQ(dtype_from_name("float8"), std::nullopt);
  EXPECT_EQ(element_bytes(DType::kBfloat16), 2u);
  EXPECT_EQ(element_bytes(DType::kUint64), 8u);
}

TEST(Shape, CountsElementsAndSpellsItself) {
  EXPECT_EQ(element_count(Shape{}), 1u);
  EXPECT_EQ(element_count(Shape{3, 0, 5}), 0u);
  EXPECT_EQ(element_count(Shape{2, 3, 5}), 30u);
  EXPECT_EQ(shape_text(Shape{}), "scalar");
  EXPECT_EQ(shape_text(Shape{1, 9, 7}), "1x9x7");
}

TEST(Array, ZerosHaveTheBytesOfTheirType) {
  const Array array = Array::zeros(DType::kInt32, {2, 3});
  EXPECT_EQ(array.size(), 6u);
  EXPECT_EQ(array.data.size(), 24u);
}

TEST(Array, SmallWholeNumbersPassThroughEveryType) {
  for (const DType dtype : kAllTypes) {
    Array array = Array::zeros(dtype, {3});
    for (std::size_t i = 0; i < 3; ++i) set_element(array, i, i == 1 ? 1 : 0);
    EXPECT_EQ(element_as_double(array, 0), 0) << dtype_name(dtype);
    EXPECT_EQ(element_as_double(array, 1), 1) << dtype_name(dtype);
    EXPECT_EQ(element_as_double(array, 2), 0) << dtype_name(dtype);
  }
}

TEST(Array, IntegersRoundToNearestEven) {
  const Array result = converted(doubles({0.5, 1.5, 2.5, -0.5, -1.5, 2.4999, -2.6}), DType::kInt8);
  const std::array expected{0.0, 2.0, 2.0, 0.0, -2.0, 2.0, -3.0};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(element_as_double(result, i), expected[i]) << i;
}

template <class T>
void expect_saturation(DType dtype) {
  const Array result = converted(doubles({1e300, -1e300, std::nan("")}), dtype);
  EXPECT_EQ(load_le<T>(result.data, 0), std::numeric_limits<T>::max()) << dtype_name(dtype);
  EXPECT_EQ(load_le<T>(result.data, sizeof(T)), std::numeric_limits<T>::min()) << dtype_name(dtype);
  EXPECT_EQ(load_le<T>(result.data, 2 * sizeof(T)), 0) << dtype_name(dtype);
}

TEST(Array, IntegersSaturateAndNanBecomesZero) {
  expect_saturation<std::int8_t>(DType::kInt8);
  expect_saturation<std::uint8_t>(DType::kUint8);
  expect_saturation<std::int16_t>(DType::kInt16);
  expect_saturation<std::uint16_t>(DType::kUint16);
  expect_saturation<std::int32_t>(DType::kInt32);
  expect_saturation<std::uint32_t>(DType::kUint32);
  expect_saturation<std::int64_t>(DType::kInt64);
  expect_saturation<std::uint64_t>(DType::kUint64);
}

TEST(Array, SixtyFourBitLimitsAreNotReachedByTheNextDouble) {
  const double above = std::ldexp(1.0, 63);
  const Array result = converted(doubles({above, std::nextafter(above, 0), -above}), DType::kInt64);
  EXPECT_EQ(load_le<std::int64_t>(result.data, 0), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(load_le<std::int64_t>(result.data, 8), std::numeric_limits<std::int64_t>::max() - 1023);
  EXPECT_EQ(load_le<std::int64_t>(result.data, 16), std::numeric_limits<std::int64_t>::min());
}

TEST(Array, DoublesBecomeHalvesWithOneRounding) {
  const Array result = converted(doubles({1 + std::ldexp(1.0, -11) + std::ldexp(1.0, -40)}), DType::kFloat16);
  EXPECT_EQ(load_le<std::uint16_t>(result.data), 0x3c01);
}

TEST(Array, ConversionKeepsTheShape) {
  const Array result = converted(Array::zeros(DType::kFloat32, {2, 0, 3}), DType::kInt16);
  EXPECT_EQ(result.dtype, DType::kInt16);
  EXPECT_EQ(result.shape, (Shape{2, 0, 3}));
  EXPECT_TRUE(result.data.empty());
}

TEST(Array, ConversionToTheSameTypeKeepsNanPayloads) {
  Array array = Array::zeros(DType::kFloat16, {1});
  store_le(array.data, 0, std::uint16_t{0x7d55});
  EXPECT_EQ(converted(array, DType::kFloat16).data, array.data);
}

}  // namespace
}  // namespace mattock
