// Long inner dimensions whose parts the NPU joins, each task adding the sums of the part before.
#include <gtest/gtest.h>

#include <array>

#include "matmul/cases.hpp"
#include "support/device.hpp"

namespace mattock::test {
namespace {

using plan::Operand;
using plan::Output;

constexpr plan::Options kAssumed{.allow_assumed = true};

bool npu_joins(const Case& c) {
  const hw::Chip& chip = *hw::find_chip("rk3566");
  return plan::plan_matmul(chip, {c.m, c.k, c.n}, {c.operand, c.output}, kAssumed).value().npu_joins;
}

TEST(Joins, AHundredAndTwentyRandomProducts) {
  Device device = open_device();
  std::mt19937 random(3);
  std::size_t joined = 0;
  for (std::uint32_t i = 0; i < 120; ++i) {
    Case c{.m = random() % 40 + 1, .k = random() % 15'000 + 2'000, .n = random() % 40 + 1};
    c.operand = random() % 2 == 0 ? Operand::kFp16 : Operand::kInt8;
    c.output = c.operand == Operand::kInt8 ? Output::kInt32 : random() % 2 == 0 ? Output::kFp16 : Output::kFp32;
    c.small_integers = random() % 4 == 0 && c.output != Output::kFp16;
    c.a_transposed = random() % 2 == 0;
    c.c_transposed = random() % 2 == 0;
    c.a_reversed = random() % 2 == 0;
    if (npu_joins(c)) ++joined;
    ASSERT_EQ(run_case(device, c, i, kAssumed), "");
  }
  EXPECT_GE(joined, 60u);
}

TEST(Joins, OnePixelWideResultsAndLimits) {
  Device device = open_device();
  for (const auto& [m, k, n] : {std::array<std::size_t, 3>{1, 40'000, 5},
                                {5, 40'000, 1},
                                {2, 20'481, 3},
                                {2, 20'480, 3},
                                {2, 20'479, 3},
                                {1, 10'500, 1'000}})
    for (const Operand operand : {Operand::kFp16, Operand::kInt8}) {
      Case c{.m = m, .k = k, .n = n, .operand = operand};
      c.output = operand == Operand::kFp16 ? Output::kFp32 : Output::kInt32;
      EXPECT_TRUE(npu_joins(c)) << name_of(c);
      EXPECT_EQ(run_case(device, c, 5, kAssumed), "");
    }
}

}  // namespace
}  // namespace mattock::test
