#include <fmt/format.h>
#include <gtest/gtest.h>

#include "plan/cost.hpp"
#include "plan/matmul.hpp"
#include "plan/tasks.hpp"

namespace mattock::plan {
namespace {

constexpr Types kFp16{Operand::kFp16, Output::kFp32};
constexpr Types kInt8{Operand::kInt8, Output::kInt32};

const hw::Chip& chip() { return *hw::find_chip("rk3566"); }

MatmulPlan plan_of(const Shape& shape, const Types& types, const Options& options = {}) {
  return plan_matmul(chip(), shape, types, options).value();
}

TEST(Search, TheVendors640TasksAreAHandful) {
  EXPECT_LE(plan_of({256, 2048, 1024}, kFp16).cost.tasks, 8u);
  EXPECT_LE(plan_of({256, 2048, 1024}, kInt8).cost.tasks, 4u);
  const Options resident{.weight_streaming = false};
  EXPECT_LE(plan_of({256, 2048, 1024}, kFp16, resident).cost.tasks, 64u);
  EXPECT_LE(plan_of({256, 2048, 1024}, kInt8, resident).cost.tasks, 32u);
}

TEST(Search, EveryTaskOfAPlanIsInsideAndTogetherTheyAreTheResult) {
  for (const Shape& shape : {Shape{1, 1, 1}, Shape{300, 700, 33}, Shape{3, 9000, 17000}, Shape{5000, 64, 9000}})
    for (const Types& types : {kFp16, kInt8}) {
      const MatmulPlan plan = plan_of(shape, types);
      std::size_t area = 0;
      for_each_task(plan, [&](const Task& task) {
        const Range& panel = plan.panel_of(task.columns);
        EXPECT_LE(task.rows.first + task.rows.count, plan.pixels);
        EXPECT_GE(task.columns.first, panel.first);
        EXPECT_LE(task.columns.first + task.columns.count, panel.first + panel.count);
        area += task.rows.count * task.columns.count;
      });
      EXPECT_EQ(area, plan.pixels * plan.kernels_padded * plan.parts.size());
      EXPECT_TRUE(check_limits(chip(), plan, {}));
    }
}

TEST(Search, PartsCoverTheInnerDimensionInWholeSlices) {
  for (const std::size_t k : {1u, 15u, 16u, 17u, 8191u, 8192u, 8193u, 40000u}) {
    const MatmulPlan plan = plan_of({20, k, 20}, kFp16);
    std::size_t next = 0;
    for (const InnerPart& part : plan.parts) {
      EXPECT_EQ(part.first, next);
      EXPECT_EQ(part.declared % 16, 0u);
      EXPECT_LE(part.count, part.declared);
      EXPECT_LT(part.declared - part.count, 16u);
      next += part.count;
    }
    EXPECT_EQ(next, k);
  }
}

TEST(Search, ComesToNinetyPercentOfTheRoofUpToAnInnerDimensionOf2048) {
  std::size_t shapes = 0;
  std::string rest;
  for (const std::size_t m : {256u, 288u, 512u, 1024u, 3072u, 4096u})
    for (const std::size_t n : {256u, 416u, 512u, 1024u, 2080u, 4096u})
      for (const std::size_t k : {256u, 512u, 1024u, 1504u, 2048u, 4096u, 8192u})
        for (const Types& types : {kFp16, kInt8}) {
          if (m * k * n < std::size_t{1} << 30) continue;
          const MatmulPlan plan = plan_of({m, k, n}, types);
          const double fraction = roof_seconds(chip(), plan.shape, types, {}) / plan.cost.seconds;
          const std::string name =
              fmt::format("{}x{}x{} {}: {:.1f} %\n", m, k, n, name_of(types.operand), fraction * 100);
          if (k <= 2048) {
            EXPECT_GE(fraction, 0.9) << name;
            ++shapes;
          }
          if (k > 2048 && fraction < 0.9) rest += name;
        }
  EXPECT_GT(shapes, 100u);
  fmt::print("below 90 % of the roof, all of longer inner dimensions:\n{}", rest);
}

// The NPU joins the parts of a long inner dimension, which nobody has seen it do.
TEST(Search, WithAssumedFormsTheRoofIsNearUpToAnInnerDimensionOf8192) {
  std::size_t shapes = 0;
  for (const std::size_t m : {256u, 288u, 512u, 1024u, 3072u, 4096u})
    for (const std::size_t n : {256u, 416u, 512u, 1024u, 2080u, 4096u})
      for (const std::size_t k : {2080u, 3008u, 4096u, 5024u, 6144u, 8160u, 8192u})
        for (const Types& types : {kFp16, kInt8}) {
          if (m * k * n < std::size_t{1} << 30) continue;
          const MatmulPlan plan = plan_of({m, k, n}, types, {.allow_assumed = true});
          const double fraction = roof_seconds(chip(), plan.shape, types, {}) / plan.cost.seconds;
          EXPECT_GE(fraction, types == kFp16 ? 0.9 : 0.75)
              << fmt::format("{}x{}x{} {}: {:.1f} %\n", m, k, n, name_of(types.operand), fraction * 100);
          EXPECT_LE(plan.cost.seconds, plan_of({m, k, n}, types).cost.seconds);
          ++shapes;
        }
  EXPECT_GT(shapes, 300u);
}

TEST(Search, IsTheSameEveryTime) {
  const MatmulPlan one = plan_of({700, 3000, 900}, kFp16), other = plan_of({700, 3000, 900}, kFp16);
  EXPECT_EQ(to_text(chip(), one), to_text(chip(), other));
}

TEST(Search, FormsNobodyHasSeenAreForThoseWhoAskForThem) {
  EXPECT_NE(plan_of({3, 9000, 7}, kFp16).grade, Grade::kAssumed);
  EXPECT_NE(plan_of({3, 40, 8192}, kFp16).grade, Grade::kAssumed);
  EXPECT_EQ(plan_of({3, 40, 8192}, kFp16, {.allow_assumed = true}).grade, Grade::kAssumed);
  EXPECT_FALSE(plan_of({1024, 8192, 1024}, kFp16).npu_joins);
  EXPECT_TRUE(plan_of({1024, 8192, 1024}, kFp16, {.allow_assumed = true}).npu_joins);
  EXPECT_EQ(plan_of({1024, 8192, 1024}, kFp16, {.allow_assumed = true}).grade, Grade::kAssumed);
  EXPECT_EQ(plan_of({4, 32, 16}, kFp16).grade, Grade::kStream);
  EXPECT_EQ(plan_of({256, 2048, 1024}, kFp16).grade, Grade::kModel);  // kernels stream past many pixels
}

}  // namespace
}  // namespace mattock::plan
