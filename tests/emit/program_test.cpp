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

}  // namespace
}  // namespace mattock::emit
