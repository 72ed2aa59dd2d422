#include "session/schedule.hpp"

#include <algorithm>

#include "hw/command.hpp"

namespace mattock::session {
namespace {

/// Nothing follows the task: the words behind its own hold no address and no amount.
bool ends_chain(const hw::Program& program, std::size_t task) {
  const hw::TaskRecord& record = program.tasks[task];
  const std::size_t tail = record.regcmd_addr / hw::kWordBytes + record.regcfg_amount;
  return tail + 1 < program.words.size() && program.words[tail] == 0 && program.words[tail + 1] == 0;
}

std::vector<std::size_t> nodes_in(const container::Model& model, const Step& whole, TaskRange tasks) {
  std::vector<std::size_t> nodes;
  std::ranges::copy_if(whole.nodes, std::back_inserter(nodes), [&](std::size_t i) {
    const container::Node& node = model.nodes[i];
    return node.first_task < tasks.first + tasks.count && tasks.first < node.first_task + node.task_count;
  });
  return nodes;
}

/// The step in pieces of at most `most` tasks.
std::vector<Step> cut(const container::Model& model, Step step, std::size_t most) {
  std::vector<Step> pieces;
  while (step.tasks.count > most) {
    std::size_t count = most;
    while (count > 0 && !ends_chain(model.program, step.tasks.first + count - 1)) --count;
    if (count == 0) break;
    const TaskRange tasks{step.tasks.first, count};
    pieces.push_back({step.engine, nodes_in(model, step, tasks), tasks});
    step.tasks = {tasks.first + count, step.tasks.count - count};
  }
  if (!pieces.empty()) step.nodes = nodes_in(model, step, step.tasks);
  pieces.push_back(std::move(step));
  return pieces;
}

std::vector<Step> uncut(const container::Model& model, bool merge) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const container::Node& node = model.nodes[i];
    if (node.op == "InputOperator" || node.op == "OutputOperator") continue;
    if (node.engine == container::Engine::kHost) {
      steps.push_back({container::Engine::kHost, {i}, {}});
      continue;
    }
    Step* last = steps.empty() ? nullptr : &steps.back();
    const bool follows = merge && last != nullptr && last->engine == container::Engine::kNpu &&
                         last->tasks.first + last->tasks.count == node.first_task;
    if (follows) {
      last->nodes.push_back(i);
      last->tasks.count += node.task_count;
    } else {
      steps.push_back({container::Engine::kNpu, {i}, {node.first_task, node.task_count}});
    }
  }
  return steps;
}

}  // namespace

std::vector<Step> schedule(const container::Model& model, bool merge, std::size_t most_tasks) {
  std::vector<Step> steps;
  for (Step& step : uncut(model, merge))
    std::ranges::move(cut(model, std::move(step), most_tasks), std::back_inserter(steps));
  return steps;
}

}  // namespace mattock::session
