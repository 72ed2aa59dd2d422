#include "session/schedule.hpp"

#include <gtest/gtest.h>

namespace mattock::session {
namespace {

using container::Engine;

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
  EXPECT_EQ(text(schedule(model, true)), "cpu 2; npu 3 [0+1]; cpu 4; npu 5 [1+7]; cpu 6; ");
}

TEST(Schedule, ConsecutiveNpuNodesShareASubmitUnlessTheyMustNot) {
  const auto model = model_of({{"Conv", 2}, {"Add", 1}, {"Reshape", 0}, {"Relu", 3}});
  EXPECT_EQ(text(schedule(model, true)), "npu 0 1 [0+3]; cpu 2; npu 3 [3+3]; ");
  EXPECT_EQ(text(schedule(model, false)), "npu 0 [0+2]; npu 1 [2+1]; cpu 2; npu 3 [3+3]; ");
}

TEST(Schedule, OutputConversionTasksAreNotRunAndCutASubmit) {
  const auto model = model_of({{"Conv", 1}, {"OutputOperator", 15}, {"Conv", 2}, {"OutputOperator", 4}});
  EXPECT_EQ(text(schedule(model, true)), "npu 0 [0+1]; npu 2 [16+2]; ");
}

}  // namespace
}  // namespace mattock::session
