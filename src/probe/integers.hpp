// Private to the room: how integers wrap, and how int8 results round (numerics.md 8.1, 8.4).
#pragma once

#include "probe/compare.hpp"

namespace mattock::probe {

Result<Outcome> int32_wrap(Context& context);
Result<Outcome> int8_ties(Context& context);
Result<Outcome> int8_output_ties(Context& context);
Result<Outcome> int8_offset(Context& context);

std::vector<Hypothesis> int32_wrap_hypotheses();
std::vector<Hypothesis> int8_ties_hypotheses();
std::vector<Hypothesis> int8_output_ties_hypotheses();
std::vector<Hypothesis> int8_offset_hypotheses();

}  // namespace mattock::probe
