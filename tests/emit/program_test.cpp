// How tasks hang together: whole, aligned, chained, split into submits.
#include <gtest/gtest.h>

#include <map>

#include "emit/matmul.hpp"
#include "plan/tasks.hpp"

namespace mattock::emit {
namespace {

constexpr std::size_t kTaskWords = 112;

const hw::Chip& chip() { return *hw::find_chip("rk3566"); }

struct Made {
  plan::MatmulPlan plan;
  hw::Program program;
};

Made make(const plan::Shape& shape) {
  auto plan = plan::plan_matmul(chip(), shape, {}).value();
  auto program = emit_matmul(chip(), plan).value();
  return {std::move(plan), std::move(program)};
}

hw::Command word(const hw::Program& program, std::size_t task, std::size_t index) {
  return hw::Command::decode(program.words[program.tasks[task].regcmd_addr / hw::kWordBytes + index]);
}

TEST(Program, EveryTaskWritesTheSameRegistersAndIsWholeInItself) {
  const Made made = make({256, 2048, 1024});
  ASSERT_EQ(made.program.tasks.size(), made.plan.cost.tasks);
  for (std::size_t t = 0; t < made.program.tasks.size(); ++t) {
    EXPECT_EQ(made.program.tasks[t].regcfg_amount, kTaskWords);
    EXPECT_EQ(made.program.tasks[t].regcmd_addr % 64, 0u);
    for (std::size_t i = 0; i < kTaskWords; ++i) {
      EXPECT_EQ(word(made.program, t, i).target, word(made.program, 0, i).target);
      EXPECT_EQ(word(made.program, t, i).offset, word(made.program, 0, i).offset);
    }
  }
}

TEST(Program, TasksAreOneChainThatEndsInTheLast) {
  const Made made = make({256, 2048, 1024});
  const std::size_t last = made.program.tasks.size() - 1;
  for (std::size_t t = 0; t < last; ++t) {
    EXPECT_EQ(word(made.program, t, kTaskWords).offset, 0x10);
    EXPECT_EQ(word(made.program, t, kTaskWords).value, made.program.tasks[t + 1].regcmd_addr);
    EXPECT_EQ(word(made.program, t, kTaskWords + 1).value, kTaskWords + 3);  // words of the next, minus 1
  }
  EXPECT_EQ(word(made.program, last, kTaskWords), hw::Command{});
  EXPECT_EQ(word(made.program, last, kTaskWords + 1), hw::Command{});
}

TEST(Program, MoreTasksThanASubmitTakesAreSeveralChains) {
  auto plan = plan::plan_matmul(chip(), {256, 2048, 1024}, {}).value();
  plan.tasks_per_submit = 4;
  plan.tiling.columns_outside = true;  // so that kernels would stay if they could
  const auto program = emit_matmul(chip(), plan).value();
  for (std::size_t t = 0; t < program.tasks.size(); ++t) {
    const bool ends = t % 4 == 3 || t + 1 == program.tasks.size();
    EXPECT_EQ(word(program, t, kTaskWords) == hw::Command{}, ends) << t;
  }
}

TEST(Program, NothingStaysInTheBanksFromOneSubmitToTheNext) {
  auto plan = plan::plan_matmul(chip(), {40, 64, 40}, {}).value();
  ASSERT_TRUE(plan.tiling.weights_resident);
  plan.tiling.rows = 10;
  std::size_t stays = 0;
  plan.tasks_per_submit = 4;
  plan::for_each_task(plan, [&](const plan::Task& task) { stays += task.weights_stay; });
  EXPECT_EQ(stays, 3u);
  plan.tasks_per_submit = 1;
  plan::for_each_task(plan, [](const plan::Task& task) {
    EXPECT_TRUE(task.first_of_submit);
    EXPECT_FALSE(task.weights_stay || task.data_stay);
  });
}

TEST(Program, EachTaskHasThreeAddressesInsideTheirTensors) {
  const Made made = make({50, 9000, 40});  // parts
  std::map<std::string, std::size_t> sizes{{kFeatures, made.plan.features_bytes()},
                                           {kWeights, made.plan.weights_bytes()},
                                           {kResults, made.plan.results_bytes()}};
  EXPECT_EQ(made.program.relocations.size(), 3 * made.program.tasks.size());
  for (const hw::Relocation& relocation : made.program.relocations)
    EXPECT_LT(relocation.addend, sizes.at(relocation.tensor));
}

/// Where a task's register points to: the addend of its relocation.
std::size_t addend_of(const hw::Program& program, std::size_t task, std::uint16_t offset) {
  const std::size_t first = program.tasks[task].regcmd_addr / hw::kWordBytes;
  for (const hw::Relocation& relocation : program.relocations)
    if (relocation.word >= first && relocation.word < first + program.tasks[task].regcfg_amount &&
        hw::Command::decode(program.words[relocation.word]).offset == offset)
      return relocation.addend;
  ADD_FAILURE() << "task " << task << " has no address in register " << offset;
  return 0;
}

std::uint32_t value_of(const hw::Program& program, std::size_t task, std::uint16_t offset) {
  for (std::size_t i = 0; i < program.tasks[task].regcfg_amount; ++i)
    if (word(program, task, i).offset == offset) return word(program, task, i).value;
  ADD_FAILURE() << "task " << task << " does not write register " << offset;
  return 0;
}

// Wide enough for two panels: 16,384 fp32 results are the widest row that the writer steps over.
TEST(Program, ATaskAddsTheSumsWhereTheTaskOfThePartBeforeWroteThem) {
  for (const plan::Output output : {plan::Output::kFp32, plan::Output::kFp16}) {
    const auto plan =
        plan::plan_matmul(chip(), {20, 33'000, 16'500}, {plan::Operand::kFp16, output}, {.allow_assumed = true})
            .value();
    ASSERT_TRUE(plan.npu_joins);
    ASSERT_EQ(plan.panels.size(), 2u);
    const auto program = emit_matmul(chip(), plan).value();
    const std::size_t tiles = program.tasks.size() / plan.parts.size();
    for (std::size_t t = 0; t < program.tasks.size(); ++t) {
      EXPECT_EQ(program.tasks[t].enable_mask, t < tiles ? 0xfu : 0x1fu);
      if (t < tiles) continue;
      EXPECT_EQ(addend_of(program, t, 0x5038), addend_of(program, t - tiles, 0x4020));
      // The gap behind a line: 16-byte pixels here, 8-byte units there, each beside the one pixel of 16 bytes.
      EXPECT_EQ((value_of(program, t, 0x5010) >> 16 & 0x1fff) * 16,
                (value_of(program, t - tiles, 0x4038) & 0x1fff) * 8);
      EXPECT_NE(addend_of(program, t, 0x5038), addend_of(program, t, 0x4020));
    }
  }
}

}  // namespace
}  // namespace mattock::emit
