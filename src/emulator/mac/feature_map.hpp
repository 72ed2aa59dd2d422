// The features of a task as numbers, read from the CBUF once: [line][pixel][channel], channels padded to whole
// slices. assumed: the CNA ignores the channels between the real and the declared count (every vendor file is
// consistent with it); settled by one task with garbage in those lanes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

#include "base/bytes.hpp"
#include "emulator/cna/cbuf.hpp"
#include "emulator/cna/convolution.hpp"
#include "emulator/mac/kernels.hpp"
#include "emulator/mac/multiply.hpp"

namespace mattock::emulator {

template <class Value>
class FeatureMap {
 public:
  FeatureMap(const Convolution& conv, const Multipliers& m, std::span<const std::byte> data)
      : conv_(conv),
        chip_(m.chip),
        kernels_(m.kernels),
        // One cache line more than whole slices: pixels a power of two apart would share the cache's sets.
        pitch_(conv.slices() * conv.slice_lanes + kCacheLine / sizeof(Value)),
        values_(m.scratch.take<Value>(conv.input.pixels() * pitch_)),
        pad_(m.scratch.take<Value>(pitch_)) {
    for (std::size_t y = 0; y < conv.input.height; ++y)
      read_line(y, data.subspan(y * conv.entries * chip_.cbuf_entry_bytes));
    std::array<std::byte, 4> pattern{};
    store_le(std::span(pattern), 0, conv.pad_value);
    Value pad;
    decode_plain(pattern.data(), 1, conv.precision, &pad);
    std::fill_n(pad_.begin(), conv.channels_real, pad);
  }

  /// The input pixel under tap (ky, kx) of output pixel (oy, ox), row-major; -1 where there is the pad value.
  std::ptrdiff_t index(std::size_t oy, std::size_t ox, std::size_t ky, std::size_t kx) const {
    const auto y = coordinate(oy * conv_.stride.height + ky * conv_.dilation.height, conv_.pad_top, conv_.spread.height,
                              conv_.input.height);
    const auto x = coordinate(ox * conv_.stride.width + kx * conv_.dilation.width, conv_.pad_left, conv_.spread.width,
                              conv_.input.width);
    return y < 0 || x < 0 ? -1 : y * static_cast<std::ptrdiff_t>(conv_.input.width) + x;
  }

  /// Channels of an input pixel; of the padding for -1.
  const Value* pixel(std::ptrdiff_t index) const {
    return index < 0 ? pad_.data() : &values_[static_cast<std::size_t>(index) * pitch_];
  }

  /// Channels under tap (ky, kx) of output pixel (oy, ox).
  const Value* at(std::size_t oy, std::size_t ox, std::size_t ky, std::size_t kx) const {
    return pixel(index(oy, ox, ky, kx));
  }

 private:
  static constexpr std::size_t kCacheLine = 64;

  void decode(std::span<const std::byte> bytes, std::size_t count, Value* to) const {
    if constexpr (std::is_same_v<Value, double>) {
      kernels_.features(bytes.data(), count, conv_.precision, to);
    } else {
      decode_plain(bytes.data(), count, conv_.precision, to);
    }
  }

  /// Surfaces of a pixel that lie side by side are decoded at once.
  void read_line(std::size_t y, std::span<const std::byte> line) {
    const std::size_t width = conv_.input.width, surfaces = conv_.surfaces();
    for (std::size_t x = 0; x < width; ++x) {
      Value* pixel = &values_[(y * width + x) * pitch_];
      for (std::size_t surface = 0, run; surface < surfaces; surface += run) {
        run = adjacent_atoms(width, surfaces, surface);
        const std::size_t at = atom_offset(width, surfaces, surface, x, chip_);
        const std::size_t first = surface * conv_.atom_lanes;
        decode(line.subspan(at, run * chip_.atom_bytes), conv_.real_lanes(first, run * conv_.atom_lanes),
               pixel + first);
      }
    }
  }

  /// Position in the map, or -1 in the padding and between the pixels of a transposed convolution.
  static std::ptrdiff_t coordinate(std::size_t padded, std::size_t pad, std::size_t spread, std::size_t size) {
    if (padded < pad) return -1;
    std::size_t position = padded - pad;
    if (spread != 1) {
      if (position % spread != 0) return -1;
      position /= spread;
    }
    return position < size ? static_cast<std::ptrdiff_t>(position) : -1;
  }

  const Convolution& conv_;
  const hw::Chip& chip_;
  const Kernels& kernels_;
  std::size_t pitch_;
  std::span<Value> values_;
  std::span<Value> pad_;
};

}  // namespace mattock::emulator
