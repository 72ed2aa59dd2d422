// Operands and results in the NPU's own layout: copied, not reordered.
#include <gtest/gtest.h>

#include <array>

#include "matmul/cases.hpp"
#include "matmul/float_over_int8.hpp"
#include "support/device.hpp"

namespace mattock::test {
namespace {

using plan::Native;
using plan::Operand;
using plan::Output;

void random_cases(std::uint32_t seed, std::size_t longest, bool allow_assumed, std::uint32_t count) {
  Device device = open_device();
  std::mt19937 random(seed);
  const auto side = [&](std::size_t most) { return random() % 6 == 0 ? 1 : random() % most + 1; };
  for (std::uint32_t i = 0; i < count; ++i) {
    Case c{.m = side(100), .k = side(longest), .n = side(100)};
    c.operand = random() % 2 == 0 ? Operand::kFp16 : Operand::kInt8;
    c.output = c.operand == Operand::kInt8 ? Output::kInt32 : random() % 3 == 0 ? Output::kFp16 : Output::kFp32;
    c.a_transposed = random() % 2 == 0;
    c.b_transposed = random() % 2 == 0;
    c.c_transposed = random() % 2 == 0;
    const Native native{random() % 2 == 0, random() % 2 == 0, random() % 2 == 0};
    const std::string wrong = run_case(device, c, i, {.allow_assumed = allow_assumed, .native = native});
    ASSERT_EQ(wrong, "") << "native A " << native.a << ", B " << native.b << ", C " << native.c;
  }
}

TEST(Native, TwoHundredRandomProducts) { random_cases(11, 300, false, 200); }
TEST(Native, PartsOfALongInnerDimension) { random_cases(12, 24'000, false, 40); }
TEST(Native, PartsThatTheNpuJoins) { random_cases(13, 24'000, true, 40); }

TEST(Native, Limits) {
  Device device = open_device();
  for (const auto& [m, k, n] : {std::array<std::size_t, 3>{2046, 3, 17},
                                {2047, 3, 17},
                                {2048, 3, 17},
                                {4095, 16, 8},
                                {3, 5, 7169},
                                {3, 5, 16'385},
                                {2, 3, 40'000},
                                {1, 8193, 5},
                                {5, 8193, 1},
                                {47, 2048, 9},
                                {48, 2048, 9},
                                {49, 2048, 9}})
    for (const Operand operand : {Operand::kFp16, Operand::kInt8}) {
      Case c{.m = m, .k = k, .n = n, .operand = operand};
      c.output = operand == Operand::kFp16 ? Output::kFp32 : Output::kInt32;
      EXPECT_EQ(run_case(device, c, 5, {.native = {true, true, true}}), "");
    }
}

TEST(Native, EachMatrixHasItsOwnShape) {
  Device device = open_device();
  const auto product = Matmul::create(device, {.m = 3, .k = 4, .n = 5, .options = {.native = {false, false, true}}});
  EXPECT_EQ(product->shapes().a, (Shape{3, 4}));
  EXPECT_EQ(product->shapes().b, (Shape{4, 5}));
  EXPECT_EQ(product->shapes().c, (Shape{2, 3, 4}));
}

TEST(Native, IsOfProductsOfOneShape) {
  Device device = open_device();
  const Array a = Array::zeros(DType::kFloat16, {4, 3, 4}), b = Array::zeros(DType::kFloat16, {4, 3});
  const plan::Options options{.native = {true, false, false}};
  EXPECT_EQ(matmul(device, view_of(a), view_of(b), {.plan = options}).error().code, Code::kUsage);
  EXPECT_EQ(FloatOverInt8::create(device, {.m = 3, .k = 4, .n = 3, .options = options}).error().code, Code::kUsage);
}

// The sizes that Rockchip's library reports for M 4, K 64, N 32 (c-api.md).
TEST(Native, ShapesAreThoseOfTheVendor) {
  const hw::Chip& chip = *hw::find_chip("rk3566");
  const MatmulShapes int8 = native_shapes(chip, {4, 64, 32}, {Operand::kInt8, Output::kInt32});
  EXPECT_EQ(int8.a, (Shape{8, 4, 8}));
  EXPECT_EQ(int8.b, (Shape{2, 2, 16, 32}));
  EXPECT_EQ(int8.c, (Shape{8, 4, 4}));
  const MatmulShapes fp16 = native_shapes(chip, {4, 64, 32}, {Operand::kFp16, Output::kFp32});
  EXPECT_EQ(fp16.a, (Shape{16, 4, 4}));
  EXPECT_EQ(fp16.b, (Shape{4, 4, 8, 16}));
  EXPECT_EQ(fp16.c, (Shape{8, 4, 4}));
}

TEST(Native, ArraysOfAnotherShapeTypeOrWithGapsAreRefused) {
  Device device = open_device();
  auto product = Matmul::create(device, {.m = 3, .k = 4, .n = 5, .options = {.native = {true, true, true}}}).value();
  const auto message = [](const Result<void>& result) { return result ? "" : result.error().message; };
  const Array plain = Array::zeros(DType::kFloat16, {4, 5}), wide = Array::zeros(DType::kFloat32, {1, 1, 8, 16});
  EXPECT_EQ(message(product.set_b(view_of(plain))), "B has shape 4x5, this product has 1x1x8x16 in the NPU's layout");
  EXPECT_EQ(message(product.set_b(view_of(wide))), "B is float32, but in the NPU's layout it is float16");
  Array b = Array::zeros(DType::kFloat16, {1, 1, 8, 32});
  ArrayView gaps = view_of(std::as_const(b));
  gaps.shape[3] = 16;
  EXPECT_EQ(message(product.set_b(gaps)), "B is not row-major without gaps, as the NPU's layout is");
  b.shape[3] = 16;
  ASSERT_TRUE(product.set_b(view_of(std::as_const(b))));
  const Array a = Array::zeros(DType::kFloat16, {4, 3, 4});
  Array c = Array::zeros(DType::kFloat16, {2, 3, 4});
  EXPECT_EQ(message(product.run(view_of(a), view_of(c))), "C is float16, but in the NPU's layout it is float32");
}

}  // namespace
}  // namespace mattock::test
