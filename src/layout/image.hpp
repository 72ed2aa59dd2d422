// Image inputs: 1 or 3 channels that the NPU's input converter reads as interleaved pixels, line by line.
//
//   line 0: c0 c1 c2  c0 c1 c2 ... W pixels | padding to whole atoms      line 1: ...
#pragma once

#include <cstddef>
#include <span>

namespace mattock::layout {

/// All counts are at least 1 and bytes() fits size_t: whoever fills it from a file checks that.
struct Image {
  std::size_t batch = 1, channels = 1, height = 1, width = 1;
  std::size_t element_bytes = 1;
  std::size_t line_bytes = 1;  ///< from one line to the next; at least width * channels * element_bytes

  std::size_t elements() const { return batch * channels * height * width; }
  std::size_t bytes() const { return batch * height * line_bytes; }
};

/// Elements [first, first + n) of the row-major order [N, C, H, W], without gaps in `plain` (n is plain.size() /
/// element_bytes), to their places in `memory` (at least bytes()). Touches nothing else.
void pack_part(const Image& image, std::size_t first, std::span<const std::byte> plain, std::span<std::byte> memory);

/// The way back.
void unpack_part(const Image& image, std::size_t first, std::span<const std::byte> memory, std::span<std::byte> plain);

/// Fills memory with `padding`, which is what stays behind the pixels of a line. To be done before pack_part().
void clear_lines(const Image& image, std::span<std::byte> memory, std::byte padding);

}  // namespace mattock::layout
