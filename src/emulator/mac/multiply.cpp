#include "emulator/mac/multiply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <vector>

#include "base/bytes.hpp"
#include "emulator/formats.hpp"
#include "emulator/numerics.hpp"

namespace mattock::emulator {
namespace {

/// One arithmetic: `Value` holds a feature or a weight exactly, `Sum` a total, `Partial` the sum over one row of
/// a slice, narrow where that is exact so that it stays fast.
struct FloatWork {
  using Value = double;
  using Sum = double;
  using Partial = double;
  static Value load(std::span<const std::byte> bytes, std::size_t index, hw::Precision precision) {
    return load_float(bytes, index, precision, precision);
  }
};
struct Int16Work {
  using Value = std::int32_t;
  using Sum = std::int64_t;
  using Partial = std::int64_t;
  static Value load(std::span<const std::byte> bytes, std::size_t index, hw::Precision precision) {
    return load_integer(bytes, index, precision);
  }
};
struct Int8Work : Int16Work {
  using Partial = std::int32_t;  // 32 products of at most 2^14
};

template <class Work>
constexpr bool kInteger = std::is_integral_v<typename Work::Value>;

/// The features of a task as numbers, read from the CBUF: [line][pixel][channel], channels padded to whole
/// slices. assumed: the CNA ignores the channels between the real and the declared count (every vendor file is
/// consistent with it); settled by one task with garbage in those lanes.
template <class Work>
class FeatureMap {
 public:
  using Value = typename Work::Value;

  FeatureMap(const Convolution& conv, const hw::Chip& chip, std::span<const std::byte> data)
      : conv_(conv), pitch_(conv.slices() * conv.slice_lanes), values_(conv.input.pixels() * pitch_), pad_(pitch_) {
    const std::size_t surfaces = conv.surfaces();
    for (std::size_t y = 0; y < conv.input.height; ++y) {
      const auto line = data.subspan(y * conv.entries * chip.cbuf_entry_bytes);
      for (std::size_t x = 0; x < conv.input.width; ++x) {
        Value* pixel = &values_[(y * conv.input.width + x) * pitch_];
        for (std::size_t surface = 0; surface < surfaces; ++surface) {
          const auto atom = line.subspan(atom_offset(conv.input.width, surfaces, surface, x, chip), chip.atom_bytes);
          const std::size_t first = surface * conv.atom_lanes;
          const std::size_t lanes = conv.real_lanes(first, conv.atom_lanes);
          for (std::size_t lane = 0; lane < lanes; ++lane) pixel[first + lane] = Work::load(atom, lane, conv.precision);
        }
      }
    }
    std::array<std::byte, 4> pattern{};
    store_le(std::span(pattern), 0, conv.pad_value);
    const Value pad = Work::load(pattern, 0, conv.precision);
    std::fill_n(pad_.begin(), conv.channels_real, pad);
  }

  /// Channels under tap (ky, kx) of output pixel (oy, ox): a pixel of the map, or the pad value.
  const Value* at(std::size_t oy, std::size_t ox, std::size_t ky, std::size_t kx) const {
    const auto y = coordinate(oy * conv_.stride.height + ky * conv_.dilation.height, conv_.pad_top, conv_.spread.height,
                              conv_.input.height);
    const auto x = coordinate(ox * conv_.stride.width + kx * conv_.dilation.width, conv_.pad_left, conv_.spread.width,
                              conv_.input.width);
    if (y < 0 || x < 0) return pad_.data();
    return &values_[(static_cast<std::size_t>(y) * conv_.input.width + static_cast<std::size_t>(x)) * pitch_];
  }

 private:
  /// Position in the map, or -1 in the padding and between the pixels of a transposed convolution.
  static std::ptrdiff_t coordinate(std::size_t padded, std::size_t pad, std::size_t spread, std::size_t size) {
    if (padded < pad || (padded - pad) % spread != 0) return -1;
    const std::size_t position = (padded - pad) / spread;
    return position < size ? static_cast<std::ptrdiff_t>(position) : -1;
  }

