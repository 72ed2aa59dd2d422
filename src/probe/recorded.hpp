// Private to the room: what runtimes and files of the vendor hand to an NPU, word for word; only addresses are ours.
#pragma once

#include "probe/probe.hpp"

namespace mattock::probe {

/// The model file whose product an RK3566 was recorded with, on the recorded inputs.
Result<Outcome> product_9x9(Context& context);
/// Every recorded command stream of a product.
Result<Outcome> recorded_streams(Context& context);

}  // namespace mattock::probe
