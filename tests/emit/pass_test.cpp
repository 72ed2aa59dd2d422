// Passes, emitted, checked and run, against plain arithmetic.
#include "emit/pass.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "emit/matmul.hpp"
#include "emit/support/stage_case.hpp"

namespace mattock::emit {
namespace {

using plan::Combination;
using plan::Pass;
using plan::Stages;
using plan::Walk;
using test::Machine;
using test::Numbers;
using test::StageCase;

const hw::Chip& chip() { return *hw::find_chip("rk3566"); }

std::string text_of(const Pass& pass) {
  return fmt::format("{} x {} x {}, from {}/{}/{} to {}/{}/{}", pass.width, pass.height, pass.channels,
                     pass.from.offset, pass.from.line_bytes, pass.from.surface_bytes, pass.to.offset,
                     pass.to.line_bytes, pass.to.surface_bytes);
}

/// Runs it on numbers of this seed; the walks are as long as the pass is large. Returns the program.
hw::Program expect_right(const Pass& pass, std::uint32_t seed) {
  SCOPED_TRACE(text_of(pass) + fmt::format(", seed {}", seed));
  const auto program = emit_pass(chip(), pass);
  EXPECT_TRUE(program) << to_string(program.error());
  if (!program) return {};
  const auto& [width, height, channels, from, to, stages] = pass;
  Numbers numbers(seed);
  Machine machine;
  StageCase which = test::draw_case(stages, channels, numbers, machine);
  if (test::by_element(stages)) test::draw_operand(which, width, height, channels, numbers, machine);
  test::Bytes source = test::memory_of(test::end_of(from, width, height, channels));
  test::Bytes expected = test::memory_of(test::end_of(to, width, height, channels));
  machine.tensors[kResults] = expected;
  for (std::size_t y = 0, element = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t c = 0; c < channels; ++c, ++element) {
        const double value = numbers.next();
        test::put_half(source, test::place_of(from, x, y, c), value);
        const double result = which.of(value, c, element);
        test::put_half(expected, test::place_of(to, x, y, c), result == 0 ? 0 : result);
      }
  machine.tensors[kSource] = std::move(source);
  machine.run(*program);
  test::Bytes& found = machine.tensors[kResults];
  for (std::size_t at = 0; at < found.size(); at += 2) {
    if (test::half_at(found, at) == 0) test::put_half(found, at, 0);  // of either sign
    if (std::equal(&found[at], &found[at] + 2, &expected[at])) continue;
    ADD_FAILURE() << "byte " << at << ": " << test::half_at(found, at) << ", not " << test::half_at(expected, at);
    return *program;
  }
  return *program;
}

/// Surfaces of whole lines.
Walk packed(std::size_t width, std::size_t height, std::size_t offset = 0) {
  return {offset, width * 8, width * height * 8};
}

/// Rows of channels: pixels are lines of one.
Walk rows(std::size_t pitch_bytes, std::size_t offset = 0) { return {offset, pitch_bytes, 8}; }

TEST(Pass, CopiesFromSurfacesToRowsAndBack) {
  for (const std::size_t lines : {1u, 2u, 7u, 33u})
    for (const std::size_t channels : {4u, 12u, 20u}) {
      expect_right({1, lines, channels, rows(channels * 2 + 16, 24), packed(1, lines, 8), {}}, 1);
      expect_right({1, lines, channels, packed(1, lines, 8), rows(channels * 2 + 16, 24), {}}, 2);
    }
}

TEST(Pass, StepsOverWhatBelongsToOthers) {
  for (const std::size_t width : {1u, 3u, 5u})
    for (const std::size_t height : {1u, 2u, 6u}) {
      const Walk wide{16, width * 8 + 40, height * (width * 8 + 40) + 64}, close{8, width * 8 + 8, 8 * width + 8};
      expect_right({width, height, 12, wide, packed(width, height), {}}, 3);
      expect_right({width, height, 12, packed(width, height), wide, {}}, 4);
      if (height == 1) expect_right({width, height, 12, close, wide, {}}, 5);
    }
}

TEST(Pass, SurfacesMayLieInsideOfLines) {
  // Line by line all surfaces: what a matrix of 3 pixels by 8 channels is, line after line.
  const Walk inside{0, 3 * 8 * 2 + 8, 3 * 8};
  expect_right({3, 5, 8, inside, packed(3, 5), {}}, 6);
  expect_right({3, 5, 8, packed(3, 5), inside, {}}, 7);
}

TEST(Pass, StridesThatAreNotUsedDoNotMatter) {
  constexpr std::size_t kNonsense = 0xdead'beef'dead'beefu;
  Stages stages;
  stages.ew = {.walk = {8, kNonsense, 5 * 8}};
  expect_right({5, 1, 8, {0, kNonsense, 5 * 8}, {0, kNonsense, 5 * 8}, stages}, 8);
  stages.ew->walk = {8, 5 * 8, kNonsense};
  expect_right({5, 3, 4, {0, 5 * 8, kNonsense}, {0, 5 * 8, kNonsense}, stages}, 9);
  stages.ew->walk = {8, kNonsense, kNonsense};
  expect_right({5, 1, 4, {0, kNonsense, kNonsense}, {0, kNonsense, kNonsense}, stages}, 10);
}

TEST(Pass, EveryStageDoesWhatItSays) {
  std::uint32_t seed = 100;
  for (const plan::Stage& stage : test::all_stages()) {
    Stages bs, bn;
    bs.bs = bn.bn = stage;
    expect_right({3, 4, 12, packed(3, 4), packed(3, 4), bs}, ++seed);
    expect_right({3, 4, 12, packed(3, 4), packed(3, 4), bn}, ++seed);
  }
}

TEST(Pass, EveryCombinationTakesItsOperand) {
  std::uint32_t seed = 200;
  for (const auto op : {Combination::kAdd, Combination::kMultiply, Combination::kMax, Combination::kDivide})
    for (const bool relu : {false, true})
      for (const bool per_channel : {false, true}) {
        Stages stages;
        stages.ew = {.op = op, .per_channel = per_channel, .walk = {16, 64, 1024}, .relu = relu};
        expect_right({5, 3, 16, packed(5, 3), packed(5, 3), stages}, ++seed);
        expect_right({1, 9, 16, rows(48), packed(1, 9), stages}, ++seed);
        if (!per_channel) stages.ew->walk = rows(56, 24);
        expect_right({1, 9, 16, rows(48), rows(40), stages}, ++seed);
      }
  for (const bool relu : {false, true}) {
    Stages stages;
    stages.ew = {.number = -0.3125, .relu = relu};
    expect_right({5, 3, 16, packed(5, 3), packed(5, 3), stages}, ++seed);
  }
}

TEST(Pass, StagesFollowEachOther) {
  for (std::uint32_t seed = 300; seed < 400; ++seed) {
    Numbers numbers(seed);
    const std::size_t width = 1 + numbers.below(9), height = 1 + numbers.below(9), channels = 4 + 4 * numbers.below(9);
    Stages stages{test::draw_stage(numbers), test::draw_stage(numbers), test::draw_combine(numbers)};
    const auto walk = [&]() -> Walk {
      if (numbers.toss()) return {8 * std::size_t{numbers.below(4)}, width * 8 * (channels / 4) + 16, width * 8};
      const std::size_t line = width * 8 + 8 * std::size_t{numbers.below(3)};
      return {8 * std::size_t{numbers.below(4)}, line, line * height + 8 * std::size_t{numbers.below(3)}};
    };
    if (test::by_element(stages)) stages.ew->walk = walk();
    expect_right({width, height, channels, walk(), walk(), stages}, seed);
    if (HasFailure()) return;
  }
}

TEST(Pass, WiderThanATaskIsSeveral) {
  struct Wide {
    std::size_t width, height, tasks;
  };
  for (const auto& [width, height, tasks] : {Wide{8176, 1, 1}, Wide{8177, 1, 2}, Wide{8177, 2, 2}, Wide{9000, 3, 2},
                                             Wide{16'352, 1, 2}, Wide{16'353, 1, 3}}) {
    Stages stages;
    stages.bs.add = {{0, true}};
    stages.ew = {.walk = packed(width, height, 16)};
    const auto program = expect_right({width, height, 8, packed(width, height), packed(width, height, 8), stages}, 11);
    EXPECT_EQ(program.tasks.size(), tasks) << width;
  }
}

TEST(Pass, LinesWhoseRestIsWiderThanTheGapGoOneByOne) {
  const Pass pass{20'000, 2, 4, packed(20'000, 2), packed(20'000, 2), {}};
  EXPECT_EQ(expect_right(pass, 12).tasks.size(), 6u);
}

TEST(Pass, LinesFartherApartThanTheGapGoOneByOne) {
  const std::size_t widest = (5 + 8191) * 8;
  const auto walk = [](std::size_t line) { return Walk{8, line, 3 * line}; };
  Stages near, far;
  near.ew = {.walk = walk(widest)};
  far.ew = {.walk = walk(widest + 8)};
  const auto tasks = [&](const Pass& pass, std::uint32_t seed) { return expect_right(pass, seed).tasks.size(); };
  EXPECT_EQ(tasks({5, 3, 8, walk(widest), walk(widest), near}, 20), 1u);
  EXPECT_EQ(tasks({5, 3, 8, walk(widest + 8), packed(5, 3), {}}, 21), 3u);
  EXPECT_EQ(tasks({5, 3, 8, packed(5, 3), walk(widest + 8), {}}, 22), 3u);
  EXPECT_EQ(tasks({5, 3, 8, packed(5, 3), packed(5, 3), far}, 23), 3u);
}

TEST(Pass, HigherThanATaskIsSeveral) {
  Stages stages;
  stages.bn.multiply = {{0, true}};
  stages.ew = {.walk = rows(24, 8)};
  EXPECT_EQ(expect_right({1, 8192, 8, rows(16), packed(1, 8192), stages}, 13).tasks.size(), 1u);
  EXPECT_EQ(expect_right({1, 8193, 8, rows(16), packed(1, 8193), stages}, 14).tasks.size(), 2u);
}

TEST(Pass, MoreChannelsThanATaskAreSeveral) {
  Stages stages{{.add = {{0, true}}, .multiply = {{0, true}}}, {.multiply = {{0, true}}}, {}};
  stages.ew = {.per_channel = true, .walk = {8, 0, 0}};
  EXPECT_EQ(expect_right({1, 2, 8192, rows(16'384), packed(1, 2), stages}, 15).tasks.size(), 1u);
  EXPECT_EQ(expect_right({1, 2, 8196, rows(16'400), packed(1, 2), stages}, 16).tasks.size(), 2u);
  stages.ew = {.walk = rows(33'000, 8)};
  EXPECT_EQ(expect_right({1, 3, 16'388, rows(40'000), packed(1, 3), stages}, 17).tasks.size(), 3u);
}

TEST(Pass, TasksAreWholeAndChained) {
  const auto program = emit_pass(chip(), {8177, 1, 4, packed(8177, 1), packed(8177, 1), {}}).value();
  ASSERT_EQ(program.tasks.size(), 2u);
  for (const hw::TaskRecord& task : program.tasks) {
    EXPECT_EQ(task.enable_mask, 0x18u);
    EXPECT_EQ(task.regcfg_amount, 69u);  // all registers of both blocks, as whole vendor tasks write them
    EXPECT_EQ(task.regcmd_addr % 64, 0u);
  }
}

TEST(Pass, MoreTasksThanASubmitTakesAreSeveralChains) {
  constexpr std::size_t kLines = 40'000'000;  // 4,882 tasks of 8,192 lines and one of 6,656
  const auto program = emit_pass(chip(), {1, kLines, 4, packed(1, kLines), packed(1, kLines), {}}).value();
  ASSERT_EQ(program.tasks.size(), 4883u);
  for (std::size_t t = 0; t < program.tasks.size(); ++t) {
    const hw::TaskRecord& task = program.tasks[t];
    const std::size_t tail = task.regcmd_addr / hw::kWordBytes + task.regcfg_amount;
    EXPECT_EQ(hw::Command::decode(program.words[tail]) == hw::Command{}, t == 4094 || t == 4882) << t;
  }
}

// mm_17x31x33, task 5: from surfaces inside of lines to surfaces.
TEST(Pass, IsTheVendorsWords) {
  const auto program = emit_pass(chip(), {4, 8, 8, {0, 64, 32}, packed(4, 8), {}}).value();
  for (const auto& [offset, value] : std::initializer_list<std::pair<std::uint16_t, std::uint32_t>>{
           {0x4004, 0xe},      {0x400c, 0x109},      {0x4010, 0x48000002}, {0x4024, 0x100}, {0x4030, 3},
           {0x4034, 7},        {0x4038, 0},          {0x403c, 0x70007},    {0x4040, 0x53},  {0x4050, 2},
           {0x4060, 0x53},     {0x40c0, 0x100},      {0x5004, 0xe},        {0x500c, 3},     {0x5010, 7},
           {0x5014, 7},        {0x501c, 1},          {0x5028, 1},          {0x5034, 1},     {0x5044, 0x14041},
           {0x5048, 0x200000}, {0x504c, 0xfffffe40}, {0x5068, 0x01010101}})
    EXPECT_EQ(test::value_of(program, offset), value) << fmt::format("{:x}", offset);
}

// An emulator cannot tell: 16-bit patterns pass as what the work makes of them.
TEST(Pass, DivisionMarksItsDataAsPatterns) {
  Stages stages;
  stages.ew = {.op = Combination::kDivide, .walk = packed(5, 3)};
  const auto program = emit_pass(chip(), {5, 3, 8, packed(5, 3), packed(5, 3), stages}).value();
  EXPECT_EQ(test::value_of(program, 0x4010), 0x24000002u);
  EXPECT_EQ(test::value_of(program, 0x4070), 0x100003d8u);
  EXPECT_EQ(test::value_of(program, 0x5034), 0x40000004u);
  EXPECT_EQ(test::value_of(program, 0x503c), 15u * 8 - 8);
  EXPECT_EQ(test::value_of(program, 0x5040), 15u * 8);
  EXPECT_EQ(test::value_of(program, 0x5044), 0xc041u);
}

// vector-ops.md 3.1: of one surface or a number for each channel nothing is stepped over.
TEST(Pass, AnOperandOfOneSurfaceHasNoGap) {
  const auto with = [](std::size_t channels, bool per_channel) {
    Stages stages;
    stages.ew = {.per_channel = per_channel, .walk = packed(5, 3)};
    return emit_pass(chip(), {5, 3, channels, packed(5, 3), packed(5, 3), stages}).value();
  };
  test::expect_words(with(8, false), {{0x4070, 0x100002d0}, {0x5034, 0x40000004}, {0x503c, 112}, {0x5040, 120}});
  test::expect_words(with(4, false), {{0x4070, 0x100002d0}, {0x5034, 0x40000004}, {0x503c, 0}, {0x5040, 120}});
  test::expect_words(with(8, true), {{0x4070, 0x2d0}, {0x5034, 4}, {0x503c, 0}, {0x5040, 8}});
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string refusal(const Pass& pass) {
  const auto program = emit_pass(chip(), pass);
  if (program) return "";
  EXPECT_EQ(program.error().code, Code::kUnsupported);
  return program.error().message;
}

TEST(Pass, WhatRegistersDoNotHoldIsRefusedWithTheReason) {
  const Pass good{5, 3, 8, packed(5, 3), packed(5, 3), {}};
  EXPECT_EQ(refusal(good), "");
  const auto with = [&](const auto& change) {
    Pass pass = good;
    change(pass);
    return refusal(pass);
  };
  EXPECT_PRED2(contains, with([&](Pass& p) { p.from.line_bytes = 32; }), "overlap");
  EXPECT_PRED2(contains, with([&](Pass& p) { p.to.line_bytes = 32; }), "overlap");
  EXPECT_PRED2(contains, with([&](Pass& p) { p.stages.ew = {.walk = {0, 32, 120}}; }), "overlap");
  EXPECT_PRED2(contains, with([&](Pass& p) { p.from.offset = 4; }), "whole atoms");
  EXPECT_PRED2(contains, with([&](Pass& p) { p.to.surface_bytes = 122; }), "whole atoms");
  EXPECT_PRED2(contains, with([&](Pass& p) { p.from.surface_bytes = std::size_t{1} << 31; }), "32 bits");
  EXPECT_PRED2(contains, with([&](Pass& p) { p.to.offset = std::size_t{1} << 32; }), "DMA");
  EXPECT_PRED2(contains, with([&](Pass& p) { p.channels = 6; }), "whole atoms of 4");
  EXPECT_PRED2(contains, with([&](Pass& p) { p.width = 0; }), "none can be 0");
  EXPECT_PRED2(contains, with([&](Pass& p) { p.height = ~std::size_t{0}; }), "DMA");
}

TEST(Pass, NumbersThatRegistersDoNotHoldAreRefused) {
  const double infinite = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto with = [](const Stages& stages) { return refusal({5, 3, 8, packed(5, 3), packed(5, 3), stages}); };
  for (const double large : {65'520.0, -65'520.0, 1e300, infinite, nan}) {
    EXPECT_NE(with({{.multiply = {{large, false}}}, {}, {}}), "") << large;
    EXPECT_NE(with({{}, {.multiply = {{large, false}}}, {}}), "") << large;
  }
  EXPECT_EQ(with({{.multiply = {{65'519.0, false}}}, {}, {}}), "");
  for (const double large : {3.5e38, -3.5e38, 1e300, infinite, nan}) {
    EXPECT_NE(with({{.add = {{large, false}}}, {}, {}}), "") << large;
    EXPECT_NE(with({{}, {.add = {{large, false}}}, {}}), "") << large;
    EXPECT_NE(with({{.activation = plan::Activation::kReluX, .limit = large}, {}, {}}), "") << large;
    EXPECT_NE(with({{}, {}, {{.number = large}}}), "") << large;
  }
  EXPECT_EQ(with({{.add = {{3.4e38, false}}}, {}, {}}), "");
}

TEST(Pass, StagesThatDoNotGoTogetherAreRefused) {
  const auto with = [](const Stages& stages) { return refusal({5, 3, 8, packed(5, 3), packed(5, 3), stages}); };
  const plan::Combine division{.op = Combination::kDivide, .walk = packed(5, 3)};
  EXPECT_EQ(with({{}, {}, division}), "");
  EXPECT_NE(with({{.add = {{1, false}}}, {}, division}), "");
  EXPECT_NE(with({{}, {.activation = plan::Activation::kRelu}, division}), "");
  EXPECT_NE(with({{}, {}, {{.op = Combination::kMultiply, .number = 2}}}), "");
  EXPECT_NE(with({{.only_negative = true}, {}, {}}), "");
  EXPECT_NE(with({{.multiply = {{2, false}}, .only_negative = true, .activation = plan::Activation::kRelu}, {}, {}}),
            "");
}

}  // namespace
}  // namespace mattock::emit
