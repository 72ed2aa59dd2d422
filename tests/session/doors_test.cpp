#include "session/doors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "session/arrays.hpp"

namespace mattock::session {
namespace {

using test::array_of;
using test::tensor_of;
using test::values_of;

container::Tensor int8_tensor(Shape shape, float scale, std::int32_t zero_point) {
  container::Tensor tensor = tensor_of("a", DType::kInt8, std::move(shape));
  tensor.scale = {scale};
  tensor.zero_point = {zero_point};
  return tensor;
}

struct Converted {
  Array array;
  std::string notice;
  bool raw_pixels = false;
  std::size_t overflows = 0;
};

/// The array as the tensor's memory gets it: row-major, without gaps.
Result<Converted> convert_input(const container::Tensor& tensor, const container::InputNorm& norm, bool image,
                                const Array& array, bool as_is = false) {
  const auto door = InputDoor::open(tensor, norm, image, array.dtype, as_is);
  if (!door) return propagate(door);
  Converted result{Array::zeros(tensor.dtype, array.shape), door->notice(), door->raw_pixels()};
  const Form plain = Plain{result.array.data.size(), element_bytes(tensor.dtype)};
  result.overflows = door->write(view_of(array), plain, result.array.data);
  return result;
}

TEST(Doors, Float32IsRoundedOnceToHalfWithANotice) {
  const auto tensor = tensor_of("a", DType::kFloat16, {4});
  // 1 + 2^-11 is a tie (to even: 1); 65520 overflows; 2^-24 is the smallest subnormal half.
  const Array in = array_of(DType::kFloat32, {4}, {1 + 0x1p-11, 65520, 65519, 0x1p-24});
  const auto converted = convert_input(tensor, {}, false, in);
  ASSERT_TRUE(converted);
  EXPECT_EQ(values_of(converted->array),
            (std::vector<double>{1, std::numeric_limits<double>::infinity(), 65504, 0x1p-24}));
  EXPECT_EQ(converted->notice, "input 'a': float32 converted to float16");
}

TEST(Doors, Float64GoesToHalfInOneRounding) {
  const auto tensor = tensor_of("a", DType::kFloat16, {1});
  // Just above the tie; through float32 it would become the tie and round down to 1.
  const auto converted = convert_input(tensor, {}, false, array_of(DType::kFloat64, {1}, {1 + 0x1p-11 + 0x1p-40}));
  ASSERT_TRUE(converted);
  EXPECT_EQ(values_of(converted->array), (std::vector<double>{1 + 0x1p-10}));
}

TEST(Doors, TheModelsOwnTypePassesWithoutANotice) {
  const Array in = array_of(DType::kFloat16, {2}, {1.5, -2});
  const auto converted = convert_input(tensor_of("a", DType::kFloat16, {2}), {}, false, in);
  ASSERT_TRUE(converted);
  EXPECT_EQ(converted->array.data, in.data);
  EXPECT_EQ(converted->notice, "");
}

TEST(Doors, Uint8IsTakenAsTheNumberByFloatModels) {
  const auto converted =
      convert_input(tensor_of("a", DType::kFloat16, {2}), {}, false, array_of(DType::kUint8, {2}, {0, 255}));
  ASSERT_TRUE(converted);
  EXPECT_EQ(values_of(converted->array), (std::vector<double>{0, 255}));
}

TEST(Doors, IntegersAndBoolsAreTakenAsTheirNumbersByFloatModels) {
  const auto tensor = tensor_of("a", DType::kFloat16, {2});
  for (const DType dtype :
       {DType::kInt8, DType::kInt16, DType::kUint16, DType::kInt32, DType::kUint32, DType::kInt64, DType::kUint64}) {
    const auto converted = convert_input(tensor, {}, false, array_of(dtype, {2}, {3, 100}));
    ASSERT_TRUE(converted);
    EXPECT_EQ(values_of(converted->array), (std::vector<double>{3, 100})) << dtype_name(dtype);
  }
  const auto truth = convert_input(tensor, {}, false, array_of(DType::kBool, {2}, {0, 1}));
  ASSERT_TRUE(truth);
  EXPECT_EQ(values_of(truth->array), (std::vector<double>{0, 1}));
}

TEST(Doors, FiniteValuesThatBecomeInfiniteAreCountedAndInfinitiesAreNot) {
  const auto infinity = std::numeric_limits<double>::infinity();
  const auto converted = convert_input(tensor_of("a", DType::kFloat16, {5}), {}, false,
                                       array_of(DType::kFloat32, {5}, {65519, 65520, -1e30, infinity, 1}));
  ASSERT_TRUE(converted);
  EXPECT_EQ(converted->overflows, 2u);
}

TEST(Doors, OtherTypesAreRefusedByIntegerTensorsWithoutAScale) {
  const auto converted =
      convert_input(tensor_of("a", DType::kInt64, {1}), {}, false, array_of(DType::kFloat32, {1}, {1}));
  ASSERT_FALSE(converted);
  EXPECT_EQ(converted.error().code, Code::kBadInput);
  EXPECT_EQ(converted.error().message, "input 'a' is float32, but the model takes int64");
}

TEST(Doors, WhatIsPassedThroughIsLeftAloneAndMustHaveTheModelsType) {
  const container::InputNorm norm{{10}, {2}, {}};
  const auto tensor = tensor_of("a", DType::kFloat16, {2});
  const Array halves = array_of(DType::kFloat16, {2}, {1.5, -2});
  const auto same = convert_input(tensor, norm, false, halves, true);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->array.data, halves.data);
  const auto refused = convert_input(tensor, norm, false, array_of(DType::kFloat32, {2}, {1, 2}), true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "input 'a' is float32, but the model takes float16 when numbers are passed through");
}

TEST(Doors, ArraysOfAnyStridesAreTakenAsTheirElements) {
  // 700 rows, so that more than one piece is converted; the transposed, reversed view of a 700x3 array.
  Array array = Array::zeros(DType::kFloat32, {700, 3});
  for (std::size_t i = 0; i < array.size(); ++i) set_element(array, i, static_cast<double>(i % 1999));
  ArrayView view = view_of(std::as_const(array));
  view.shape = {3, 700};
  view.strides = {4, -12};
  view.data += 699 * 12;
  const auto tensor = tensor_of("a", DType::kFloat16, {3, 700});
  const auto door = InputDoor::open(tensor, {}, false, view.dtype, false);
  ASSERT_TRUE(door);
  Array result = Array::zeros(DType::kFloat16, {3, 700});
  door->write(view, Plain{result.data.size(), 2}, result.data);
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t c = 0; c < 700; ++c)
      ASSERT_EQ(element_as_double(result, r * 700 + c), element_as_double(array, (699 - c) * 3 + r));
}

