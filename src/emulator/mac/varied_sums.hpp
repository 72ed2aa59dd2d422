// Float sums of chips that are not as assumed (variation.hpp): slow, for small products.
#pragma once

#include <cstddef>

#include "emulator/mac/kernels.hpp"
#include "emulator/variation.hpp"

namespace mattock::emulator {

/// Whether the inner loops do not tell what such a chip makes of fp16.
bool sums_vary(const Variation& variation, hw::Precision precision);

/// sums[pixel][kernel] of a tile, as Kernels::real_tile has them; `slice_lanes` channels are multiplied at once,
/// whatever slices the window is told to have.
void varied_tile(const Variation& variation, const Window& window, std::size_t slice_lanes, const Tile<double>& tile,
                 const double* panel, double* sums);

}  // namespace mattock::emulator
