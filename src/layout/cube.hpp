// Feature cubes: how the NPU wants a tensor [N, C, H, W] to lie in memory (NC1HWC2).
//
//   surface 0: channels 0 .. C2-1          surface 1: channels C2 .. 2*C2-1
//   +--------+--------+-----   - - -+      +--------+---
//   |pixel 0 |pixel 1 | ...   W*H   | pad  |pixel 0 | ...
//   +--------+--------+-----   - - -+      +--------+---
//   one pixel = C2 neighbouring channels (lanes); lanes above the real channel count hold 0
//
// Element (c, y, x) of one image is at (c / C2) * surface + (y * W + x) * C2 * size + (c % C2) * size.
#pragma once

#include <cstddef>
#include <span>

#include "hw/chip.hpp"

namespace mattock::layout {

/// The form of one cube. All counts are at least 1 and bytes() fits size_t: whoever fills it from a file
/// checks that.
struct Cube {
  std::size_t batch = 1, channels = 1, height = 1, width = 1;
  std::size_t element_bytes = 1;   ///< 1, 2, 4 or 8
  std::size_t lanes = 1;           ///< C2
  std::size_t surfaces = 1;        ///< C1; at least channels / lanes, rounded up
  std::size_t surface_pixels = 1;  ///< from one surface to the next; at least width * height

  std::size_t elements() const { return batch * channels * height * width; }
  std::size_t pixel_bytes() const { return lanes * element_bytes; }
  std::size_t bytes() const { return batch * surfaces * surface_pixels * pixel_bytes(); }
};

/// The usual distance between surfaces: width * height rounded up to the chip's step; 1 for a 1x1 map, whose
/// surfaces lie side by side (npu.md 3.1).
std::size_t usual_surface_pixels(const hw::Chip& chip, std::size_t height, std::size_t width);

/// Zeros in every pixel of every surface if the cube has lanes without a channel; leaves the padding behind a surface
/// as it is. To be done before pack_part() fills the channels that are there.
void clear_lanes(const Cube& cube, std::span<std::byte> memory);

/// Elements [first, first + n) of the row-major order, without gaps in `plain` (n is plain.size() /
/// element_bytes), to their places in `memory` (at least bytes()). Touches nothing else.
void pack_part(const Cube& cube, std::size_t first, std::span<const std::byte> plain, std::span<std::byte> memory);

/// The way back.
void unpack_part(const Cube& cube, std::size_t first, std::span<const std::byte> memory, std::span<std::byte> plain);

}  // namespace mattock::layout
