#include "matmul/float_over_int8.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "support/device.hpp"

namespace mattock {
namespace {

struct Made {
  Array a, b, c;
  double bound = 0;
};

Array random_matrix(std::int64_t rows, std::int64_t columns, std::mt19937& random, double spread) {
  Array array = Array::zeros(DType::kFloat32, {rows, columns});
  std::normal_distribution<double> normal;
  for (std::size_t i = 0; i < array.size(); ++i) {
    // Rows and columns of very different sizes: one scale for all would lose the small ones.
    const double size = std::pow(spread, static_cast<double>(i / static_cast<std::size_t>(columns) % 3));
    set_element(array, i, normal(random) * size);
  }
  return array;
}

Made multiply(std::size_t m, std::size_t k, std::size_t n, double spread, std::uint32_t seed) {
  std::mt19937 random(seed);
  Device device = test::open_device();
  const auto size = [](std::size_t s) { return static_cast<std::int64_t>(s); };
  Made made{random_matrix(size(m), size(k), random, spread), random_matrix(size(k), size(n), random, spread),
            Array::zeros(DType::kFloat32, {size(m), size(n)})};
  auto product = FloatOverInt8::create(device, {.m = m, .k = k, .n = n}).value();
  EXPECT_FALSE(product.error_bound());
  EXPECT_TRUE(product.set_b(view_of(made.b)));
  EXPECT_TRUE(product.run(view_of(made.a), view_of(made.c)));
  made.bound = product.error_bound().value();
  return made;
}

double exact(const Made& made, std::size_t row, std::size_t column) {
  const auto k = static_cast<std::size_t>(made.a.shape[1]), n = static_cast<std::size_t>(made.b.shape[1]);
  double sum = 0;
  for (std::size_t i = 0; i < k; ++i)
    sum += element_as_double(made.a, row * k + i) * element_as_double(made.b, i * n + column);
  return sum;
}

TEST(FloatOverInt8, StaysWithinItsBoundAndTheBoundIsNotIdle) {
  for (const auto& [m, k, n] : {std::array<std::size_t, 3>{5, 33, 9}, {1, 200, 20}, {40, 1000, 3}, {7, 1, 7}}) {
    const Made made = multiply(m, k, n, 1, static_cast<std::uint32_t>(m + k));
    double worst = 0, largest = 0;
    for (std::size_t row = 0; row < m; ++row)
      for (std::size_t column = 0; column < n; ++column) {
        const double wanted = exact(made, row, column), found = element_as_double(made.c, row * n + column);
        worst = std::max(worst, std::abs(found - wanted) - std::abs(wanted) * 0x1p-23);
        largest = std::max(largest, std::abs(wanted));
      }
    EXPECT_LE(worst, made.bound);
    EXPECT_LT(worst, 0.05 * largest) << "worse than int8 has to be";
  }
}

TEST(FloatOverInt8, EachRowHasAScaleOfItsOwn) {
  const Made made = multiply(6, 50, 4, 1000, 5);
  for (std::size_t row = 0; row < 6; row += 3)  // the small rows
    for (std::size_t column = 0; column < 4; ++column) {
      double absolute = 0;
      for (std::size_t k = 0; k < 50; ++k)
        absolute += std::abs(element_as_double(made.a, row * 50 + k) * element_as_double(made.b, k * 4 + column));
      EXPECT_NEAR(element_as_double(made.c, row * 4 + column), exact(made, row, column), 0.02 * absolute);
    }
}

TEST(FloatOverInt8, IntegersUpTo127AreExact) {
  Device device = test::open_device();
  Array a = Array::zeros(DType::kFloat64, {2, 3}), b = Array::zeros(DType::kInt16, {3, 2});
  const double as[] = {127, 5, -64, 127, -127, 1}, bs[] = {127, -127, 3, 9, -9, 100};
  for (std::size_t i = 0; i < 6; ++i) set_element(a, i, as[i]), set_element(b, i, bs[i]);
  Array c = Array::zeros(DType::kFloat32, {2, 2});
  auto product = FloatOverInt8::create(device, {.m = 2, .k = 3, .n = 2}).value();
  ASSERT_TRUE(product.set_b(view_of(b)));
  ASSERT_TRUE(product.run(view_of(a), view_of(c)));
  EXPECT_EQ(element_as_double(c, 0), 127 * 127 + 5 * 3 + -64 * -9);
  EXPECT_EQ(element_as_double(c, 3), 127 * -127 + -127 * 9 + 100);
}

TEST(FloatOverInt8, TheBoundHoldsWhereNoFloat32IsTheRightScale) {
  Device device = test::open_device();
  auto product = FloatOverInt8::create(device, {.m = 1, .k = 1, .n = 1}).value();
  Array a = Array::zeros(DType::kFloat64, {1, 1}), b = Array::zeros(DType::kFloat64, {1, 1});
  Array c = Array::zeros(DType::kFloat32, {1, 1});
  // Scales of 178 times the smallest float32, which is then the scale, and of 200 times the largest.
  for (const auto& [of_a, of_b] : {std::pair{178 * 0x1p-149, 0x1p100}, std::pair{200 * 0x1p128, 0x1p-130}}) {
    set_element(a, 0, of_a), set_element(b, 0, of_b);
    ASSERT_TRUE(product.set_b(view_of(b)));
    ASSERT_TRUE(product.run(view_of(a), view_of(c)));
    const double distance = std::abs(element_as_double(c, 0) - of_a * of_b);
    EXPECT_GT(distance, 0.2 * of_a * of_b);
    EXPECT_LE(distance, product.error_bound().value() + of_a * of_b * 0x1p-24);
  }
}

TEST(FloatOverInt8, CMayLieWhereALies) {
  const Made apart = multiply(6, 6, 6, 1, 3);
  Device device = test::open_device();
  auto product = FloatOverInt8::create(device, {.m = 6, .k = 6, .n = 6}).value();
  Array a = apart.a;
  ASSERT_TRUE(product.set_b(view_of(apart.b)));
  ASSERT_TRUE(product.run(view_of(std::as_const(a)), view_of(a)));
  EXPECT_EQ(a.data, apart.c.data);
  EXPECT_EQ(product.error_bound(), apart.bound);
}

TEST(FloatOverInt8, BatchesAreTheirProductsAndTheWorstBound) {
  const Made first = multiply(3, 20, 4, 1, 3), second = multiply(3, 20, 4, 5, 4);
  Array a = Array::zeros(DType::kFloat32, {2, 3, 20}), b = Array::zeros(DType::kFloat32, {2, 20, 4});
  Array c = Array::zeros(DType::kFloat32, {2, 3, 4});
  std::ranges::copy(first.a.data, a.data.begin()), std::ranges::copy(second.a.data, a.data.begin() + 3 * 20 * 4);
  std::ranges::copy(first.b.data, b.data.begin()), std::ranges::copy(second.b.data, b.data.begin() + 20 * 4 * 4);
  Device device = test::open_device();
  const auto bound = matmul_over_int8(device, view_of(a), view_of(b), view_of(c));
  EXPECT_EQ(bound.value(), std::max(first.bound, second.bound));
  EXPECT_TRUE(std::equal(first.c.data.begin(), first.c.data.end(), c.data.begin()));
  EXPECT_TRUE(std::equal(second.c.data.begin(), second.c.data.end(), c.data.begin() + 3 * 4 * 4));
}

TEST(FloatOverInt8, AnInnerDimensionWhoseSumsCouldWrapIsRefused) {
  Device device = test::open_device();
  const std::size_t most = 133144;  // 133,145 * 127 * 127 is beyond 2^31
  EXPECT_EQ(FloatOverInt8::create(device, {.m = 1, .k = most + 1, .n = 1}).error().message,
            "K is 133145; over int8 it can be up to 133144, so that no sum leaves 32 bits");
  auto product = FloatOverInt8::create(device, {.m = 1, .k = most, .n = 1}).value();
  Array ones = Array::zeros(DType::kFloat32, {1, static_cast<std::int64_t>(most)}),
        c = Array::zeros(DType::kFloat32, {1, 1});
  for (std::size_t i = 0; i < most; ++i) set_element(ones, i, 1);
  ArrayView column = view_of(std::as_const(ones));
  std::swap(column.shape[0], column.shape[1]), std::swap(column.strides[0], column.strides[1]);
  ASSERT_TRUE(product.set_b(column));
  ASSERT_TRUE(product.run(view_of(ones), view_of(c)));
  EXPECT_NEAR(element_as_double(c, 0), most, 0.1);
}

TEST(FloatOverInt8, RefusesOtherShapesAndTypes) {
  Device device = test::open_device();
  auto product = FloatOverInt8::create(device, {.m = 2, .k = 3, .n = 4}).value();
  const Array wrong = Array::zeros(DType::kFloat32, {3, 3}), a = Array::zeros(DType::kFloat32, {2, 3});
  Array c = Array::zeros(DType::kFloat16, {2, 4});
  EXPECT_EQ(product.set_b(view_of(wrong)).error().message, "B has shape 3x3, this product wants 3x4");
  EXPECT_EQ(product.run(view_of(wrong), view_of(c)).error().message, "A has shape 3x3, this product wants 2x3");
  EXPECT_EQ(product.run(view_of(a), view_of(c)).error().message, "C is float16, this product gives float32");
}

}  // namespace
}  // namespace mattock
