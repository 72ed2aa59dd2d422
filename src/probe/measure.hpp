// Private to the room: what the cost model needs to know. Shapes alone matter; the operands are zeros.
//
//   a chain of small tasks, long less short           -> what a task costs
//   its shortest form less that                       -> what a submit costs
//   kernels that stream past one pixel, many less few -> bytes a second
//   many pixels less few with the same kernels        -> multiplications a second
#pragma once

#include "probe/probe.hpp"

namespace mattock::probe {

Result<Outcome> clock_rate(Context& context);
Result<Outcome> submit_cost(Context& context);
Result<Outcome> task_cost(Context& context);
Result<Outcome> bandwidth(Context& context);
Result<Outcome> rate_fp16(Context& context);
Result<Outcome> rate_int8(Context& context);

}  // namespace mattock::probe
