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

}  // namespace
}  // namespace mattock
