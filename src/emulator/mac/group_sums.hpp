// The sums of one kernel group over a range of output pixels: decodes the group's weights into a panel, gathers the
// features of a tile of pixels, and calls the inner loops.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "base/math.hpp"
#include "emulator/mac/feature_map.hpp"
#include "emulator/mac/kernels.hpp"
#include "emulator/mac/varied_sums.hpp"
#include "emulator/numerics.hpp"

namespace mattock::emulator {

/// Pixels [first, first + count) of the output map, row-major.
struct PixelRange {
  std::size_t first = 0, count = 0;
};

/// binary64 for float work and for integers whose sums may leave int32 (16-bit elements, many int8 terms): exact as
/// long as they stay below 2^53. int16 holds int8 elements, whose sums then are int32.
template <class Value>
using SumOf = std::conditional_t<std::is_same_v<Value, double>, double, std::int32_t>;

/// One per thread: the panel and the gathered pointers are its own.
template <class Value>
class GroupSums {
 public:
  using Sum = SumOf<Value>;

  GroupSums(const Convolution& conv, const Multipliers& m, const FeatureMap<Value>& features)
      : conv_(conv),
        chip_(m.chip),
        kernels_(m.kernels),
        variation_(m.variation),
        features_(features),
        window_{conv.slices(), conv.taps(), conv.slice_lanes, conv.channels_real, conv.group_kernels},
        panel_(m.scratch.take<Value>(conv.slices() * conv.taps() * conv.slice_lanes * conv.group_kernels)),
        rows_(m.scratch.take<const Value*>(conv.taps() * m.kernels.tile_pixels)),
        block_(m.scratch.take<std::byte>(conv.group_kernels * kRowBytes)) {
    if (window_.taps == 1) {
      // The channels of all slices follow each other.
      window_.slices = 1;
      window_.slice_lanes = window_.channels;
    } else {
      // Slices without a real channel add nothing.
      window_.slices = ceil_div(window_.channels, conv.slice_lanes);
    }
  }

  /// Decodes a group: `bytes` as they lie in the CBUF, of `kernels` kernels. The columns of absent ones are 0.
  void set_weights(std::span<const std::byte> bytes, std::size_t kernels) {
    std::size_t offset = 0;
    for (std::size_t slice = 0; slice < conv_.slices(); ++slice) {
      const std::size_t row_bytes = conv_.slice_row_bytes(slice, chip_);
      const std::size_t lanes = conv_.real_lanes(slice * conv_.slice_lanes, conv_.slice_lanes);
      const std::size_t slice_bytes = conv_.taps() * kernels * row_bytes;
      Value* to = &panel_[slice * conv_.taps() * conv_.slice_lanes * conv_.group_kernels];
      const auto rows = bytes.subspan(offset, slice_bytes);
      if (row_bytes == kRowBytes && lanes == conv_.slice_lanes && kernels == conv_.group_kernels)
        decode(rows.data(), conv_.taps(), to);
      else
        decode_padded(rows, row_bytes, lanes * conv_.element_bytes, kernels, to);
      offset += slice_bytes;
    }
  }

  /// sums[pixel - first][kernel of the group].
  void run(PixelRange range, Sum* sums) {
    std::size_t oy = range.first / conv_.output.width, ox = range.first % conv_.output.width;
    for (std::size_t done = 0; done < range.count;) {
      const std::size_t pixels = std::min(kernels_.tile_pixels, range.count - done);
      gather(pixels, oy, ox);
      const Tile<Value> tile{rows_.data(), pixels};
      Sum* to = sums + done * window_.kernels;
      if constexpr (std::is_same_v<Value, double>) {
        if (sums_vary(variation_, conv_.precision)) {
          varied_tile(variation_, window_, conv_.slice_lanes, tile, panel_.data(), to);
        } else {
          kernels_.real_tile(window_, tile, panel_.data(), to);
          repair_nan(tile, to);
        }
      } else {
        kernels_.int8_tile(window_, tile, panel_.data(), to);
      }
      done += pixels;
    }
  }

 private:
  void decode(const std::byte* rows, std::size_t blocks, Value* to) const {
    if constexpr (std::is_same_v<Value, double>) {
      kernels_.real_panel(rows, blocks, conv_.group_kernels, conv_.precision, to);
    } else {
      kernels_.int8_panel(rows, blocks, conv_.group_kernels, to);
    }
  }

  /// Rows that are short, hold channels that are not real, or are fewer than the group: filled up with zeros.
  void decode_padded(std::span<const std::byte> rows, std::size_t row_bytes, std::size_t real_bytes,
                     std::size_t kernels, Value* to) {
    for (std::size_t tap = 0; tap < conv_.taps(); ++tap, to += conv_.slice_lanes * conv_.group_kernels) {
      for (std::size_t kernel = 0; kernel < kernels; ++kernel) {
        const auto row = rows.subspan((tap * kernels + kernel) * row_bytes, real_bytes);
        std::copy(row.begin(), row.end(), block_.begin() + static_cast<std::ptrdiff_t>(kernel * kRowBytes));
      }
      decode(block_.data(), 1, to);
    }
    std::fill(block_.begin(), block_.end(), std::byte{0});
  }

  /// Fills rows_ for a tile from output pixel (oy, ox) on, and moves that behind the tile.
  void gather(std::size_t pixels, std::size_t& oy, std::size_t& ox) {
    for (std::size_t p = 0; p < pixels; ++p) {
      const Value** row = &rows_[p];
      for (std::size_t ky = 0; ky < conv_.kernel.height; ++ky)
        for (std::size_t kx = 0; kx < conv_.kernel.width; ++kx, row += pixels) *row = features_.at(oy, ox, ky, kx);
      if (++ox == conv_.output.width) ox = 0, ++oy;
    }
  }

  /// Once a sum is NaN it stays NaN; which one is a rule of its own (numerics.hpp), so these are summed again by it.
  void repair_nan(const Tile<double>& tile, double* sums) const {
    for (std::size_t p = 0; p < tile.pixels; ++p, sums += window_.kernels) {
      bool any = false;
      for (std::size_t kernel = 0; kernel < window_.kernels; ++kernel) any |= std::isnan(sums[kernel]);
      if (!any) continue;
      for (std::size_t kernel = 0; kernel < window_.kernels; ++kernel)
        if (std::isnan(sums[kernel])) sums[kernel] = nan_sum(tile, p, kernel);
    }
  }

  double nan_sum(const Tile<double>& tile, std::size_t pixel, std::size_t kernel) const {
    double sum = 0;
    for (std::size_t slice = 0; slice < window_.slices; ++slice) {
      for (std::size_t tap = 0; tap < window_.taps; ++tap) {
        const std::size_t first = slice * window_.slice_lanes;
        const double* features = tile.rows[tap * tile.pixels + pixel] + first;
        const double* weights = &panel_[(first * window_.taps + tap * window_.slice_lanes) * window_.kernels + kernel];
        for (std::size_t lane = 0; lane < window_.lanes(slice); ++lane)
          sum = accumulate_nan(sum, features[lane], weights[lane * window_.kernels]);
      }
    }
    return sum;
  }

  const Convolution& conv_;
  const hw::Chip& chip_;
  const Kernels& kernels_;
  const Variation& variation_;
  const FeatureMap<Value>& features_;
  Window window_;
  std::span<Value> panel_;
  std::span<const Value*> rows_;
  std::span<std::byte> block_;  // kernel rows of one slice and tap
};

}  // namespace mattock::emulator
