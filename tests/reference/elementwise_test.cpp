#include <gtest/gtest.h>

#include <cmath>

#include "build.hpp"

namespace mattock::test {
namespace {

std::vector<double> unary(graph::Op op, std::vector<double> values, DType dtype = DType::kFloat16) {
  const auto count = static_cast<std::int64_t>(values.size());
  return numbers(run(single(std::move(op), {{array_of(dtype, {count}, values), {}}}, dtype, {count})));
}

std::vector<double> binary(graph::Op op, double a, double b) {
  return numbers(
      run(single(std::move(op), {{array_of(DType::kFloat16, {1}, {a}), {}}, {array_of(DType::kFloat16, {1}, {b}), {}}},
                 DType::kFloat16, {1})));
}

TEST(Elementwise, activations_change_what_they_should) {
  EXPECT_EQ(unary(graph::Relu{}, {-2, 0, 3}), (std::vector<double>{0, 0, 3}));
  EXPECT_EQ(unary(graph::Clip{-0.5, 1}, {-2, -0.25, 0.75, 3}), (std::vector<double>{-0.5, -0.25, 0.75, 1}));
  EXPECT_EQ(unary(graph::LeakyRelu{0.25}, {-2, 0, 3}), (std::vector<double>{-0.5, 0, 3}));
  EXPECT_TRUE(std::isnan(unary(graph::Relu{}, {NAN})[0]));
}

TEST(Elementwise, signs_turn_and_go) {
  EXPECT_EQ(unary(graph::Neg{}, {-2, 0.5, 3}), (std::vector<double>{2, -0.5, -3}));
  EXPECT_EQ(unary(graph::Abs{}, {-2, 0.5, -INFINITY}), (std::vector<double>{2, 0.5, INFINITY}));
  EXPECT_TRUE(std::signbit(unary(graph::Neg{}, {0})[0]));
  EXPECT_FALSE(std::signbit(unary(graph::Abs{}, {-0.0})[0]));
}

TEST(Elementwise, max_is_nan_if_either_operand_is) {
  EXPECT_EQ(binary(graph::Max{}, -2, -3)[0], -2);
  EXPECT_EQ(binary(graph::Max{}, -3, 0.5)[0], 0.5);
  EXPECT_TRUE(std::isnan(binary(graph::Max{}, NAN, 1)[0]));
  EXPECT_TRUE(std::isnan(binary(graph::Max{}, 1, NAN)[0]));
}

TEST(Elementwise, two_operands_round_once) {
  EXPECT_EQ(binary(graph::Add{}, 2048, 1)[0], 2048);  // tie to even
  EXPECT_EQ(binary(graph::Sub{}, 2050, -1)[0], 2052);
  EXPECT_EQ(binary(graph::Mul{}, 3, 0.5)[0], 1.5);
  EXPECT_EQ(binary(graph::Div{}, 1, 3)[0], 0.333251953125);  // nearest binary16 of 1/3
  EXPECT_EQ(binary(graph::Div{}, 1, 0)[0], INFINITY);
}

TEST(Elementwise, operands_broadcast_per_channel) {
  const Array x = array_of(DType::kFloat16, {1, 2, 1, 3}, {-1, 2, -3, -4, 5, -6});
  const Array slopes = array_of(DType::kFloat16, {2, 1, 1}, {0.5, 2});
  EXPECT_EQ(numbers(run(single(graph::PRelu{}, {{x, {}}, {slopes, {}}}, DType::kFloat16, {1, 2, 1, 3}))),
            (std::vector<double>{-0.5, 2, -1.5, -8, 5, -12}));
}

TEST(Elementwise, a_fused_relu_comes_before_the_rounding_of_the_sum) {
  const Array a = array_of(DType::kFloat16, {2}, {-3, 2050});
  const Array b = array_of(DType::kFloat16, {2}, {1, 1});
  EXPECT_EQ(numbers(run(single(graph::Add{}, {{a, {}}, {b, {}}}, DType::kFloat16, {2}, {}, {{graph::Relu{}, {}}}))),
            (std::vector<double>{0, 2052}));
}

TEST(Softmax, runs_along_its_axis_and_sums_to_one) {
  const Array x = array_of(DType::kFloat64, {2, 3, 2}, {0, 1, 0, 2, 0, 3, 1000, 0, 1000, 0, 1001, 0});
  const std::vector<double> y = numbers(run(single(graph::Softmax{1}, {{x, {}}}, DType::kFloat64, {2, 3, 2})));
  EXPECT_DOUBLE_EQ(y[0], 1.0 / 3);
  const double sum = std::exp(-2.0) + std::exp(-1.0) + 1;
  EXPECT_DOUBLE_EQ(y[1], std::exp(-2.0) / sum);
  EXPECT_DOUBLE_EQ(y[3], std::exp(-1.0) / sum);
  EXPECT_DOUBLE_EQ(y[5], 1 / sum);
  EXPECT_DOUBLE_EQ(y[10], 1 / (1 + 2 * std::exp(-1.0)));  // large inputs do not overflow
}

}  // namespace
}  // namespace mattock::test
