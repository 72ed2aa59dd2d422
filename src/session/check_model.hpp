// Whether a device would take the submits of a model, without running anything: memory as a session places it, words
// as the file has them (a session may still rewrite those of image inputs).
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "container/model.hpp"
#include "device/device.hpp"

namespace mattock::session {

struct CheckedSubmit {
  TaskRange tasks;                 ///< of the file
  std::vector<std::size_t> nodes;  ///< indices in Model.nodes
  std::size_t words = 0;           ///< with the tails
  std::optional<Error> refusal;    ///< counts tasks from tasks.first
};

/// All submits, in the order a session makes them; operators of the CPU need not be known. Errors: kUnsupported (a
/// model for other chips), kBadFile (nodes and tasks that contradict each other), kDevice (memory is short).
Result<std::vector<CheckedSubmit>> check_model(Device& device, const container::Model& model);

}  // namespace mattock::session
