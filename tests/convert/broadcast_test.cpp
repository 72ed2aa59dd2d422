// Operands that are broadcast: by the host when the model runs, or here when they are constant and not too many.
#include "convert/onnx_runs.hpp"

namespace mattock {
namespace {

TEST(Broadcast, AnOperandMayBeExpandedTwice) {
  test::Model model;
  model.input("x", {2, 1}).input("y", {2, 3}).output("z");
  model.node("Mul", {"x", "y"}, "h");
  model.node("Add", {"x", "h"}, "z");
  EXPECT_EQ(test::run_converted(model, {{2, -1}, {1, 2, 3, 4, 5, 6}}), (std::vector<double>{4, 6, 8, -5, -6, -7}));
}

TEST(Broadcast, NamesOfTheModelMayBeThoseThatLoweringWouldGive) {
  test::Model model;
  model.input("x", {2, 1}).input("x_expand", {2, 3}).output("z");
  model.node("Mul", {"x", "x_expand"}, "x_expand_1");
  model.node("Add", {"x", "x_expand_1"}, "z");
  EXPECT_EQ(test::run_converted(model, {{2, -1}, {1, 2, 3, 4, 5, 6}}), (std::vector<double>{4, 6, 8, -5, -6, -7}));
}

TEST(Broadcast, AConstantIsExpandedInTheFile) {
  test::Model model;
  model.input("x", {2, 3}).floats("c", {2, 1}, {0, 3}).output("y").node("Max", {"x", "c"}, "y");
  EXPECT_EQ(test::run_converted(model, {{-1, 1, 2, 2, 3, 4}}), (std::vector<double>{0, 1, 2, 3, 3, 4}));
}

// 10,000 numbers that 10^8 are compared with would make a file of 200 MB.
TEST(Broadcast, AShortFileDoesNotBecomeALongOne) {
  test::Model model;
  model.input("x", {10'000, 10'000}).floats("c", {10'000, 1}, std::vector<float>(10'000, 1)).output("y");
  model.node("Max", {"x", "c"}, "y");
  const auto made = test::converted(model);
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_LT(made->file.size(), 10'000'000u);
}

}  // namespace
}  // namespace mattock
