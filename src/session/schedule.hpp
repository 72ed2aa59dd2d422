// What a run does in which order: host nodes one by one, NPU nodes in as few submits as the file allows.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "container/model.hpp"
#include "device/device.hpp"

namespace mattock::session {

struct Step {
  container::Engine engine = container::Engine::kHost;
  std::vector<std::size_t> nodes;  ///< one for the host; of the NPU those with a task in it; in file order
  TaskRange tasks;                 ///< empty for the host
};

/// Consecutive NPU nodes share a submit when `merge` is set and their tasks follow one another (rule 6).
/// A submit has at most `most_tasks`: what has more is cut behind the last task that ends a chain of the PC, since a
/// task in the middle of one may count on what its forerunner left in the buffer; a node may then be in two steps.
/// Without such an end it stays whole, and the device refuses it.
/// InputOperator and OutputOperator are left out: the session converts at the doors, and tasks of an
/// OutputOperator are alternatives that nobody has to run (rule 9).
std::vector<Step> schedule(const container::Model& model, bool merge, std::size_t most_tasks);

/// "node 'a' (Conv, task 0), node 'b' (Add, tasks 1 to 3)": tasks counted as the submit counts them.
std::string nodes_text(const container::Model& model, const Step& step);

/// No task of the step's last node is in the next step.
bool ends_its_node(const container::Model& model, const Step& step);

/// The step with the one node that its task `task` belongs to.
Step part_with(const container::Model& model, const Step& step, std::size_t task);

}  // namespace mattock::session
