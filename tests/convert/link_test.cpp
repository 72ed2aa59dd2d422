// How the tasks of all nodes become one program: where chains begin and end, and whose addresses the words want.
#include "convert/link.hpp"

#include <gtest/gtest.h>

#include "convert/module.hpp"
#include "emit/matmul.hpp"
#include "hw/generated/registers_cna.hpp"

namespace mattock::convert {
namespace {

using test::chain_module;
using test::chip;

Linked linked(const lower::Module& module, const hw::Chip& on = chip()) { return link(module, on, 1).value(); }

std::size_t tail_of(const hw::Program& program, std::size_t task) {
  return program.tasks[task].regcmd_addr / hw::kWordBytes + program.tasks[task].regcfg_amount;
}

/// The index of the task that this one leads to; its own where the chain ends.
std::size_t next_of(const hw::Program& program, std::size_t task) {
  const std::size_t tail = tail_of(program, task);
  if (program.words[tail] == 0 && program.words[tail + 1] == 0) return task;
  const auto address = hw::Command::decode(program.words[tail]), amount = hw::Command::decode(program.words[tail + 1]);
  EXPECT_EQ(address.offset, hw::kPcNextAddress);
  EXPECT_EQ(amount.offset, hw::kPcNextAmount);
  for (std::size_t t = 0; t < program.tasks.size(); ++t) {
    if (program.tasks[t].regcmd_addr != address.value) continue;
    EXPECT_EQ(amount.value, program.tasks[t].regcfg_amount + 3u) << "tail included, minus 1";
    return t;
  }
  ADD_FAILURE() << "task " << task << " leads to no task";
  return task;
}

std::vector<std::size_t> chain_of(const hw::Program& program) {
  std::vector<std::size_t> next;
  for (std::size_t t = 0; t < program.tasks.size(); ++t) next.push_back(next_of(program, t));
  return next;
}

TEST(Link, NodesOfTheNpuAreOneChain) {
  const Linked made = linked(chain_module("ppp"));
  EXPECT_EQ(made.task_counts, (std::vector<std::size_t>{1, 1, 1}));
  EXPECT_EQ(chain_of(made.program), (std::vector<std::size_t>{1, 2, 2}));
}

TEST(Link, ANodeOfTheHostEndsTheChain) {
  const Linked made = linked(chain_module("pphphpp"));
  EXPECT_EQ(made.task_counts, (std::vector<std::size_t>{1, 1, 0, 1, 0, 1, 1}));
  EXPECT_EQ(chain_of(made.program), (std::vector<std::size_t>{1, 1, 2, 4, 4}));
}

TEST(Link, TasksBelongToTheirNodeInTheFileAndStandOn64Bytes) {
  const Linked made = link(chain_module("phpp"), chip(), 3).value();
  ASSERT_EQ(made.program.tasks.size(), 3u);
  EXPECT_EQ(made.program.tasks[0].op_index, 3u);
  EXPECT_EQ(made.program.tasks[1].op_index, 5u);
  EXPECT_EQ(made.program.tasks[2].op_index, 6u);
  for (const hw::TaskRecord& task : made.program.tasks) EXPECT_EQ(task.regcmd_addr % 64, 0u);
}

TEST(Link, RegistersAreThoseThatEmitWrites) {
  const auto module = chain_module("pp");
  const auto alone = emit::emit_matmul(chip(), test::square_plan()).value();
  const Linked made = linked(module);
  for (const hw::TaskRecord& task : made.program.tasks) {
    ASSERT_EQ(task.regcfg_amount, alone.tasks[0].regcfg_amount);
    const std::size_t first = task.regcmd_addr / hw::kWordBytes;
    for (std::size_t i = 0; i < task.regcfg_amount; ++i) EXPECT_EQ(made.program.words[first + i], alone.words[i]) << i;
  }
}

TEST(Link, AddressesAreThoseOfTheTensorsInTheOrderOfTheFile) {
  auto module = chain_module("pp");
  lower::Tensor& features = module.tensors[1];
  features.bytes += 256;
  for (lower::Launch& launch : module.nodes[0].launches) launch.places[emit::kFeatures].offset = 256;
  const hw::Program program = linked(module).program;
  std::vector<std::string> names;
  for (const hw::Relocation& relocation : program.relocations) {
    names.push_back(relocation.tensor);
    EXPECT_EQ(relocation.addend, relocation.tensor == "a" ? 256u : 0u) << relocation.tensor;
    EXPECT_EQ(hw::Command::decode(program.words[relocation.word]).value, relocation.addend) << relocation.tensor;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"a", "c", "h0", "h0", "w0", "w1"}));
}

