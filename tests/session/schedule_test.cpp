#include "session/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "hw/command.hpp"

namespace mattock::session {
namespace {

using container::Engine;

constexpr std::size_t kMost = 100;

/// Nodes given as operator and task count; 0 tasks means the CPU.
container::Model model_of(const std::vector<std::pair<std::string, std::size_t>>& nodes) {
  container::Model model;
  std::size_t next = 0;
  for (const auto& [op, tasks] : nodes) {
    container::Node node;
    node.op = op;
    node.engine = tasks > 0 ? Engine::kNpu : Engine::kHost;
    node.first_task = next;
    node.task_count = tasks;
    next += tasks;
    model.nodes.push_back(node);
  }
  return model;
}

std::string text(const std::vector<Step>& steps) {
  std::string result;
  for (const Step& step : steps) {
    result += step.engine == Engine::kHost ? "cpu" : "npu";
    for (const std::size_t node : step.nodes) result += ' ' + std::to_string(node);
    if (step.engine == Engine::kNpu)
      result += " [" + std::to_string(step.tasks.first) + '+' + std::to_string(step.tasks.count) + ']';
    result += "; ";
  }
  return result;
}

TEST(Schedule, TheSeedsNodesMakeTwoSubmits) {
  const auto model = model_of({{"InputOperator", 0},
                               {"InputOperator", 0},
                               {"Reshape", 0},
                               {"Reshape", 1},
                               {"Transpose", 0},
                               {"exMatMul", 7},
                               {"Reshape", 0},
                               {"OutputOperator", 0}});
  EXPECT_EQ(text(schedule(model, true, kMost)), "cpu 2; npu 3 [0+1]; cpu 4; npu 5 [1+7]; cpu 6; ");
}

TEST(Schedule, ConsecutiveNpuNodesShareASubmitUnlessTheyMustNot) {
  const auto model = model_of({{"Conv", 2}, {"Add", 1}, {"Reshape", 0}, {"Relu", 3}});
  EXPECT_EQ(text(schedule(model, true, kMost)), "npu 0 1 [0+3]; cpu 2; npu 3 [3+3]; ");
  EXPECT_EQ(text(schedule(model, false, kMost)), "npu 0 [0+2]; npu 1 [2+1]; cpu 2; npu 3 [3+3]; ");
}

TEST(Schedule, OutputConversionTasksAreNotRunAndCutASubmit) {
  const auto model = model_of({{"Conv", 1}, {"OutputOperator", 15}, {"Conv", 2}, {"OutputOperator", 4}});
  EXPECT_EQ(text(schedule(model, true, kMost)), "npu 0 [0+1]; npu 2 [16+2]; ");
}

/// Tasks of one register each; the last of a chain has two empty words behind it.
container::Model chained(const std::vector<std::pair<std::string, std::size_t>>& nodes,
                         const std::vector<std::size_t>& chain_ends) {
  container::Model model = model_of(nodes);
  const std::size_t count = model.nodes.back().first_task + model.nodes.back().task_count;
  for (std::size_t i = 0; i < count; ++i) {
    hw::TaskRecord task;
    task.regcmd_addr = model.program.words.size() * hw::kWordBytes;
    task.regcfg_amount = 1;
    model.program.tasks.push_back(task);
    const std::uint64_t tail = std::ranges::count(chain_ends, i) > 0 ? 0 : 1;
    model.program.words.insert(model.program.words.end(), {1, tail, tail, 1, 1});
  }
  return model;
}

TEST(Schedule, WhatASubmitCannotHoldIsCutWhereAChainEnds) {
  const auto model = chained({{"Conv", 3}, {"Conv", 6}, {"Add", 1}}, {1, 4, 5, 9});
  EXPECT_EQ(text(schedule(model, true, 10)), "npu 0 1 2 [0+10]; ");
  EXPECT_EQ(text(schedule(model, true, 9)), "npu 0 1 [0+6]; npu 1 2 [6+4]; ");
  EXPECT_EQ(text(schedule(model, true, 5)), "npu 0 1 [0+5]; npu 1 2 [5+5]; ");
  EXPECT_EQ(text(schedule(model, false, 5)), "npu 0 [0+3]; npu 1 [3+3]; npu 1 [6+3]; npu 2 [9+1]; ");
}

TEST(Schedule, AChainThatIsTooLongStaysWholeForTheDeviceToRefuse) {
  const auto model = chained({{"Conv", 4}, {"Add", 4}}, {1, 7});
  EXPECT_EQ(text(schedule(model, true, 5)), "npu 0 [0+2]; npu 0 1 [2+6]; ");
}

}  // namespace
}  // namespace mattock::session
