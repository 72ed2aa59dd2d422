// What a session asks of a model before it runs it. The container reader has checked the file; here stands what
// running it takes: operators that are there, shapes that agree, memory that holds them.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "container/model.hpp"
#include "hw/chip.hpp"
#include "session/form.hpp"
#include "session/memory.hpp"

namespace mattock::session {

/// Errors: kUnsupported with all host operators that are not there yet.
Result<void> check_host_operators(const container::Model& model);

/// Errors: kUnsupported when the model is for other chips than the device's.
Result<void> check_generation(const container::Model& model, const Device& device);

/// Errors: kBadFile, kUnsupported when the tasks of the NPU's nodes are not in the file.
Result<void> check_tasks(const container::Model& model);

/// Errors: kBadFile, kUnsupported when a node cannot be run as the file has it, on the CPU or the NPU.
Result<void> check_nodes(const container::Model& model);

/// Errors: kBadFile when inputs or outputs of the model are not declared as such.
Result<void> check_doors(const container::Model& model);

/// Tensors that the session itself reads or writes: the model's doors and the operands of host nodes.
std::vector<bool> touched_tensors(const container::Model& model);

/// How every tensor lies in memory; nothing where that cannot be said and nobody needs it.
Result<std::vector<std::optional<Form>>> forms_of(const container::Model& model, const hw::Chip& chip,
                                                  const std::vector<bool>& touched);

/// Errors: kBadFile when a tensor's data is larger than its place, or a touched one has none.
Result<void> check_places(const container::Model& model, const ModelMemory& memory,
                          std::span<const std::optional<Form>> forms, const std::vector<bool>& touched);

}  // namespace mattock::session
