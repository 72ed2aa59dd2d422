#include "session/schedule.hpp"

#include <fmt/format.h>

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

std::string nodes_text(const container::Model& model, const Step& step) {
  constexpr std::size_t kMost = 8;
  std::string text;
  for (std::size_t i = 0; i < step.nodes.size() && i < kMost; ++i) {
    const container::Node& node = model.nodes[step.nodes[i]];
    const std::size_t first = std::max(node.first_task, step.tasks.first) - step.tasks.first;
    const std::size_t last = std::min(node.first_task + node.task_count - step.tasks.first, step.tasks.count) - 1;
    text += fmt::format("{}node '{}' ({}, {})", i == 0 ? "" : ", ", node.name, node.op,
                        first == last ? fmt::format("task {}", first) : fmt::format("tasks {} to {}", first, last));
  }
  if (step.nodes.size() > kMost) text += fmt::format(" and {} more", step.nodes.size() - kMost);
  return text;
}

bool ends_its_node(const container::Model& model, const Step& step) {
  const container::Node& last = model.nodes[step.nodes.back()];
  return step.engine == container::Engine::kHost ||
         last.first_task + last.task_count == step.tasks.first + step.tasks.count;
}

Step part_with(const container::Model& model, const Step& step, std::size_t task) {
  Step part = step;
  std::erase_if(part.nodes, [&](std::size_t index) {
    const container::Node& node = model.nodes[index];
    const std::size_t wanted = step.tasks.first + task;
    return wanted < node.first_task || wanted >= node.first_task + node.task_count;
  });
  return part.nodes.empty() ? step : part;
}

}  // namespace mattock::session
