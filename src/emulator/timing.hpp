// What the emulator takes for the time of a task: the planner's numbers of the chip row, applied to what was counted.
// assumed: work and bytes at the same time; settled by the measurements of a board.
#pragma once

#include "emulator/emulator.hpp"
#include "hw/chip.hpp"

namespace mattock::emulator {

double task_seconds(const hw::Chip& chip, const Variation& variation, const TaskReport& task);
double submit_seconds(const hw::Chip& chip, const Variation& variation, const SubmitReport& report);

}  // namespace mattock::emulator
