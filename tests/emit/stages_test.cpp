// Products with rows in place and stages behind them, emitted, checked and run, against plain arithmetic.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/math.hpp"
#include "emit/matmul.hpp"
#include "emit/pass.hpp"
#include "emit/support/stage_case.hpp"
#include "plan/cost.hpp"
#include "plan/place.hpp"

namespace mattock::emit {
namespace {

using plan::Combination;
using plan::MatmulPlan;
using plan::Stages;
using plan::Walk;
using test::Bytes;
using test::Machine;
using test::Numbers;
using test::StageCase;

constexpr plan::Types kHalf{plan::Operand::kFp16, plan::Output::kFp16};

const hw::Chip& chip() { return *hw::find_chip("rk3566"); }

struct Matrix {
  std::size_t columns = 0;
  std::vector<double> values;
  double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

Matrix draw(std::size_t rows, std::size_t columns, Numbers& numbers) {
  Matrix matrix{columns, {}};
  for (std::size_t i = 0; i < rows * columns; ++i) matrix.values.push_back(numbers.next());
  return matrix;
}

/// Groups of 8 kernels, in each slices of 16 channels, in each kernel by kernel; a last slice of 12 takes 16.
Bytes pack_kernels(const Matrix& b, std::size_t inner, std::size_t declared, std::size_t kernels_padded) {
  Bytes bytes;
  for (std::size_t group = 0; group < kernels_padded; group += 8)
    for (std::size_t slice = 0; slice < declared; slice += 16) {
      const std::size_t lanes = std::min<std::size_t>(16, declared - slice);
      for (std::size_t kernel = group; kernel < group + 8; ++kernel)
        for (std::size_t c = slice; c < slice + (lanes == 12 ? 16 : lanes); ++c) {
          bytes.resize(bytes.size() + 2);
          test::put_half(bytes, bytes.size() - 2, c < inner && kernel < b.columns ? b.at(c, kernel) : 0);
        }
    }
  return bytes;
}

struct Case {
  plan::Shape shape;
  plan::Options options;
  std::size_t tile_rows = 0, tile_columns = 0;  ///< 0: the plan's
};

std::string text_of(const Case& c) {
  return fmt::format("{}x{}x{}, pitches {} and {}, tiles {}x{}", c.shape.m, c.shape.k, c.shape.n,
                     c.options.in_place.feature_pitch, c.options.in_place.result_pitch, c.tile_rows, c.tile_columns);
}

MatmulPlan plan_of(const Case& c, const Stages& stages = {}) {
  plan::Options options = c.options;
  options.stages = stages;
  MatmulPlan plan = plan::plan_matmul(chip(), c.shape, kHalf, options).value();
  if (c.tile_rows != 0) plan.tiling.rows = c.tile_rows;
  if (c.tile_columns != 0) plan.tiling.columns = c.tile_columns;
  plan.cost = plan::cost_of(chip(), plan, options);
  return plan;
}

/// Planner and emulator share no code.
void expect_counted(const plan::Cost& predicted, const emulator::TaskReport& moved) {
  EXPECT_EQ(moved.cycles, predicted.cycles);
  EXPECT_EQ(moved.command_bytes, predicted.command_bytes);
  EXPECT_EQ(moved.feature_bytes, predicted.feature_bytes);
  EXPECT_EQ(moved.weight_bytes, predicted.weight_bytes);
  EXPECT_EQ(moved.operand_bytes, predicted.record_bytes + predicted.operand_bytes);
  EXPECT_EQ(moved.output_bytes, predicted.result_bytes);
}

void expect_right(const Case& c, const Stages& stages, std::uint32_t seed) {
  SCOPED_TRACE(text_of(c) + fmt::format(", seed {}", seed));
  const auto& [m, k, n] = c.shape;
  const MatmulPlan plan = plan_of(c, stages);
  ASSERT_EQ(plan.parts.size(), 1u);
  ASSERT_FALSE(plan.swapped);
  const auto program = emit_matmul(chip(), plan);
  ASSERT_TRUE(program) << to_string(program.error());

  Numbers numbers(seed);
  Machine machine;
  StageCase which = test::draw_case(stages, plan.kernels_padded, numbers, machine);
  if (test::by_element(stages))
    test::draw_operand(which, plan.native ? m : 1, plan.native ? 1 : m, plan.kernels_padded, numbers, machine);
  const Matrix a = draw(m, k, numbers), b = draw(k, n, numbers);
  const std::size_t feature_pitch = c.options.in_place.feature_pitch, result_pitch = c.options.in_place.result_pitch;
  const std::size_t declared = feature_pitch != 0 ? feature_pitch : align_up(k, std::size_t{16});
  const plan::Place from = plan::features_place(chip(), plan, 0),
                    to = plan::results_place(chip(), plan, 0, plan.panels[0]);
  Bytes features = test::memory_of(plan.features_bytes());
  if (feature_pitch == 0) features.assign(features.size(), std::byte{0});
  for (std::size_t row = 0; row < m; ++row)
    for (std::size_t i = 0; i < k; ++i)
      test::put_half(features, feature_pitch != 0 ? (row * feature_pitch + i) * 2 : from.of(row, i), a.at(row, i));
  machine.tensors[kFeatures] = std::move(features);
  machine.tensors[kWeights] = pack_kernels(b, k, declared, plan.kernels_padded);
  ASSERT_EQ(machine.tensors[kWeights].size(), plan.weights_bytes());
  machine.tensors[kResults] = test::memory_of(plan.results_bytes());
  expect_counted(plan.cost, machine.run(*program));
  if (testing::Test::HasFailure()) return;

  const Bytes& results = machine.tensors[kResults];
  for (std::size_t row = 0; row < m; ++row)
    for (std::size_t column = 0; column < std::max(n, result_pitch); ++column) {
      const std::size_t at = result_pitch != 0 ? (row * result_pitch + column) * 2 : to.of(row, column);
      if (column >= plan.kernels_padded) {
        ASSERT_EQ(results[at], std::byte{0x7f}) << "written behind row " << row;
        continue;
      }
      if (column >= n) continue;
      double sum = 0;
      for (std::size_t i = 0; i < k; ++i) sum += a.at(row, i) * b.at(i, column);
      ASSERT_EQ(test::half_at(results, at), which.of(sum, column, row * plan.kernels_padded + column))
          << "row " << row << ", column " << column;
    }
}

Case in_place(const plan::Shape& shape, std::size_t feature_pitch, std::size_t result_pitch) {
  Case c{shape, {}, 0, 0};
  c.options.in_place = {feature_pitch, result_pitch};
  return c;
}

TEST(InPlace, RowsAreReadAndWrittenWhereTheyLie) {
  for (const std::size_t m : {1u, 2u, 5u, 40u})
    for (const std::size_t k : {1u, 3u, 4u, 12u, 16u, 20u, 24u, 27u, 28u, 33u, 64u})
      for (const std::size_t n : {1u, 8u, 9u, 24u}) {
        const std::size_t atoms = align_up(k, std::size_t{4}), padded = align_up(n, std::size_t{8});
        expect_right(in_place({m, k, n}, atoms, padded), {}, 1);
        expect_right(in_place({m, k, n}, atoms + 4, padded + 4), {}, 2);
        if (HasFailure()) return;
      }
}

TEST(InPlace, TilesOfRowsAndKernelsFindTheirPlace) {
  for (const std::size_t k : {12u, 20u, 24u}) {
    Case c = in_place({21, k, 37}, align_up(k, std::size_t{4}) + 4, 52);
    c.tile_rows = 4;
    c.tile_columns = 16;
    expect_right(c, {}, 3);
  }
}

TEST(InPlace, EitherSideAlone) {
  for (const std::size_t m : {1u, 9u}) {
    expect_right(in_place({m, 20, 13}, 20, 0), {}, 4);
    expect_right(in_place({m, 20, 13}, 0, 28), {}, 5);
  }
}

TEST(InPlace, LargeRowsAreTiledByThePlan) {
  const Case c = in_place({300, 2052, 100}, 2052, 104);
  EXPECT_GT(plan_of(c).cost.tasks, 1u);
  expect_right(c, {}, 6);
}

/// An operand in rows, or in surfaces, of at least the padded kernels.
Walk draw_walk(const Case& c, bool native, Numbers& numbers) {
  const std::size_t padded = align_up(c.shape.n, std::size_t{8}), offset = 8 * std::size_t{numbers.below(3)};
  const std::size_t surface = (c.shape.m + numbers.below(3)) * 8;
  if (native || numbers.toss()) return {offset, 8, surface};
  return {offset, padded * 2 + 8 * std::size_t{numbers.below(3)}, 8};
}

TEST(ProductStages, EveryStageDoesWhatItSays) {
  Case c = in_place({7, 20, 19}, 20, 28);
  c.tile_rows = 3;
  c.tile_columns = 8;
  std::uint32_t seed = 100;
  for (const plan::Stage& stage : test::all_stages()) {
    Stages bs, bn;
    bs.bs = bn.bn = stage;
    expect_right(c, bs, ++seed);
    expect_right(c, bn, ++seed);
  }
}

TEST(ProductStages, EveryCombinationTakesItsOperand) {
  Case c = in_place({7, 20, 19}, 20, 28);
  c.tile_rows = 3;
  c.tile_columns = 8;
  std::uint32_t seed = 200;
  for (const auto op : {Combination::kAdd, Combination::kMultiply, Combination::kMax})
    for (const bool relu : {false, true})
      for (const bool per_channel : {false, true})
        for (const Walk& walk : {Walk{24, 56, 8}, Walk{8, 8, 64}, Walk{0, 80, 16}}) {
          Stages stages;
          stages.ew = {.op = op, .per_channel = per_channel, .walk = walk, .relu = relu};
          expect_right(c, stages, ++seed);
        }
  for (const bool relu : {false, true}) {
    Stages stages;
    stages.ew = {.number = 1.5, .relu = relu};
    expect_right(c, stages, ++seed);
  }
}

TEST(ProductStages, FollowEachOtherInEveryForm) {
  for (std::uint32_t seed = 300; seed < 500; ++seed) {
    Numbers numbers(seed);
    const auto below = [&](std::uint32_t end) { return std::size_t{numbers.below(end)}; };
    Case c;
    c.shape = {numbers.below(4) == 0 ? 1 : 1 + below(30), 1 + below(40), 1 + below(40)};
    const bool native = numbers.below(4) == 0;
    if (native)
      c.options.native = {true, false, true};
    else if (numbers.below(4) != 0)
      c.options.in_place = {align_up(c.shape.k, std::size_t{4}) + 4 * below(3),
                            align_up(c.shape.n, std::size_t{8}) + 4 * below(3)};
    if (!native && !c.options.in_place.any()) c.options.in_place.result_pitch = align_up(c.shape.n, std::size_t{8});
    c.tile_rows = 1 + below(static_cast<std::uint32_t>(c.shape.m));
    c.tile_columns = 8 * (1 + below(3));
    Stages stages{test::draw_stage(numbers), test::draw_stage(numbers), test::draw_combine(numbers)};
    if (test::by_element(stages)) stages.ew->walk = draw_walk(c, native, numbers);
    expect_right(c, stages, seed);
    if (HasFailure()) return;
  }
}

TEST(ProductStages, TheReaderRunsOnlyIfSomethingIsRead) {
  const auto mask = [](const Stages& stages) {
    const auto program = emit_matmul(chip(), plan_of(in_place({7, 20, 19}, 20, 28), stages)).value();
    EXPECT_EQ(program.tasks[0].regcfg_amount, program.tasks[0].enable_mask == 0x1f ? 132u : 112u);
    return program.tasks[0].enable_mask;
  };
  EXPECT_EQ(mask({}), 0xfu);
  EXPECT_EQ(mask({{.add = {{1, false}}}, {.activation = plan::Activation::kRelu}, {{.number = 1}}}), 0xfu);
  EXPECT_EQ(mask({{.add = {{1, true}}}, {}, {}}), 0x1fu);
  EXPECT_EQ(mask({{}, {.multiply = {{1, true}}}, {}}), 0x1fu);
  EXPECT_EQ(mask({{}, {}, {{.walk = {0, 56, 8}}}}), 0x1fu);
}

// Words of vendor models: gemm_bias, mmc_clip, and the tables of the notes on them.
TEST(ProductStages, AreTheVendorsWords) {
  const auto emitted = [](const Stages& stages) {
    return emit_matmul(chip(), plan_of(in_place({4, 64, 32}, 64, 32), stages)).value();
  };
  const auto bias = emitted({{.add = {{0, true}}}, {}, {}});
  test::expect_words(bias, {{0x1024, 0x3f0040},
                            {0x1030, 0x1000},
                            {0x1034, 0x80},
                            {0x4010, 0x48000002},
                            {0x4024, 8},
                            {0x4034, 3},
                            {0x4038, 0x70007},
                            {0x403c, 0x1f001f},
                            {0x4040, 0x158},
                            {0x4050, 0x126},
                            {0x40c0, 0x10},
                            {0x5010, 3},
                            {0x5014, 0x1f},
                            {0x501c, 2},
                            {0x5024, 0xf},
                            {0x5044, 0x2c040}});
  const auto clip =
      emitted({{}, {.add = {{0.5, false}}, .activation = plan::Activation::kReluX, .limit = 1.5}, {{.number = -0.5}}});
  test::expect_words(clip, {{0x4060, 0x98},
                            {0x4064, 0x3f000000},
                            {0x406c, 0x3fc00000},
                            {0x4070, 0x10000390},
                            {0x4090, 0xbf000000},
                            {0x40ac, 0xbf000000}});
  EXPECT_EQ(test::value_of(emitted({{.activation = plan::Activation::kRelu}, {}, {}}), 0x4040), 0x12u);
  const auto leaky = emitted({{}, {.multiply = {{0.25, false}}, .only_negative = true}, {}});
  EXPECT_EQ(test::value_of(leaky, 0x4060), 0x62u);
  EXPECT_EQ(test::value_of(leaky, 0x4068), 0x34000000u);
  const auto sum = emitted({{}, {}, {{.walk = {0, 64, 8}}}});
  EXPECT_EQ(test::value_of(sum, 0x4070), 0x100002d0u);
  EXPECT_EQ(test::value_of(sum, 0x5034), 0x40000004u);
  EXPECT_EQ(test::value_of(sum, 0x5044), 0x14040u);
}

TEST(ProductStages, WhatTheyCannotBeIsRefusedWithTheReason) {
  const auto code = [](MatmulPlan plan, const Stages& stages) -> std::optional<Code> {
    plan.stages = stages;
    const auto program = emit_matmul(chip(), plan);
    return program ? std::nullopt : std::optional(program.error().code);
  };
  const MatmulPlan good = plan_of(in_place({4, 64, 32}, 64, 32));
  const Stages relu{{.activation = plan::Activation::kRelu}, {}, {}};
  const MatmulPlan wide = plan::plan_matmul(chip(), {4, 64, 32}, {}).value();
  const MatmulPlan parts = plan::plan_matmul(chip(), {4, 20'000, 32}, kHalf).value();
  EXPECT_EQ(code(wide, relu), Code::kInternal);  // no plan has them
  EXPECT_EQ(code(parts, relu), Code::kInternal);
  EXPECT_EQ(code(good, {{}, {}, {{.op = Combination::kDivide, .walk = {0, 64, 8}}}}), Code::kUnsupported);
  EXPECT_EQ(code(good, {{}, {}, {{.walk = {0, 0, 8}}}}), Code::kUnsupported);
  EXPECT_EQ(code(good, {{}, {}, {{.walk = {0, 8 * 8193, 8}}}}), Code::kUnsupported);
  EXPECT_EQ(code(good, {{.multiply = {{70'000, false}}}, {}, {}}), Code::kUnsupported);
  EXPECT_EQ(code(good, {{}, {}, {{.walk = {0, 8 * 8192, 8}}}}), std::nullopt);
}

}  // namespace
}  // namespace mattock::emit