TEST(Doors, QuantisingRoundsToEvenAddsTheZeroPointAndSaturates) {
  const auto tensor = int8_tensor({8}, 0.5f, -3);
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto infinity = std::numeric_limits<double>::infinity();
  const auto converted = convert_input(
      tensor, {}, false, array_of(DType::kFloat32, {8}, {0.25, 0.75, -0.25, -0.75, 1000, -1000, nan, -infinity}));
  ASSERT_TRUE(converted);
  EXPECT_EQ(values_of(converted->array), (std::vector<double>{-3, -1, -3, -5, 127, -128, 127, -128}));
  EXPECT_EQ(converted->notice, "input 'a': float32 quantised to int8");
}

TEST(Doors, Int8PassesIntoInt8ModelsAsQuantisedAlready) {
  container::InputNorm norm{{10}, {2}, {}};
  const Array in = array_of(DType::kInt8, {2}, {-128, 7});
  const auto converted = convert_input(int8_tensor({2}, 0.1f, 4), norm, false, in);
  ASSERT_TRUE(converted);
  EXPECT_EQ(converted->array.data, in.data);
}

TEST(Doors, MeanAndStdAreTakenPerChannelOfImagesAndFromEntryZeroElsewhere) {
  const container::InputNorm norm{{1, 2}, {2, 4}, {}};
  const auto image = convert_input(tensor_of("a", DType::kFloat16, {1, 2, 1, 2}), norm, false,
                                   array_of(DType::kFloat32, {1, 2, 1, 2}, {5, 7, 6, 10}));
  ASSERT_TRUE(image);
  EXPECT_EQ(values_of(image->array), (std::vector<double>{2, 3, 1, 2}));
  const auto plain = convert_input(tensor_of("a", DType::kFloat16, {2, 2}), norm, false,
                                   array_of(DType::kFloat32, {2, 2}, {5, 7, 6, 10}));
  ASSERT_TRUE(plain);
  EXPECT_EQ(values_of(plain->array), (std::vector<double>{2, 3, 2.5, 4.5}));
}

