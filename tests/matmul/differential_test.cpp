// Thousands of products against plain loops. A failure names its seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "matmul/cases.hpp"
#include "support/device.hpp"

namespace mattock::test {
namespace {

using plan::Operand;
using plan::Output;

Case random_case(std::mt19937& random) {
  const auto side = [&] {
    switch (random() % 8) {
      case 0: return std::size_t{1};
      case 1: return std::size_t{random() % 16 + 1};
      default: return std::size_t{random() % 300 + 1};
    }
  };
  const auto coin = [&] { return random() % 2 == 0; };
  Case c{.m = side(), .k = side(), .n = side()};
  c.operand = coin() ? Operand::kFp16 : Operand::kInt8;
  if (c.operand == Operand::kInt8) {
    c.output = Output::kInt32;
  } else {
    c.output = random() % 3 == 0 ? Output::kFp16 : Output::kFp32;
    c.a_type = std::array{DType::kFloat16, DType::kFloat32, DType::kFloat64, DType::kInt8}[random() % 4];
  }
  c.small_integers = random() % 4 == 0 || c.a_type == DType::kInt8;
  if (c.small_integers && c.output == Output::kFp16) c.k = std::min<std::size_t>(c.k, 200);  // exact below 2048
  c.a_transposed = coin();
  c.b_transposed = coin();
  c.c_transposed = coin();
  c.a_reversed = coin();
  return c;
}

/// In eight tests, so that they run side by side.
class Differential : public testing::TestWithParam<int> {};

TEST_P(Differential, FourHundredRandomProducts) {
  Device device = open_device();
  std::mt19937 random(static_cast<std::uint32_t>(GetParam()));
  for (std::uint32_t i = 0; i < 400; ++i) {
    const Case c = random_case(random);
    const std::string wrong = run_case(device, c, static_cast<std::uint32_t>(GetParam()) * 1000 + i);
    ASSERT_EQ(wrong, "");
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Differential, testing::Range(1, 9));

}  // namespace
}  // namespace mattock::test
