// CMAC and CORE: multiplies what lies in the CBUF and accumulates one step (8, 16 or 32 channels of a pixel) at
// a time, kernel group by kernel group, pixel by pixel, in the order the DPU receives them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "emulator/cna/fetch.hpp"

namespace mattock::emulator {

inline constexpr std::size_t kMaxStepLanes = 32;

/// Consecutive channels of one pixel. Float work fills `real`, integer work `integer` and `window_sum`.
struct Step {
  std::size_t channel = 0;  ///< of lane 0
  std::size_t pixel = 0;    ///< row-major in the source's map
  std::size_t lanes = 0;
  std::array<double, kMaxStepLanes> real{};
  std::array<std::int32_t, kMaxStepLanes> integer{};
  std::array<std::int64_t, kMaxStepLanes> window_sum{};  ///< sum of the features under the kernel, for the OW term
};

using StepSink = std::function<void(const Step&)>;

/// Float: exact products, summed in binary64 in the order weights lie in memory (input-channel slice, kernel
/// row, kernel column, channel). assumed: order and width; settled by products 2^24, 1, -2^24 in every order.
/// Integer: int32, wrapping; a wrap is reported.
void multiply(const Convolution& conv, const hw::Chip& chip, Cbuf& cbuf, WeightReader& weights,
              Diagnostics& diagnostics, TaskReport& report, const StepSink& sink);

}  // namespace mattock::emulator
