// What to do about a finding, on this board and this distribution: board-setup.md 2. Nothing here was tried on a board.
#pragma once

#include "doctor/facts.hpp"
#include "doctor/report.hpp"

namespace mattock::doctor {

/// The NPU is off in the device tree.
Remedy switch_on(const Facts& facts);
/// The kernel does not know the NPU.
Remedy other_kernel(const Facts& facts);
/// The NPU is on and no driver has taken it.
Remedy bind_driver(const Facts& facts);
/// The node exists and this user may not open it.
Remedy open_to_user(const Facts& facts, const NodeFile& node);
/// The NPU works and sees too little memory, or memory it cannot reach.
Remedy more_memory(const Facts& facts);
Remedy memory_below_4_gib(const Facts& facts);

}  // namespace mattock::doctor
