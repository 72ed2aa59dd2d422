// Private to the room: products whose results no open rule touches.
#pragma once

#include "probe/probe.hpp"

namespace mattock::probe {

Result<Outcome> matmul_shapes(Context& context);
Result<Outcome> repeat(Context& context);
Result<Outcome> k_slices(Context& context);
Result<Outcome> weight_streaming(Context& context);

}  // namespace mattock::probe
