// Plans of matrices that lie in rows of their own pitch.
#include <gtest/gtest.h>

#include "plan/cost.hpp"
#include "plan/matmul.hpp"
#include "plan/place.hpp"
#include "plan/tasks.hpp"

namespace mattock::plan {
namespace {

constexpr Types kHalf{Operand::kFp16, Output::kFp16};

const hw::Chip& chip() { return *hw::find_chip("rk3566"); }

Options in_place(std::size_t feature_pitch, std::size_t result_pitch) {
  Options options;
  options.in_place = {feature_pitch, result_pitch};
  return options;
}

TEST(InPlacePlan, IsOnePartUnswappedInOnePanelWithTheDeclaredPitch) {
  for (const Shape& shape : {Shape{1, 20, 3000}, Shape{3000, 20, 1}, Shape{200, 4093, 40}}) {
    const std::size_t pitch = shape.k % 4 == 0 ? shape.k : shape.k + 4 - shape.k % 4, padded = (shape.n + 7) / 8 * 8;
    const MatmulPlan plan = plan_matmul(chip(), shape, kHalf, in_place(pitch, padded + 4)).value();
    EXPECT_FALSE(plan.swapped || plan.native || plan.npu_joins);
    ASSERT_EQ(plan.parts.size(), 1u);
    EXPECT_EQ(plan.parts[0].count, shape.k);
    EXPECT_EQ(plan.parts[0].declared, pitch);
    EXPECT_EQ(plan.panels, (std::vector<Range>{{0, padded}}));
    EXPECT_EQ(plan.row_bytes(0), pitch * 2);
    EXPECT_EQ(features_place(chip(), plan, 0).pixel_bytes, pitch * 2);
    EXPECT_EQ(results_place(chip(), plan, 0, plan.panels[0]).pixel_bytes, (padded + 4) * 2);
    EXPECT_EQ(plan.features_bytes(), shape.m * pitch * 2);
    EXPECT_EQ(plan.results_bytes(), shape.m * (padded + 4) * 2);
    EXPECT_EQ(plan.grade, Grade::kModel);
  }
}

TEST(InPlacePlan, MayReadAPartOfEachRow) {
  Options options = in_place(100, 16);
  options.in_place.feature_channels = 36;
  const MatmulPlan plan = plan_matmul(chip(), {9, 33, 12}, kHalf, options).value();
  EXPECT_EQ(plan.parts[0].count, 33u);
  EXPECT_EQ(plan.parts[0].declared, 36u);
  EXPECT_EQ(plan.row_bytes(0), 72u);
  EXPECT_EQ(features_place(chip(), plan, 0).pixel_bytes, 200u);
  EXPECT_EQ(plan.features_bytes(), 9u * 200);
  EXPECT_EQ(plan.cost.feature_bytes, 9u * 72);

  for (const std::size_t channels : {32u, 34u, 104u}) {  // fewer than are multiplied, no whole atoms, more than a row
    options.in_place.feature_channels = channels;
    EXPECT_EQ(plan_matmul(chip(), {9, 33, 12}, kHalf, options).error().code, Code::kBadInput) << channels;
  }
  options.in_place = {0, 16, 36};
  EXPECT_EQ(plan_matmul(chip(), {9, 33, 12}, kHalf, options).error().code, Code::kBadInput);
}

TEST(InPlacePlan, ALastSliceOfThreeAtomsIsStoredWholeInKernels) {
  struct Row {
    std::size_t declared, kernel_bytes;
  };
  for (const auto& [declared, bytes] : {Row{4, 8}, Row{8, 16}, Row{12, 32}, Row{16, 32}, Row{20, 40}, Row{28, 64}}) {
    const MatmulPlan plan = plan_matmul(chip(), {9, declared, 9}, kHalf, in_place(declared, 16)).value();
    EXPECT_EQ(plan.kernel_bytes(0), bytes);
    EXPECT_EQ(plan.row_bytes(0), declared * 2);
    EXPECT_EQ(plan.weights_bytes(), 16 * bytes);
    EXPECT_EQ(plan.cost.weight_bytes, 16 * bytes);
    EXPECT_EQ(plan.cost.feature_bytes, 9 * declared * 2);
    EXPECT_EQ(plan.cost.cycles, 9 * ((declared + 15) / 16) * 2);
  }
}

TEST(InPlacePlan, OtherPlansHaveNoPaddingInKernels) {
  for (const std::size_t k : {1u, 12u, 40u, 9000u}) {
    const MatmulPlan plan = plan_matmul(chip(), {20, k, 20}, kHalf).value();
    for (std::size_t p = 0; p < plan.parts.size(); ++p) EXPECT_EQ(plan.kernel_bytes(p), plan.row_bytes(p));
  }
}

std::string refusal(const Shape& shape, const Options& options, const Types& types = kHalf) {
  const auto plan = plan_matmul(chip(), shape, types, options);
  return plan ? ""
              : std::string(plan.error().code == Code::kUnsupported ? "unsupported: " : "bad: ") + plan.error().message;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(InPlacePlan, BeyondALimitGivesItsSentence) {
  for (const std::size_t m : {1u, 20u}) {
    EXPECT_EQ(refusal({m, 8188, 16}, in_place(8188, 16)), "");
    EXPECT_PRED2(contains, refusal({m, 8100, 16}, in_place(8196, 16)), "unsupported: 8196 input channels in a task");
    EXPECT_PRED2(contains, refusal({m, 9000, 16}, in_place(0, 16)), "unsupported: 9008 input channels in a task");
    EXPECT_PRED2(contains, refusal({m, 40'000, 16}, in_place(1'000'000, 16)), "unsupported: 1000000 input channels");
  }
  EXPECT_EQ(refusal({2, 8192, 16}, in_place(8192, 16)), "");
  EXPECT_PRED2(contains, refusal({1, 8192, 16}, in_place(8192, 16)), "unsupported: one pixel of 2048 atoms");
  EXPECT_EQ(refusal({2, 16, 16}, in_place(16, 32'768)), "");
  EXPECT_PRED2(contains, refusal({2, 16, 16}, in_place(16, 32'772)), "unsupported: a result of 65544 bytes a row");
  EXPECT_EQ(refusal({1, 16, 16}, in_place(16, 32'772)), "");  // nothing lies behind the one row
}

TEST(InPlacePlan, RowsThatDoNotHoldTheirElementsAreRefused) {
  EXPECT_PRED2(contains, refusal({2, 17, 8}, in_place(16, 8)), "bad: features with rows of 16 elements");
  EXPECT_PRED2(contains, refusal({2, 17, 8}, in_place(18, 8)), "bad: features with rows of 18 elements");
  EXPECT_PRED2(contains, refusal({2, 16, 9}, in_place(16, 12)), "bad: results with rows of 12 elements");
  EXPECT_PRED2(contains, refusal({2, 16, 9}, in_place(16, 18)), "bad: results with rows of 18 elements");
  EXPECT_PRED2(contains, refusal({2, 16, 9}, in_place(std::size_t{1} << 63, 16)), "bad: features");
  EXPECT_PRED2(contains, refusal({2, 16, 9}, in_place(16, std::size_t{1} << 63)), "bad: results");
  Options native = in_place(16, 16);
  native.native.a = true;
  EXPECT_PRED2(contains, refusal({2, 16, 9}, native), "bad: matrices in place are row-major");
  EXPECT_PRED2(contains, refusal({2, 16, 9}, in_place(16, 16), {}), "unsupported: fp16 to fp32 in place");
  EXPECT_PRED2(contains, refusal({2, 16, 9}, in_place(16, 16), {Operand::kInt8, Output::kInt8}), "unsupported: int8");
}

// A product of 5 rows in place, of one task.
TEST(PlanWithStages, CountsWhatItsStagesRead) {
  const auto cost = [](const Stages& stages) {
    Options options = in_place(20, 24);
    options.stages = stages;
    return plan_matmul(chip(), {5, 20, 19}, kHalf, options).value().cost;
  };
  constexpr Number kInRegister{1, false}, kStream{0, true};
  const Cost bare = cost({});
  EXPECT_EQ(bare.tasks, 1u);
  EXPECT_EQ(bare.record_bytes + bare.operand_bytes, 0u);
  EXPECT_EQ(cost({{.add = kInRegister}, {.multiply = kInRegister}, {{.number = 1}}}).bytes(), bare.bytes());
  const Cost streams = cost({{.add = kStream, .multiply = kStream}, {.add = kStream}, {}});
  EXPECT_EQ(streams.record_bytes, 24u * (6 + 4));
  EXPECT_EQ(streams.command_bytes, bare.command_bytes + 20 * 8);  // DPU_RDMA's registers
  EXPECT_GT(streams.seconds, bare.seconds);
  EXPECT_EQ(cost({{}, {}, {{.walk = {0, 48, 8}}}}).operand_bytes, 5u * 24 * 2);
  EXPECT_EQ(cost({{}, {}, {{.per_channel = true}}}).operand_bytes, 24u * 2);
}

// 100,000 x 16 results take longer to write than to compute; what is added comes through the same port.
TEST(PlanWithStages, AnOperandTakesTimeWhereMemoryIsTheBound) {
  const auto cost = [](const Stages& stages) {
    Options options = in_place(16, 16);
    options.stages = stages;
    return plan_matmul(chip(), {100'000, 16, 16}, kHalf, options).value().cost;
  };
  const Cost bare = cost({}), adds = cost({{}, {}, {{.walk = {0, 32, 8}}}});
  const double more = 100'000.0 * 16 * 2 / chip().dma_bytes_per_second;
  EXPECT_EQ(adds.tasks, bare.tasks);
  EXPECT_NEAR(adds.seconds - bare.seconds, more, more * 0.01);
}

TEST(PlanWithStages, IsWholeAndUnswappedOrRefused) {
  Options options;
  options.stages.bs.activation = Activation::kRelu;
  const MatmulPlan plan = plan_matmul(chip(), {3000, 8192, 1}, kHalf, options).value();
  EXPECT_FALSE(plan.swapped);
  EXPECT_EQ(plan.parts.size(), 1u);
  EXPECT_EQ(plan.stages, options.stages);
  EXPECT_PRED2(contains, refusal({2, 8193, 16}, options), "unsupported: 8208 input channels in a task");
  EXPECT_PRED2(contains, refusal({2, 16, 16}, options, {}), "unsupported: stages behind fp16 to fp32");
}

TEST(InPlacePlan, TasksRespectTheBanks) {
  for (const Shape& shape : {Shape{2047, 28, 600}, Shape{600, 4092, 2000}, Shape{5000, 300, 7000}}) {
    const Options options = in_place(shape.k, (shape.n + 7) / 8 * 8);
    const MatmulPlan plan = plan_matmul(chip(), shape, kHalf, options).value();
    EXPECT_TRUE(check_limits(chip(), plan, options));
    std::size_t area = 0;
    for_each_task(plan, [&](const Task& task) { area += task.rows.count * task.columns.count; });
    EXPECT_EQ(area, plan.pixels * plan.kernels_padded);
  }
}

}  // namespace
}  // namespace mattock::plan
