// CMAC and CORE: multiplies what lies in the CBUF and accumulates one step (8, 16 or 32 channels of a pixel) at
// a time, kernel group by kernel group, pixel by pixel, in the order the DPU receives them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "emulator/cna/fetch.hpp"
#include "emulator/mac/kernels.hpp"
#include "emulator/scratch.hpp"
#include "emulator/team.hpp"

namespace mattock::emulator {

inline constexpr std::size_t kMaxStepLanes = 32;

/// What a step holds in the arithmetic that was not used: in lenient mode the DPU may ask for it.
template <class Value>
inline constexpr std::array<Value, kMaxStepLanes> kZeroLanes{};

/// Consecutive channels of one pixel. Float work has `real`, integer work `integer` and, where the OW term asks for
/// it, the sums of the features under the kernel.
struct Step {
  std::size_t channel = 0;  ///< of lane 0
  std::size_t pixel = 0;    ///< row-major in the source's map
  std::size_t lanes = 0;
  const double* real = kZeroLanes<double>.data();
  const std::int32_t* integer = kZeroLanes<std::int32_t>.data();
  const std::int64_t* window_sums = kZeroLanes<std::int64_t>.data();
};

using StepSink = std::function<void(const Step&)>;

/// What multiplication borrows from the submit it belongs to.
struct Multipliers {
  const hw::Chip& chip;
  const Kernels& kernels;
  Team& team;
  Scratch& scratch;
  Diagnostics& diagnostics;
  const Variation& variation;
};

/// Float: exact products, summed in binary64 in the order weights lie in memory (input-channel slice, kernel
/// row, kernel column, channel). assumed: order and width; settled by products 2^24, 1, -2^24 in every order.
/// Integer: int32, wrapping; a wrap is reported. `window_sums`: the OW term needs them.
void multiply(const Convolution& conv, const Multipliers& multipliers, Cbuf& cbuf, WeightReader& weights,
              bool window_sums, TaskReport& report, const StepSink& sink);

}  // namespace mattock::emulator