TEST(Link, SeveralLaunchesOfOneNodeFollowOneAnother) {
  auto module = chain_module("pp");
  module.nodes[0].launches.push_back(module.nodes[0].launches[0]);
  const Linked made = linked(module);
  EXPECT_EQ(made.task_counts, (std::vector<std::size_t>{2, 1}));
  EXPECT_EQ(chain_of(made.program), (std::vector<std::size_t>{1, 2, 2}));
}

/// Whether the task relies on what the task before left in the banks.
bool relies(const hw::Program& program, std::size_t task) {
  using Banks = hw::cna::CbufCon0;
  for (std::size_t i = program.tasks[task].regcmd_addr / hw::kWordBytes; i < tail_of(program, task); ++i) {
    const auto command = hw::Command::decode(program.words[i]);
    if (command.target != hw::target_of(Banks::kBlock) || command.offset != Banks::kOffset) continue;
    const Banks banks = Banks::unpack(command.value);
    return banks.data_reuse != 0 || banks.weight_reuse != 0;
  }
  ADD_FAILURE() << "task " << task << " has no banks";
  return false;
}

TEST(Link, AChainHasNoMoreTasksThanASubmitTakesAndBeginsAfresh) {
  auto module = chain_module("pp");
  auto& plan = std::get<plan::MatmulPlan>(module.nodes[1].launches[0].work);
  plan.tiling.rows = 1;  // four tasks with the same kernels
  ASSERT_TRUE(plan.tiling.weights_resident);
  const auto reliance = [](const hw::Program& program) {
    std::vector<bool> all;
    for (std::size_t t = 0; t < program.tasks.size(); ++t) all.push_back(relies(program, t));
    return all;
  };
  const Linked whole = linked(module);
  EXPECT_EQ(chain_of(whole.program), (std::vector<std::size_t>{1, 2, 3, 4, 4}));
  EXPECT_EQ(reliance(whole.program), (std::vector<bool>{false, false, true, true, true}));

  hw::Chip small = chip();
  small.max_tasks = 2;
  const Linked cut = linked(module, small);
  EXPECT_EQ(chain_of(cut.program), (std::vector<std::size_t>{1, 1, 3, 3, 4}));
  EXPECT_EQ(reliance(cut.program), (std::vector<bool>{false, false, false, true, false}));
}

std::string complaint(const lower::Module& module) {
  const auto made = link(module, chip(), 1);
  if (made) return "linked";
  EXPECT_EQ(made.error().code, Code::kInternal);
  return to_string(made.error());
}

TEST(Link, NodesThatCannotBeLinkedAreNamed) {
  auto module = chain_module("pp");
  module.nodes[1].launches[0].places.erase(emit::kWeights);
  EXPECT_EQ(complaint(module), "n1: its tasks name 'weights', which has no place");
  module = chain_module("pp");
  module.nodes[1].launches[0].places[emit::kWeights].offset = 8192;
  EXPECT_EQ(complaint(module), "n1: 'weights' begins at byte 8192 of 'w1', which has 8192");
  module = chain_module("pp");
  module.nodes[1].launches[0].places[emit::kWeights].tensor = 99;
  EXPECT_EQ(complaint(module), "n1: 'weights' lies in tensor 99 of 6");
  module = chain_module("pp");
  module.nodes[0].launches.clear();
  EXPECT_EQ(complaint(module), "n0: a node of the NPU without tasks");
  module = chain_module("ph");
  module.nodes[1].launches = module.nodes[0].launches;
  EXPECT_EQ(complaint(module), "n1: a node of the host with tasks");
}

}  // namespace
}  // namespace mattock::convert