  const Convolution& conv_;
  std::size_t pitch_;
  std::vector<Value> values_;
  std::vector<Value> pad_;
};

/// Weights of one kernel group turned to [slice][ky][kx][channel][kernel], so that one feature meets all kernels
/// of the group: the order of each kernel's own sum does not change.
template <class Work>
std::vector<typename Work::Value> transpose_group(const Convolution& conv, const hw::Chip& chip,
                                                  std::span<const std::byte> bytes, std::size_t kernels) {
  std::vector<typename Work::Value> weights(conv.slices() * conv.taps() * conv.slice_lanes * conv.group_kernels);
  std::size_t offset = 0;
  for (std::size_t slice = 0; slice < conv.slices(); ++slice) {
    const std::size_t row_bytes = conv.slice_row_bytes(slice, chip);
    const std::size_t lanes = conv.real_lanes(slice * conv.slice_lanes, conv.slice_lanes);
    for (std::size_t tap = 0; tap < conv.taps(); ++tap) {
      auto* target = &weights[(slice * conv.taps() + tap) * conv.slice_lanes * conv.group_kernels];
      for (std::size_t kernel = 0; kernel < kernels; ++kernel, offset += row_bytes) {
        const auto row = bytes.subspan(offset, row_bytes);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          target[lane * conv.group_kernels + kernel] = Work::load(row, lane, conv.precision);
        }
      }
    }
  }
  return weights;
}

/// Adds one row of a slice to the totals of a group. Float totals grow term by term, in order; integer ones may
/// take the row at once.
template <class Work, std::size_t Kernels>
void accumulate(const typename Work::Value* features, const typename Work::Value* weights, std::size_t lanes,
                typename Work::Sum* sums) {
  using Partial = typename Work::Partial;
  std::array<Partial, Kernels> row{};
  if constexpr (!kInteger<Work>) std::copy_n(sums, Kernels, row.begin());
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const Partial feature = features[lane];
    for (std::size_t kernel = 0; kernel < Kernels; ++kernel) {
      row[kernel] += feature * static_cast<Partial>(weights[lane * Kernels + kernel]);
    }
  }
  for (std::size_t kernel = 0; kernel < Kernels; ++kernel) {
    if constexpr (kInteger<Work>) {
      sums[kernel] += row[kernel];
    } else {
      sums[kernel] = row[kernel];
    }
  }
}

template <class Work>
using SumOf = std::array<typename Work::Sum, kMaxStepLanes>;

/// Moves totals into the step: doubles as they are, integers as what 32 wrapping bits keep.
void store_sums(const SumOf<FloatWork>& sums, Step& step, Diagnostics&) {
  std::copy_n(sums.begin(), step.lanes, step.real.begin());
}
void store_sums(const SumOf<Int16Work>& sums, Step& step, Diagnostics& diagnostics) {
  for (std::size_t lane = 0; lane < step.lanes; ++lane) {
    bool wrapped = false;
    step.integer[lane] = accumulate_int32(0, sums[lane], wrapped);
    if (wrapped) {
      diagnostics.event("int32 accumulator wrapped",
                        fmt::format("channel {} pixel {}", step.channel + lane, step.pixel));
    }
  }
}

