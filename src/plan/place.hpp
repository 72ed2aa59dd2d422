// Where the matrices of a plan lie in their tensors, byte by byte.
//
//   row-major                                native: surfaces of the channels that fill an atom
//   pixel 0: c0 c1 c2 c3 c4 c5 ... | pitch   surface 0: pixel 0: c0 c1 c2 c3 | pixel 1: c0 c1 c2 c3 | ... | pad
//   pixel 1: c0 c1 c2 c3 c4 c5 ... |         surface 1: pixel 0: c4 c5 c6 c7 | pixel 1: c4 c5 c6 c7 | ... | pad
#pragma once

#include <cstddef>
#include <limits>

#include "hw/chip.hpp"
#include "plan/matmul.hpp"

namespace mattock::plan {

/// Lanes of a row-major matrix.
inline constexpr std::size_t kAllChannels = std::numeric_limits<std::size_t>::max();

/// Element (pixel, channel) begins at byte offset + pixel * pixel_bytes + channel / lanes * surface_bytes + channel %
/// lanes * element_bytes.
struct Place {
  std::size_t offset = 0;
  std::size_t pixel_bytes = 0;       ///< from one pixel to the next
  std::size_t lanes = kAllChannels;  ///< channels that lie side by side
  std::size_t surface_bytes = 0;     ///< from one group of lanes to the next
  std::size_t element_bytes = 1;

  std::size_t of(std::size_t pixel, std::size_t channel) const {
    return offset + pixel * pixel_bytes + channel / lanes * surface_bytes + channel % lanes * element_bytes;
  }
};

/// Features of this part. Parts that are not read in place lie one after the other.
Place features_place(const hw::Chip& chip, const MatmulPlan& plan, std::size_t part);

/// What this part writes of a panel, whose first kernel is channel 0. The parts the CPU joins lie one after the other.
/// When the NPU joins, the last part's results come first, and those before it take turns in two places behind them.
Place results_place(const hw::Chip& chip, const MatmulPlan& plan, std::size_t part, const Range& panel);

/// Channels of an atom of features, and of a pixel of results: the lanes of their surfaces.
std::size_t feature_lanes(const hw::Chip& chip, Operand operand);
std::size_t result_lanes(const hw::Chip& chip, Output output);

}  // namespace mattock::plan
