// Floats over int8 through the C interface: distances from products in binary64, the bound, types, layouts, misuse.
#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "capi/library.hpp"

namespace mattock::test {
namespace {

mattock_matmul_spec over_int8(uint64_t m, uint64_t k, uint64_t n) {
  mattock_matmul_spec result = spec(m, k, n);
  result.operand = MATTOCK_INT8;
  result.result = MATTOCK_FLOAT32;
  return result;
}

FloatArray random_array(std::vector<int64_t> shape, uint32_t seed) {
  FloatArray array(std::move(shape));
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  for (float& number : array.numbers) number = normal(random);
  return array;
}

/// Element (row, column) of the product of two matrices, in binary64.
double exact(const FloatArray& a, const FloatArray& b, std::size_t row, std::size_t column) {
  const auto k = static_cast<std::size_t>(a.shape[1]), n = static_cast<std::size_t>(b.shape[1]);
  double sum = 0;
  for (std::size_t i = 0; i < k; ++i) sum += double{a.numbers[row * k + i]} * double{b.numbers[i * n + column]};
  return sum;
}

/// The largest distance of the numbers of C from exact ones, without the rounding to float32.
double distance(const FloatArray& a, const FloatArray& b, const FloatArray& c) {
  double worst = 0;
  const auto n = static_cast<std::size_t>(b.shape[1]);
  for (std::size_t i = 0; i < c.numbers.size(); ++i) {
    const double wanted = exact(a, b, i / n, i % n), found = double{c.numbers[i]};
    worst = std::max(worst, std::abs(found - wanted) - std::abs(found) * 0x1p-24);
  }
  return worst;
}

/// A device, and a product on it.
class OverInt8 : public testing::Test {
 protected:
  OverInt8() { EXPECT_EQ(mattock_device_open(device_name(), &device, nullptr), MATTOCK_OK); }
  ~OverInt8() override {
    close();
    mattock_device_close(device, nullptr);
  }

  void create(uint64_t m, uint64_t k, uint64_t n) {
    close();
    const mattock_matmul_spec shape = over_int8(m, k, n);
    ErrorText error;
    ASSERT_EQ(mattock_matmul_create(device, &shape, &matmul, error), MATTOCK_OK) << error.error.message;
  }

  void close() { mattock_matmul_close(matmul, nullptr); }

  double bound() {
    double value = -1;
    EXPECT_EQ(mattock_matmul_error_bound(matmul, &value, nullptr), MATTOCK_OK);
    return value;
  }

