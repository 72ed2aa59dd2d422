// How the task before leads the PC to the next one: the first two words of a task's tail.
#pragma once

#include <cstddef>

#include "hw/chip.hpp"
#include "hw/program.hpp"

namespace mattock::emit {

/// Task `from` leads to task `to`: the PC fetches its words, tail included. Both have their records and words.
void link_tasks(const hw::Chip& chip, hw::Program& program, std::size_t from, std::size_t to);

/// Nothing follows the task: the last of a submit.
void end_chain(hw::Program& program, std::size_t task);

/// The task loads its features and kernels, whatever it found in their banks before: the first of a submit.
void load_afresh(hw::Program& program, std::size_t task);

}  // namespace mattock::emit
