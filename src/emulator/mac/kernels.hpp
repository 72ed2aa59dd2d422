// The inner loops of the multipliers, in several forms with the same results to the bit: plain C++, and vectors of
// what this processor has. The form is chosen once, when an emulator is made.
//
// A panel is one kernel group's weights, decoded and turned to [slice][ky][kx][channel][kernel], so that one feature
// meets all kernels of the group. Vectors lie across kernels and tiles across pixels, never along a sum: each
// output's sum keeps its order, whatever the width.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "hw/generated/enums.hpp"

namespace mattock::emulator {

/// Bytes of one kernel in one slice under one tap, as panels are made of them (hw::Chip::slice_bytes).
inline constexpr std::size_t kRowBytes = 32;
/// Columns of a panel come in whole multiples: kernels of a group, 8 for 16-bit and 16 for 8-bit elements.
inline constexpr std::size_t kRealColumns = 8, kInt8Columns = 16;

/// What a sum runs over. Where there is one tap, the caller may give all channels as one slice.
struct Window {
  std::size_t slices = 0, taps = 0, slice_lanes = 0;
  std::size_t channels = 0;  ///< real ones; those of the last slice above them are left out
  std::size_t kernels = 0;   ///< columns of the panel

  std::size_t lanes(std::size_t slice) const { return std::min(slice_lanes, channels - slice * slice_lanes); }
};

/// `pixels` output pixels: rows[tap * pixels + pixel] are the input channels of one pixel under one tap.
template <class Value>
struct Tile {
  const Value* const* rows = nullptr;
  std::size_t pixels = 0;
};

struct Kernels {
  std::string_view name;    ///< "plain", "sse4", "avx2", "avx3", "neon"
  std::size_t tile_pixels;  ///< the largest tile

  /// `count` fp16, bf16 or int16 elements as binary64, exactly.
  void (*features)(const std::byte* bytes, std::size_t count, hw::Precision precision, double* values);

  /// `blocks` blocks of `kernels` rows of kRowBytes to panel blocks. The first for 16-bit elements; in the second
  /// two channels of a kernel lie side by side: [channel / 2][kernel][channel % 2].
  void (*real_panel)(const std::byte* rows, std::size_t blocks, std::size_t kernels, hw::Precision precision,
                     double* panel);
  void (*int8_panel)(const std::byte* rows, std::size_t blocks, std::size_t kernels, std::int16_t* panel);

  /// sums[pixel][kernel] of a tile. Binary64: every product is exact (16-bit elements), and each sum grows term by
  /// term in the order of the panel. Any NaN for a sum that is NaN.
  void (*real_tile)(const Window& window, const Tile<double>& tile, const double* panel, double* sums);
  /// int32, in any order: at most kInt8Terms terms, so nothing wraps. An odd last channel meets a weight of 0.
  void (*int8_tile)(const Window& window, const Tile<std::int16_t>& tile, const std::int16_t* panel,
                    std::int32_t* sums);
};

/// int8 products are at most 2^14: this many stay below 2^31.
inline constexpr std::size_t kInt8Terms = (std::size_t{1} << 17) - 1;

/// int8 or 16-bit elements as numbers, one by one.
void decode_plain(const std::byte* bytes, std::size_t count, hw::Precision precision, double* values);
void decode_plain(const std::byte* bytes, std::size_t count, hw::Precision precision, std::int16_t* values);
void decode_plain(const std::byte* bytes, std::size_t count, hw::Precision precision, std::int32_t* values);

/// Panel block of any element, one by one; what the vector forms must equal.
void real_panel_plain(const std::byte* rows, std::size_t blocks, std::size_t kernels, hw::Precision precision,
                      double* panel);
extern const Kernels kPlainKernels;

/// The vector forms this processor runs, slowest first. May be empty.
std::span<const Kernels> vector_kernels();

/// The form with that name; the fastest when there is none or the name is empty.
const Kernels& choose_kernels(std::string_view name);

}  // namespace mattock::emulator
