// Private to the room: which register group a task runs, and what is left of that after a submit (npu.md 2.3, 12.1).
//
// Every chain is safe in both readings: whichever group runs holds whole registers of this job, so that a wrong one
// writes to another result of the probe. Odd numbers of tasks come before each question.
#pragma once

#include "probe/compare.hpp"

namespace mattock::probe {

Result<Outcome> pointer_state(Context& context);
std::vector<Hypothesis> pointer_state_hypotheses();

}  // namespace mattock::probe