TEST(Doors, RawPixelsOfAnImageStayAsTheyAreUnlessMeanOrStdChangeThem) {
  const auto tensor = int8_tensor({1, 1, 1, 2}, 1.0f, 0);
  const Array pixels = array_of(DType::kUint8, {1, 1, 1, 2}, {3, 250});
  const auto raw = convert_input(tensor, {}, true, pixels);
  ASSERT_TRUE(raw);
  EXPECT_TRUE(raw->raw_pixels);
  EXPECT_EQ(raw->array.data, pixels.data);
  const auto scaled = convert_input(tensor, {{0}, {2}, {}}, true, pixels);
  ASSERT_TRUE(scaled);
  EXPECT_FALSE(scaled->raw_pixels);
  EXPECT_EQ(values_of(scaled->array), (std::vector<double>{2, 125}));  // 1.5 rounds to even
  const auto not_image = convert_input(tensor, {}, false, pixels);
  ASSERT_TRUE(not_image);
  EXPECT_FALSE(not_image->raw_pixels);
}

Array real_values_of(const container::Tensor& tensor, const Array& own) {
  Array real = Array::zeros(DType::kFloat32, own.shape);
  EXPECT_TRUE(check_output(tensor, view_of(real)));
  read_into(tensor, Plain{own.data.size(), element_bytes(own.dtype)}, own.data, view_of(real));
  return real;
}

TEST(Doors, OutputsBecomeFloat32AsTheirScaleSays) {
  const auto tensor = int8_tensor({3}, 0.1f, 5);
  const Array real = real_values_of(tensor, array_of(DType::kInt8, {3}, {5, 127, -128}));
  EXPECT_EQ(values_of(real), (std::vector<double>{0, 122 * 0.1f, -133 * 0.1f}));
  const Array half = real_values_of(tensor_of("a", DType::kFloat16, {1}), array_of(DType::kFloat16, {1}, {0x1p-24}));
  EXPECT_EQ(values_of(half), (std::vector<double>{0x1p-24}));
}

TEST(Doors, OutputsGoIntoArraysOfAnyStrides) {
  const auto tensor = int8_tensor({2, 3}, 0.5f, 1);
  const Array own = array_of(DType::kInt8, {2, 3}, {1, 2, 3, 4, 5, 6});
  Array transposed = Array::zeros(DType::kFloat32, {3, 2});
  MutableView view = view_of(transposed);
  view.shape = {2, 3};
  view.strides = {4, 8};
  ASSERT_TRUE(check_output(tensor, view));
  read_into(tensor, Plain{6, 1}, own.data, view);
  EXPECT_EQ(values_of(transposed), (std::vector<double>{0, 1.5, 0.5, 2, 1, 2.5}));
}

TEST(Doors, OutputsOfAnotherShapeOrTypeAreRefused) {
  const auto tensor = int8_tensor({2}, 0.5f, 1);
  const auto message = [&](DType dtype, Shape shape) {
    Array into = Array::zeros(dtype, std::move(shape));
    const auto fits = check_output(tensor, view_of(into));
    return fits ? std::string("fits") : fits.error().message;
  };
  EXPECT_EQ(message(DType::kFloat32, {1, 2}), "the array for output 'a' has shape 1x2, the output 2");
  EXPECT_EQ(message(DType::kFloat16, {2}),
            "the array for output 'a' is float16, but it can be float32 or the model's own type int8");
  EXPECT_EQ(message(DType::kInt8, {2}), "fits");
}

}  // namespace
}  // namespace mattock::session
