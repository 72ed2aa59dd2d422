// Depthwise convolution: each channel meets its own plane of weights.
#pragma once

#include "emulator/mac/multiply.hpp"

namespace mattock::emulator {

/// `data`: the task's data banks.
void multiply_depthwise(const Convolution& conv, const Multipliers& multipliers, std::span<const std::byte> data,
                        WeightReader& weights, const StepSink& sink);

}  // namespace mattock::emulator
