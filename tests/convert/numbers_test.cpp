// Constants at and beyond what the NPU's numbers hold: refused by name, or without effect.
#include <cmath>
#include <limits>

#include "convert/onnx_runs.hpp"

namespace mattock {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNan = std::numeric_limits<float>::quiet_NaN();

using test::converted;

test::Model with_constant(const std::string& op, const Shape& shape, std::vector<float> values) {
  test::Model model;
  model.input("x", {2, 3}).floats("c", shape, values).output("y").node(op, {"x", "c"}, "y", "n");
  return model;
}

TEST(Numbers, ConstantsThatAreNotFiniteAreRefusedByNameAndPlace) {
  for (const char* op : {"Add", "Sub", "Mul", "Div", "Max", "PRelu"})
    for (const float odd : {kInfinity, -kInfinity, kNan}) {
      for (const auto& [shape, values] : std::vector<std::pair<Shape, std::vector<float>>>{
               {{1}, {odd}}, {{3}, {1, odd, 1}}, {{2, 3}, {1, odd, 1, 1, 1, 1}}}) {
        const auto made = converted(with_constant(op, shape, values));
        ASSERT_FALSE(made) << op << " " << odd;
        EXPECT_EQ(made.error().code, Code::kUnsupported) << made.error().message;
        EXPECT_NE(made.error().message.find("node 'n'"), std::string::npos) << made.error().message;
        EXPECT_NE(made.error().message.find("constant 'c'"), std::string::npos) << made.error().message;
        EXPECT_NE(made.error().hint.find("65504"), std::string::npos);
      }
    }
}

TEST(Numbers, WeightsThatAreNoNumbersAreRefused) {
  std::vector<float> weights(15, 1);
  weights[14] = kNan;
  const auto made = converted(with_constant("MatMul", {3, 5}, weights));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::kUnsupported);
}

TEST(Numbers, WhatIsOnlyMovedMayBeInfinite) {
  test::Model model;
  model.input("x", {1, 2}).floats("c", {1, 2}, {kInfinity, 1}).output("y").output("z");
  model.node("Relu", {"x"}, "y");
  model.node("Identity", {"c"}, "z");
  EXPECT_TRUE(converted(model));
}

// The limits are subtracted and added again in fp32, so one far beyond fp16 would swallow the number between them.
TEST(Numbers, LimitsBeyondFp16LimitNothing) {
  const std::vector<double> numbers{-2, -0.125, 0.0078125, 1, 5, 7};
  for (const auto& [low, high] : std::vector<std::pair<float, float>>{{-3e38F, 3e38F}, {-1e30F, 5}, {-2, 1e10F}}) {
    test::Model model;
    model.input("x", {2, 3}).floats("low", {}, {low}).floats("high", {}, {high}).output("y");
    model.node("Clip", {"x", "low", "high"}, "y");
    std::vector<double> expected;
    for (const double x : numbers) expected.push_back(std::min<double>(std::max<double>(x, low), high));
    EXPECT_EQ(test::run_converted(model, {numbers}), expected) << low << " to " << high;
  }
}

// Nothing of a number is lost to a limit far from it: 0x1.554p-7 has all 11 digits of fp16.
TEST(Numbers, LargeLimitsLeaveSmallNumbersAsTheyAre) {
  const std::vector<double> numbers{-0x1.554p-7, 0x1.554p-7, -20'000, 20'000, 0, 1};
  for (const float limit : {255.F, 256.F, 257.F, 10'000.F, 65'504.F}) {
    std::vector<double> clipped, raised;
    for (const double x : numbers) {
      clipped.push_back(std::min<double>(std::max<double>(x, -limit), limit));
      raised.push_back(std::max<double>(x, -limit));
    }
    test::Model clip, most;
    clip.input("x", {2, 3}).floats("low", {}, {-limit}).floats("high", {}, {limit}).output("y");
    clip.node("Clip", {"x", "low", "high"}, "y");
    most.input("x", {2, 3}).floats("low", {}, {-limit}).output("y");
    most.node("Max", {"x", "low"}, "y");
    EXPECT_EQ(test::run_converted(clip, {numbers}), clipped) << limit;
    EXPECT_EQ(test::run_converted(most, {numbers}), raised) << limit;
  }
}

TEST(Numbers, LimitsThatLeaveAnInfinityGiveIt) {
  const double far = kInfinity;
  for (const auto& [op, limit] : std::vector<std::pair<std::string, float>>{{"low", kInfinity}, {"high", -kInfinity}}) {
    test::Model model;
    model.input("x", {2, 3}).floats(op, {}, {limit}).output("y");
    model.node("Clip", {"x", op == "low" ? op : "", op == "high" ? op : ""}, "y");
    const double sign = std::copysign(1, limit);
    EXPECT_EQ(test::run_converted(model, {{-2, -1, 0, 1, 2, 3}}), std::vector<double>(6, sign * far)) << op;
  }
}

}  // namespace
}  // namespace mattock
