// What a run does in which order: host nodes one by one, NPU nodes in as few submits as the file allows.
#pragma once

#include <cstddef>
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

}  // namespace mattock::session