template <class Work>
void multiply_direct(const Convolution& conv, const hw::Chip& chip, const FeatureMap<Work>& features,
                     WeightReader& reader, Diagnostics& diagnostics, const StepSink& sink) {
  const std::size_t block = conv.slice_lanes * conv.group_kernels;
  for (std::size_t group = 0; group < conv.groups(); ++group) {
    const auto weights = transpose_group<Work>(conv, chip, reader.group(group), reader.kernels_in_group(group));
    Step step;
    step.channel = group * conv.group_kernels;
    step.lanes = conv.group_kernels;
    for (step.pixel = 0; step.pixel < conv.output.pixels(); ++step.pixel) {
      const std::size_t oy = step.pixel / conv.output.width, ox = step.pixel % conv.output.width;
      SumOf<Work> sums{};
      typename Work::Sum window = 0;
      for (std::size_t slice = 0; slice < conv.slices(); ++slice) {
        const std::size_t lanes = conv.real_lanes(slice * conv.slice_lanes, conv.slice_lanes);
        for (std::size_t tap = 0; tap < conv.taps(); ++tap) {
          const auto* channels =
              features.at(oy, ox, tap / conv.kernel.width, tap % conv.kernel.width) + slice * conv.slice_lanes;
          const auto* rows = &weights[(slice * conv.taps() + tap) * block];
          if (conv.group_kernels == 8) {
            accumulate<Work, 8>(channels, rows, lanes, sums.data());
          } else {
            accumulate<Work, 16>(channels, rows, lanes, sums.data());
          }
          if constexpr (kInteger<Work>) {
            for (std::size_t lane = 0; lane < lanes; ++lane) window += channels[lane];
          }
        }
      }
      store_sums(sums, step, diagnostics);
      if constexpr (kInteger<Work>) step.window_sum.fill(window);
      sink(step);
    }
  }
}

template <class Work>
void multiply_depthwise(const Convolution& conv, const hw::Chip& chip, const FeatureMap<Work>& features,
                        WeightReader& reader, Diagnostics& diagnostics, const StepSink& sink) {
  const auto bytes = reader.group(0);
  std::size_t slice_offset = 0;
  for (std::size_t slice = 0; slice < conv.groups(); ++slice) {
    const std::size_t row_bytes = slice < conv.slices() ? conv.slice_row_bytes(slice, chip) : 0;
    Step step;
    step.channel = slice * conv.group_kernels;
    step.lanes = conv.group_kernels;
    const std::size_t lanes = conv.real_lanes(step.channel, step.lanes);
    for (step.pixel = 0; step.pixel < conv.output.pixels(); ++step.pixel) {
      const std::size_t oy = step.pixel / conv.output.width, ox = step.pixel % conv.output.width;
      SumOf<Work> sums{};
      step.window_sum.fill(0);
      for (std::size_t tap = 0; tap < conv.taps(); ++tap) {
        const auto* channels = features.at(oy, ox, tap / conv.kernel.width, tap % conv.kernel.width) + step.channel;
        const auto row = bytes.subspan(slice_offset + tap * row_bytes, row_bytes);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          sums[lane] += static_cast<typename Work::Sum>(channels[lane]) * Work::load(row, lane, conv.precision);
          if constexpr (kInteger<Work>) step.window_sum[lane] += channels[lane];
        }
      }
      store_sums(sums, step, diagnostics);
      sink(step);
    }
    slice_offset += conv.taps() * row_bytes;
  }
}

template <class Work>
void multiply_as(const Convolution& conv, const hw::Chip& chip, Cbuf& cbuf, WeightReader& weights,
                 Diagnostics& diagnostics, const StepSink& sink) {
  const FeatureMap<Work> features(conv, chip, cbuf.data(conv.data_banks));
  if (conv.depthwise)
    multiply_depthwise<Work>(conv, chip, features, weights, diagnostics, sink);
  else
    multiply_direct<Work>(conv, chip, features, weights, diagnostics, sink);
}

}  // namespace

void multiply(const Convolution& conv, const hw::Chip& chip, Cbuf& cbuf, WeightReader& weights,
              Diagnostics& diagnostics, TaskReport& report, const StepSink& sink) {
  const std::size_t kernels = conv.depthwise ? 1 : conv.kernels;
  report.macs += conv.output.pixels() * conv.taps() * conv.channels_real * kernels;
  report.cycles += conv.output.pixels() * conv.taps() * (conv.depthwise ? 1 : conv.slices()) * conv.groups();
  if (is_float(conv.precision)) {
    multiply_as<FloatWork>(conv, chip, cbuf, weights, diagnostics, sink);
  } else if (conv.element_bytes == 1) {
    multiply_as<Int8Work>(conv, chip, cbuf, weights, diagnostics, sink);
  } else {
    multiply_as<Int16Work>(conv, chip, cbuf, weights, diagnostics, sink);
  }
}

}  // namespace mattock::emulator
