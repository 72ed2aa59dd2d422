// int8 results against the rule written out: sums with zero points, the kernel's multiplier of 2^14, the output scale
// of 15 bits and a shift, halves to even, saturation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "base/fixed_scale.hpp"
#include "matmul/matmul.hpp"
#include "support/device.hpp"

namespace mattock {
namespace {

__extension__ typedef __int128 Wide;

/// value / 2^shift to nearest, halves to even.
std::int64_t shifted(Wide value, unsigned shift) {
  const Wide unit = static_cast<Wide>(1) << shift;
  Wide quotient = value / unit, rest = value % unit;
  if (rest < 0) {
    rest += unit;
    --quotient;
  }
  if (2 * rest > unit || (2 * rest == unit && quotient % 2 != 0)) ++quotient;
  return static_cast<std::int64_t>(quotient);
}

struct Product {
  std::size_t m, k, n;
  Requantisation q;
};

std::int64_t expected(const Product& p, const Array& a, const Array& b, std::size_t row, std::size_t column) {
  const auto at = [](const Array& array, std::size_t i) {
    return static_cast<std::int64_t>(static_cast<std::int8_t>(array.data[i]));
  };
  const std::int64_t zero_b = p.q.b_zero_point[p.q.b_zero_point.size() == 1 ? 0 : column];
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < p.k; ++k)
    sum += (at(a, row * p.k + k) - p.q.a_zero_point) * (at(b, k * p.n + column) - zero_b);
  float most = 0;
  for (const float scale : p.q.b_scale) most = std::max(most, scale);
  const float own = p.q.b_scale[p.q.b_scale.size() == 1 ? 0 : column];
  const auto multiplier = static_cast<std::int64_t>(std::nearbyint(16384.0 * own / double{most}));
  const std::int64_t scaled = shifted(static_cast<Wide>(sum) * multiplier, 14);
  const FixedScale out = fixed_scale(double{p.q.a_scale} * double{most} / double{p.q.c_scale}).value();
  const Wide offset = static_cast<Wide>(p.q.c_zero_point) << out.shift;
  return std::clamp<std::int64_t>(shifted(static_cast<Wide>(scaled) * out.multiplier + offset, out.shift), -128, 127);
}

void expect_exact(const Product& p, std::uint32_t seed) {
  SCOPED_TRACE(testing::Message() << p.m << "x" << p.k << "x" << p.n << " seed " << seed);
  std::mt19937 random(seed);
  Device device = test::open_device();
  const auto size = [](std::size_t s) { return static_cast<std::int64_t>(s); };
  Array a = Array::zeros(DType::kInt8, {size(p.m), size(p.k)}), b = Array::zeros(DType::kInt8, {size(p.k), size(p.n)});
  for (Array* array : {&a, &b})
    for (std::byte& byte : array->data) byte = static_cast<std::byte>(random());
  const auto c = matmul(device, view_of(a), view_of(b),
                        {.operand = plan::Operand::kInt8, .output = plan::Output::kInt8, .requantisation = p.q});
  ASSERT_TRUE(c) << to_string(c.error());
  for (std::size_t row = 0; row < p.m; ++row)
    for (std::size_t column = 0; column < p.n; ++column)
      ASSERT_EQ(element_as_double(*c, row * p.n + column), static_cast<double>(expected(p, a, b, row, column)))
          << row << ", " << column;
}

TEST(Requantise, OneScaleAndZeroPointForEachMatrix) {
  expect_exact({7, 33, 18, {0.02f, -13, {0.01f}, {5}, 0.5f, -2}}, 1);
  expect_exact({1, 64, 40, {0.02f, 100, {0.01f}, {-128}, 0.3f, 127}}, 2);
  expect_exact({300, 17, 3, {1, 0, {1}, {0}, 700, 0}}, 3);
}

TEST(Requantise, AScaleAndAZeroPointForEachColumn) {
  Requantisation q{0.05f, 7, {}, {}, 0.9f, 11};
  for (int column = 0; column < 35; ++column) {
    q.b_scale.push_back(0.001f * static_cast<float>(column + 1));
    q.b_zero_point.push_back(column * 7 - 128);
  }
  expect_exact({12, 50, 35, q}, 4);
  q.b_zero_point = {3};
  expect_exact({12, 50, 35, q}, 5);
}

TEST(Requantise, TwoHundredRandomProducts) {
  std::mt19937 random(9);
  for (std::uint32_t i = 0; i < 200; ++i) {
    Product p{random() % 40 + 1, random() % 200 + 1, random() % 60 + 1, {}};
    const auto scale = [&] {
      return std::ldexp(1 + static_cast<float>(random() % 1000) / 1000, -static_cast<int>(random() % 10));
    };
    const auto zero = [&] { return static_cast<std::int32_t>(random() % 256) - 128; };
    p.q = {scale(), zero(), {}, {}, 0, zero()};
    const std::size_t scales = random() % 2 == 0 ? 1 : p.n;
    for (std::size_t s = 0; s < scales; ++s) {
      p.q.b_scale.push_back(scale());
      p.q.b_zero_point.push_back(zero());
    }
    p.q.c_scale = p.q.a_scale * p.q.b_scale[0] * static_cast<float>(random() % 3000 + 1);
    expect_exact(p, i);
  }
}

TEST(Requantise, AnInnerDimensionInParts) {
  Requantisation q{0.05f, 7, {}, {}, 40, 11};
  for (int column = 0; column < 21; ++column) {
    q.b_scale.push_back(0.001f * static_cast<float>(column + 1));
    q.b_zero_point.push_back(column * 12 - 128);
  }
  for (const std::size_t k : {8191u, 8192u, 8193u, 20'000u, 40'000u}) {
    q.b_scale.resize(21);
    expect_exact({6, k, 21, q}, 1);
    expect_exact({1, k, 1, {0.02f, 100, {0.01f}, {-128}, 300, 127}}, 2);
  }
}

// Products of 2^14 that add up to far more than 32 bits hold.
TEST(Requantise, PartsAreJoinedWithoutWrapping) {
  const std::size_t k = 300'000;
  Array a = Array::zeros(DType::kInt8, {1, static_cast<std::int64_t>(k)});
  std::ranges::fill(a.data, std::byte{0x80});
  Array b = a;
  b.shape = {static_cast<std::int64_t>(k), 1};
  Device device = test::open_device();
  const Requantisation q{1, 0, {1}, {0}, 5e7f, 0};
  const auto c = matmul(device, view_of(a), view_of(b),
                        {.operand = plan::Operand::kInt8, .output = plan::Output::kInt8, .requantisation = q});
  ASSERT_TRUE(c) << to_string(c.error());
  EXPECT_EQ(element_as_double(*c, 0), 98);  // 300,000 * 2^14 / 5e7 = 98.3
}

TEST(Requantise, OperandsAndResultsInTheNpusLayout) {
  for (const std::size_t long_k : {70u, 9'000u}) {
    const Product p{5, long_k, 21, {0.02f, -13, {0.01f}, {5}, long_k == 70 ? 0.5f : 6.0f, -2}};
    const std::size_t slices = (long_k + 31) / 32;
    std::mt19937 random(9);
    const auto size = [](std::size_t s) { return static_cast<std::int64_t>(s); };
    Array a = Array::zeros(DType::kInt8, {5, size(p.k)}), b = Array::zeros(DType::kInt8, {size(p.k), 21});
    for (Array* array : {&a, &b})
      for (std::byte& byte : array->data) byte = static_cast<std::byte>(random());
    Array native_a = Array::zeros(DType::kInt8, {size(slices * 4), 5, 8});
    Array native_b = Array::zeros(DType::kInt8, {2, size(slices), 16, 32});
    for (std::size_t m = 0; m < p.m; ++m)
      for (std::size_t k = 0; k < p.k; ++k) native_a.data[(k / 8 * p.m + m) * 8 + k % 8] = a.data[m * p.k + k];
    for (std::size_t k = 0; k < p.k; ++k)
      for (std::size_t n = 0; n < p.n; ++n)
        native_b.data[((n / 16 * slices + k / 32) * 16 + n % 16) * 32 + k % 32] = b.data[k * p.n + n];

    Device device = test::open_device();
    auto product = Matmul::create(device, {.m = p.m,
                                           .k = p.k,
                                           .n = p.n,
                                           .types = {plan::Operand::kInt8, plan::Output::kInt8},
                                           .options = {.native = {true, true, true}},
                                           .requantisation = p.q});
    ASSERT_TRUE(product) << to_string(product.error());
    Array c = Array::zeros(DType::kInt8, {4, 5, 8});
    ASSERT_TRUE(product->set_b(view_of(std::as_const(native_b))));
    ASSERT_TRUE(product->run(view_of(std::as_const(native_a)), view_of(c)));
    for (std::size_t m = 0; m < p.m; ++m)
      for (std::size_t n = 0; n < p.n; ++n)
        EXPECT_EQ(element_as_double(c, (n / 8 * p.m + m) * 8 + n % 8), static_cast<double>(expected(p, a, b, m, n)))
            << m << ", " << n;
  }
}

TEST(Requantise, ValuesThatDoNotFitAreRefusedByName) {
  Device device = test::open_device();
  const auto message = [&](const Requantisation& q) {
    const auto product = Matmul::create(
        device, {.m = 2, .k = 3, .n = 4, .types = {plan::Operand::kInt8, plan::Output::kInt8}, .requantisation = q});
    return product ? std::string("made") : to_string(product.error());
  };
  EXPECT_EQ(message({}), "made");
  EXPECT_EQ(message({.a_scale = 0}), "the scale of A is 0; it must be above 0 and finite");
  EXPECT_EQ(message({.b_scale = {1, 2}}), "B has 2 scales; it can have 1 or one for each of 4 columns");
  EXPECT_EQ(message({.b_zero_point = {128}}), "the zero point of B is 128; it can be -128 to 127");
  EXPECT_EQ(message({.a_scale = 1e6f}),
            "scale of A times that of B by that of C: a scale of 1000000 cannot be a multiplier of 15 bits and a right "
            "shift; it must be from 0 to below 32768");
}

TEST(FixedScale, IsTheNearestOfFifteenBits) {
  EXPECT_EQ(fixed_scale(1).value(), (FixedScale{0x4000, 14}));
  EXPECT_EQ(fixed_scale(0.5).value(), (FixedScale{0x4000, 15}));
  EXPECT_EQ(fixed_scale(32767).value(), (FixedScale{0x7fff, 0}));
  EXPECT_EQ(fixed_scale(0x1p15 - 0.25).value(), (FixedScale{0x7fff, 0}));
  EXPECT_EQ(fixed_scale(1 - 0x1p-20).value(), (FixedScale{0x4000, 14}));  // rounds up to the next power of two
  EXPECT_EQ(fixed_scale(0).value(), (FixedScale{0, 0}));
  EXPECT_EQ(fixed_scale(0x1p-48).value(), (FixedScale{0x4000, 62}));
  EXPECT_FALSE(fixed_scale(0x1p15));
  EXPECT_FALSE(fixed_scale(-1));
  EXPECT_FALSE(fixed_scale(NAN));
  std::mt19937 random(3);
  for (int i = 0; i < 1000; ++i) {
    const double factor = std::ldexp(static_cast<double>(random()) + 1, static_cast<int>(random() % 40) - 60);
    if (factor >= 0x1p15 || factor < 0x1p-48) continue;
    const FixedScale fixed = fixed_scale(factor).value();
    EXPECT_NEAR(std::ldexp(fixed.multiplier, -static_cast<int>(fixed.shift)) / factor, 1, 0x1p-15);
  }
}

}  // namespace
}  // namespace mattock