  mattock_device device = nullptr;
  mattock_matmul matmul = nullptr;
};

TEST_F(OverInt8, StaysWithinABoundThatIsNotIdle) {
  const std::vector<std::array<int64_t, 3>> shapes{{1, 1, 1}, {3, 70, 5}, {1, 33, 20}, {17, 1, 9}, {40, 300, 1}};
  for (const auto& [m, k, n] : shapes) {
    FloatArray a = random_array({m, k}, 1), b = random_array({k, n}, 2), c({m, n});
    const mattock_array left = a.array(), right = b.array(), result = c.array();
    create(static_cast<uint64_t>(m), static_cast<uint64_t>(k), static_cast<uint64_t>(n));
    ASSERT_EQ(mattock_matmul_set_b(matmul, &right, nullptr), MATTOCK_OK);
    ASSERT_EQ(mattock_matmul_run(matmul, &left, &result, nullptr), MATTOCK_OK);
    EXPECT_LE(distance(a, b, c), bound());
    EXPECT_GT(bound(), 0);
    // Numbers within 5, both off by at most 5 / 254: no bound needs more.
    EXPECT_LT(bound(), static_cast<double>(k) * (2 * 5 * 5 / 254.0 + 5 * 5 / 254.0 / 254.0));
    std::vector<float> at_once(c.numbers.size());
    mattock_array other = result;
    other.data = at_once.data();
    const mattock_matmul_spec types = over_int8(0, 0, 0);
    ASSERT_EQ(mattock_multiply(device, &left, &right, &other, &types, nullptr), MATTOCK_OK);
    EXPECT_EQ(at_once, c.numbers);
  }
}

TEST_F(OverInt8, NumbersThatInt8HoldsAreExactInAnyType) {
  // Each row of A and column of B has a 127, so that its scale is 1.
  const int8_t a[] = {127, 5, -64, -127, 127, 1}, b[] = {127, -127, 3, 9, -9, 100};
  const double wide[] = {127, -127, 3, 9, -9, 100};
  const int64_t two_three[] = {2, 3}, three_two[] = {3, 2};
  FloatArray c({2, 2});
  const mattock_array left{sizeof left, MATTOCK_INT8, 2, two_three, nullptr, const_cast<int8_t*>(a), 0, 0},
      small{sizeof small, MATTOCK_INT8, 2, three_two, nullptr, const_cast<int8_t*>(b), 0, 0},
      large{sizeof large, MATTOCK_FLOAT64, 2, three_two, nullptr, const_cast<double*>(wide), 0, 0}, result = c.array();
  const mattock_matmul_spec types = over_int8(0, 0, 0);
  for (const mattock_array* right : {&small, &large}) {
    std::fill(c.numbers.begin(), c.numbers.end(), 0.0f);
    ASSERT_EQ(mattock_multiply(device, &left, right, &result, &types, nullptr), MATTOCK_OK);
    EXPECT_EQ(c.numbers, (std::vector<float>{127 * 127 + 5 * 3 + 64 * 9, -127 * 127 + 5 * 9 - 6400,
                                             -127 * 127 + 127 * 3 - 9, 127 * 127 + 127 * 9 + 100}));
  }
}

TEST_F(OverInt8, EveryInt8IsANumberToBeScaledToo) {
  const int8_t a = -128, b = 64;  // -128 is no code, but its row's scale is 128 / 127
  const int64_t one[] = {1, 1};
  FloatArray c({1, 1});
  const mattock_array left{sizeof left, MATTOCK_INT8, 2, one, nullptr, const_cast<int8_t*>(&a), 0, 0},
      right{sizeof right, MATTOCK_INT8, 2, one, nullptr, const_cast<int8_t*>(&b), 0, 0}, result = c.array();
  const mattock_matmul_spec types = over_int8(0, 0, 0);
  ASSERT_EQ(mattock_multiply(device, &left, &right, &result, &types, nullptr), MATTOCK_OK);
  EXPECT_NEAR(c.numbers[0], -128 * 64, 0.01);
}

TEST_F(OverInt8, AnyStridesAreReadAndWrittenWhereTheyLie) {
  // A is the transposed of another array, B has its rows upside down, C goes backwards to every second float.
  FloatArray a = random_array({3, 5}, 3), b = random_array({5, 4}, 4), c({3, 4}), columns({5, 3}), flipped({5, 4});
  FloatArray large({24}, 50);
  for (std::size_t i = 0; i < 15; ++i) columns.numbers[i % 5 * 3 + i / 5] = a.numbers[i];
  for (std::size_t i = 0; i < 20; ++i) flipped.numbers[(4 - i / 4) * 4 + i % 4] = b.numbers[i];
  mattock_array left = a.array(), right = b.array(), result = c.array();
  const int64_t by_column[] = {4, 12}, upwards[] = {-16, 4}, backwards[] = {-32, -8};
  left.data = columns.numbers.data(), left.strides = by_column;
  right.data = flipped.numbers.data() + 16, right.strides = upwards;
  result.data = large.numbers.data() + 23, result.strides = backwards;
  const std::vector<float> before = large.numbers;
  create(3, 5, 4);
  ASSERT_EQ(mattock_matmul_set_b(matmul, &right, nullptr), MATTOCK_OK);
  ASSERT_EQ(mattock_matmul_run(matmul, &left, &result, nullptr), MATTOCK_OK);
  for (std::size_t i = 0; i < 12; ++i) {
    c.numbers[i] = large.numbers[23 - 2 * i];
    EXPECT_EQ(large.numbers[22 - 2 * i], before[22 - 2 * i]) << "between the numbers of C";
  }
  EXPECT_LE(distance(a, b, c), bound());
  EXPECT_LT(bound(), 1);
}

TEST_F(OverInt8, BatchesAreBroadcastAndMayBeOverwritten) {
  FloatArray stack = random_array({2, 1, 2, 4}, 5), b = random_array({3, 4, 4}, 6), c({2, 3, 2, 4});
  mattock_array left = stack.array(), right = b.array(), result = c.array();
  const mattock_matmul_spec types = over_int8(0, 0, 0);
  ASSERT_EQ(mattock_multiply(device, &left, &right, &result, &types, nullptr), MATTOCK_OK);
  const auto part = [](const FloatArray& of, std::size_t first, int64_t rows) {
    FloatArray matrix({rows, 4});
    std::copy_n(of.numbers.begin() + static_cast<std::ptrdiff_t>(first), rows * 4, matrix.numbers.begin());
    return matrix;
  };
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_LE(distance(part(stack, i / 3 * 8, 2), part(b, i % 3 * 16, 4), part(c, i * 8, 2)), 0.25);
  // One matrix by a stack, whose first product goes where the second B is.
  FloatArray square = random_array({4, 4}, 7), apart({3, 4, 4});
  std::vector<float> room = b.numbers;
  room.resize(4 * 16);
  const mattock_array one = square.array(), fresh = apart.array();
  mattock_array over = fresh;
  right.data = room.data(), over.data = room.data() + 16;
  ASSERT_EQ(mattock_multiply(device, &one, &right, &fresh, &types, nullptr), MATTOCK_OK);
  ASSERT_EQ(mattock_multiply(device, &one, &right, &over, &types, nullptr), MATTOCK_OK);
  EXPECT_TRUE(std::equal(apart.numbers.begin(), apart.numbers.end(), room.begin() + 16));
}

TEST_F(OverInt8, CMayLieWhereALies) {
  FloatArray a = random_array({4, 4}, 8), b = random_array({4, 4}, 9), both = a;
  const mattock_array right = b.array(), over = both.array();
  create(4, 4, 4);
  ASSERT_EQ(mattock_matmul_set_b(matmul, &right, nullptr), MATTOCK_OK);
  ASSERT_EQ(mattock_matmul_run(matmul, &over, &over, nullptr), MATTOCK_OK);
  EXPECT_LE(distance(a, b, both), bound());
  EXPECT_NE(both.numbers, a.numbers);
}

TEST_F(OverInt8, NanCountsAsZeroAndInfinitiesSaturate) {
  FloatArray a({1, 3}), b({3, 1}), c({1, 1});
  a.numbers = {NAN, INFINITY, -127};
  b.numbers = {127, 2, 3};
  const mattock_array left = a.array(), right = b.array(), result = c.array();
  const mattock_matmul_spec types = over_int8(0, 0, 0);
  ASSERT_EQ(mattock_multiply(device, &left, &right, &result, &types, nullptr), MATTOCK_OK);
  EXPECT_EQ(c.numbers[0], 127 * 2 - 127 * 3);
}

TEST_F(OverInt8, ExplainsThatNumbersAreScaled) {
  create(3, 5, 4);
  char text[4000] = "";
  ASSERT_EQ(mattock_matmul_explain(matmul, text, sizeof text, nullptr, nullptr), MATTOCK_OK);
  EXPECT_EQ(std::string(text).rfind("C[3, 4] = A[3, 5] x B[5, 4], int8 to int32, on rk3566\n", 0), 0u) << text;
  EXPECT_NE(std::string(text).find("scaled back to float32"), std::string::npos) << text;
}

TEST_F(OverInt8, TheBoundIsOfARun) {
  const auto refusal = [&](mattock_matmul of) {
    ErrorText error;
    double value = 7;
    EXPECT_EQ(mattock_matmul_error_bound(of, &value, error), MATTOCK_USAGE);
    EXPECT_EQ(value, 7);
    return std::string(error.error.message);
  };
  create(3, 5, 4);
  FloatArray a = random_array({3, 5}, 1), b = random_array({5, 4}, 2), c({3, 4});
  const mattock_array left = a.array(), right = b.array(), result = c.array();
  ErrorText error;
  EXPECT_EQ(mattock_matmul_run(matmul, &left, &result, error), MATTOCK_USAGE);
  EXPECT_STREQ(error.error.message, "the product has no B yet");
  ASSERT_EQ(mattock_matmul_set_b(matmul, &right, nullptr), MATTOCK_OK);
  EXPECT_EQ(refusal(matmul), "the product has not run, so it has no error bound");
  ASSERT_EQ(mattock_matmul_run(matmul, &left, &result, nullptr), MATTOCK_OK);
  const double first = bound();
  EXPECT_EQ(mattock_matmul_run(matmul, &right, &result, error), MATTOCK_BAD_INPUT);
  EXPECT_EQ(bound(), first) << "of the run that succeeded";
  for (float& number : a.numbers) number *= 2;
  ASSERT_EQ(mattock_matmul_run(matmul, &left, &result, nullptr), MATTOCK_OK);
  EXPECT_DOUBLE_EQ(bound(), 2 * first);
  OpenedMatmul other;
  EXPECT_EQ(refusal(other.matmul), "only a product of int8 operands to a float32 result has an error bound");
}

TEST_F(OverInt8, WhatCannotBeIsRefused) {
  const auto message = [&](mattock_status wanted, FloatArray& x, FloatArray& y, mattock_array result,
                           const mattock_matmul_spec& types) {
    const mattock_array left = x.array(), right = y.array();
    ErrorText error;
    EXPECT_EQ(mattock_multiply(device, &left, &right, &result, &types, error), wanted);
    return std::string(error.error.message);
  };
  FloatArray a({3, 5}), b({5, 4}), c({3, 4}, 7), two({2, 3, 5}), three({3, 5, 4});
  const std::vector<float> before = c.numbers;
  mattock_matmul_spec types = over_int8(0, 0, 0);
  EXPECT_EQ(message(MATTOCK_BAD_INPUT, a, a, c.array(), types),
            "A is 3x5 and B is 3x5: the inner dimensions 5 and 3 differ");
  EXPECT_EQ(message(MATTOCK_BAD_INPUT, two, three, c.array(), types), "batches of 2 and 3 do not go together");
  mattock_array integers = c.array();
  integers.dtype = MATTOCK_INT32;
  EXPECT_EQ(message(MATTOCK_BAD_INPUT, a, b, integers, types), "C is int32, this product gives float32");
  const float scale = 1;
  const int32_t zero = 0;
  const mattock_scales scales{sizeof scales, &scale, &zero, 1, 1, 1, 0, 1, 0};
  types.scales = &scales;
  EXPECT_EQ(message(MATTOCK_USAGE, a, b, c.array(), types), "spec: scales are of int8 results alone");
  EXPECT_EQ(c.numbers, before);

  const mattock_matmul_spec deep = over_int8(1, 133145, 1);  // 133,145 * 127 * 127 is beyond 2^31
  ErrorText error;
  mattock_matmul made = nullptr;
  EXPECT_EQ(mattock_matmul_create(device, &deep, &made, error), MATTOCK_UNSUPPORTED);
  EXPECT_STREQ(error.error.message, "K is 133145; over int8 it can be up to 133144, so that no sum leaves 32 bits");
  EXPECT_EQ(made, nullptr);
}

TEST_F(OverInt8, Int8ArraysAreNotScaledUnlessAsked) {
  std::vector<int8_t> numbers(4, 1);
  FloatArray c({2, 2}, 7);
  const int64_t shape[] = {2, 2};
  const mattock_array small{sizeof small, MATTOCK_INT8, 2, shape, nullptr, numbers.data(), 0, 0}, result = c.array();
  mattock_matmul_spec types = over_int8(0, 0, 0);
  types.operand = 0;
  ErrorText error;
  EXPECT_EQ(mattock_multiply(device, &small, &small, &result, &types, error), MATTOCK_UNSUPPORTED);
  EXPECT_STREQ(error.error.message, "int8 x int8 to float32 without an operand type: there are two ways");
}

}  // namespace
}  // namespace mattock::test
