// Direct convolution, of which a matrix product is the 1x1 case: every kernel meets every channel.
#pragma once

#include "emulator/mac/multiply.hpp"

namespace mattock::emulator {

/// `data`: the task's data banks. `window_sums`: the steps need them.
void multiply_direct(const Convolution& conv, const Multipliers& multipliers, std::span<const std::byte> data,
                     WeightReader& weights, bool window_sums, const StepSink& sink);

}  // namespace mattock::emulator
