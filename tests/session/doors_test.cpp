#include "session/doors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

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

TEST(Doors, Int8IsRefusedByFloatModelsWithTheTypesTheyTake) {
  const auto converted =
      convert_input(tensor_of("a", DType::kFloat16, {1}), {}, false, array_of(DType::kInt8, {1}, {1}));
  ASSERT_FALSE(converted);
  EXPECT_EQ(converted.error().code, Code::kBadInput);
  EXPECT_EQ(converted.error().message,
            "input 'a' is int8, but the model takes float16, float32, float64, bfloat16 or uint8");
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

TEST(Doors, OutputsBecomeFloat32AsTheirScaleSays) {
  const auto tensor = int8_tensor({3}, 0.1f, 5);
  const Array real = to_float32(tensor, array_of(DType::kInt8, {3}, {5, 127, -128}));
  EXPECT_EQ(real.dtype, DType::kFloat32);
  EXPECT_EQ(values_of(real), (std::vector<double>{0, 122 * 0.1f, -133 * 0.1f}));
  const Array half = to_float32(tensor_of("a", DType::kFloat16, {1}), array_of(DType::kFloat16, {1}, {0x1p-24}));
  EXPECT_EQ(values_of(half), (std::vector<double>{0x1p-24}));
}

}  // namespace
}  // namespace mattock::session
