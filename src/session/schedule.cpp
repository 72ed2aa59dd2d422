#include "session/schedule.hpp"

namespace mattock::session {

std::vector<Step> schedule(const container::Model& model, bool merge) {
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

}  // namespace mattock::session
