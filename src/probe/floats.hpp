// Private to the room: how fp16 rounds, overflows, underflows and adds up (numerics.md 8.2, 8.3).
#pragma once

#include "probe/compare.hpp"

namespace mattock::probe {

Result<Outcome> fp16_ties(Context& context);
Result<Outcome> fp16_overflow(Context& context);
Result<Outcome> fp16_subnormals(Context& context);
Result<Outcome> fp16_specials(Context& context);
Result<Outcome> accumulation_order(Context& context);

std::vector<Hypothesis> fp16_ties_hypotheses();
std::vector<Hypothesis> fp16_overflow_hypotheses();
std::vector<Hypothesis> fp16_subnormals_hypotheses();
std::vector<Hypothesis> fp16_specials_hypotheses();
std::vector<Hypothesis> accumulation_order_hypotheses();

}  // namespace mattock::probe
