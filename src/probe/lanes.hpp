// Private to the room: channels that are declared and hold no data (npu.md 12.2), on either side of the multipliers.
#pragma once

#include "probe/compare.hpp"

namespace mattock::probe {

Result<Outcome> lanes_above_channels(Context& context);
Result<Outcome> channels_above_real(Context& context);

std::vector<Hypothesis> lanes_above_channels_hypotheses();
std::vector<Hypothesis> channels_above_real_hypotheses();

}  // namespace mattock::probe
