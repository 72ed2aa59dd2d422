// Shapes just below, at and just above every limit a plan meets.
#include <gtest/gtest.h>

#include "matmul/cases.hpp"
#include "support/device.hpp"

namespace mattock::test {
namespace {

using plan::Operand;
using plan::Output;

void expect_right(Case c, const plan::Options& options = {}) {
  Device device = open_device();
  for (const Operand operand : {Operand::kFp16, Operand::kInt8}) {
    c.operand = operand;
    c.output = operand == Operand::kFp16 ? Output::kFp32 : Output::kInt32;
    EXPECT_EQ(run_case(device, c, 7, options), "");
  }
}

/// One dimension around each of `limits`, the others small and not square.
void expect_around(std::initializer_list<std::size_t> limits, std::size_t Case::*dimension, Case c) {
  for (const std::size_t limit : limits)
    for (const std::size_t size : {limit - 1, limit, limit + 1}) {
      c.*dimension = size;
      expect_right(c);
    }
}

TEST(Limits, SlicesGroupsAtomsAndOne) {
  expect_around({2, 4, 8, 16, 32, 64}, &Case::k, {.m = 5, .n = 11});
  expect_around({2, 8, 16, 32}, &Case::n, {.m = 5, .k = 37});
  expect_around({2, 4, 18}, &Case::m, {.k = 37, .n = 11});
}

TEST(Limits, HeightOfAMap) { expect_around({2047, 4094}, &Case::m, {.k = 3, .n = 17}); }

TEST(Limits, RowsThatFillTheirBanks) { expect_around({48, 56, 96, 112, 224}, &Case::m, {.k = 2048, .n = 19}); }

TEST(Limits, KernelsOfATask) { expect_around({7168, 8192, 14336}, &Case::n, {.m = 3, .k = 5}); }

TEST(Limits, KernelsOfATaskOfOnePixel) { expect_around({7168, 8192}, &Case::n, {.m = 1, .k = 40}); }

TEST(Limits, GapBehindALineOfTheResult) { expect_around({16384, 32768}, &Case::n, {.m = 2, .k = 3}); }

TEST(Limits, InnerDimensionOfATask) { expect_around({3072, 6144, 8192, 10240}, &Case::k, {.m = 3, .n = 9}); }

TEST(Limits, InnerDimensionOfOnePixel) { expect_around({8188, 8192, 16376}, &Case::k, {.m = 1, .n = 9}); }

TEST(Limits, LongInnerAndWideResult) {
  expect_right({.m = 3, .k = 40000, .n = 5});
  expect_right({.m = 1, .k = 40000, .n = 2});
  expect_right({.m = 2, .k = 7, .n = 60000});
  expect_right({.m = 60000, .k = 7, .n = 2});
  expect_right({.m = 1, .k = 7, .n = 60000});
}

TEST(Limits, AreMovedByTheOptions) {
  expect_right({.m = 3, .k = 9000, .n = 7}, {.allow_assumed = true});
  expect_right({.m = 3, .k = 40, .n = 8192}, {.allow_assumed = true});
  expect_right({.m = 70, .k = 2048, .n = 300}, {.weight_streaming = false});
}

TEST(Limits, SumsBeyondInt32WrapWhoeverJoinsThem) {
  // 140,000 products of (-128)^2 are 2,293,760,000, beyond 2^31.
  Device device = open_device();
  const std::size_t k = 140'000;
  Array a = Array::zeros(DType::kInt8, {1, static_cast<std::int64_t>(k)});
  for (std::size_t i = 0; i < k; ++i) a.data[i] = std::byte{0x80};
  Array b = a;
  b.shape = {static_cast<std::int64_t>(k), 1};
  for (const bool allow_assumed : {false, true}) {
    const auto c = matmul(device, view_of(a), view_of(b),
                          {.operand = Operand::kInt8, .output = Output::kInt32, .plan = {allow_assumed}});
    ASSERT_TRUE(c) << to_string(c.error());
    EXPECT_EQ(element_as_double(*c, 0), 140'000.0 * 16384 - 0x1p32);
  }
}

}  // namespace
}  // namespace mattock::test
