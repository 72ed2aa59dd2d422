#include "emulator/mac/depthwise.hpp"

#include <array>
#include <cmath>
#include <span>
#include <type_traits>

#include "emulator/formats.hpp"
#include "emulator/mac/feature_map.hpp"
#include "emulator/mac/sums.hpp"
#include "emulator/numerics.hpp"

namespace mattock::emulator {
namespace {

/// Float work adds binary64 tap after tap; integers add up in 64 bits, exactly.
template <class Value>
using TotalOf = std::conditional_t<std::is_floating_point_v<Value>, double, std::int64_t>;

/// One slice: a step per pixel. `weights` are decoded, [tap][lane].
template <class Value>
void multiply_slice(const Convolution& conv, const FeatureMap<Value>& features, std::span<const Value> weights,
                    Step& step, Diagnostics& diagnostics, const StepSink& sink) {
  const std::size_t lanes = conv.real_lanes(step.channel, step.lanes);
  for (step.pixel = 0; step.pixel < conv.output.pixels(); ++step.pixel) {
    const std::size_t oy = step.pixel / conv.output.width, ox = step.pixel % conv.output.width;
    std::array<TotalOf<Value>, kMaxStepLanes> totals{};
    std::array<std::int64_t, kMaxStepLanes> window_sums{};
    std::array<std::int32_t, kMaxStepLanes> kept{};
    for (std::size_t tap = 0; tap < conv.taps(); ++tap) {
      const Value* channels = features.at(oy, ox, tap / conv.kernel.width, tap % conv.kernel.width) + step.channel;
      const Value* row = &weights[tap * step.lanes];
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        totals[lane] += static_cast<TotalOf<Value>>(channels[lane]) * row[lane];
        if constexpr (!std::is_floating_point_v<Value>) window_sums[lane] += channels[lane];
      }
    }
    if constexpr (std::is_floating_point_v<Value>) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        if (!std::isnan(totals[lane])) continue;
        totals[lane] = 0;
        for (std::size_t tap = 0; tap < conv.taps(); ++tap) {
          const Value* channels = features.at(oy, ox, tap / conv.kernel.width, tap % conv.kernel.width) + step.channel;
          totals[lane] = accumulate_nan(totals[lane], channels[lane], weights[tap * step.lanes + lane]);
        }
      }
      step.real = totals.data();
    } else {
      wrap_sums(totals.data(), step.lanes, {step.channel, step.pixel}, kept.data(), diagnostics);
      step.integer = kept.data();
      step.window_sums = window_sums.data();
    }
    sink(step);
  }
}

template <class Value>
void multiply_as(const Convolution& conv, const Multipliers& m, std::span<const std::byte> data, WeightReader& reader,
                 const StepSink& sink) {
  const FeatureMap<Value> features(conv, m, data);
  const auto weights = m.scratch.take<Value>(conv.taps() * conv.group_kernels);
  auto bytes = reader.group(0);
  for (std::size_t slice = 0; slice < conv.groups(); ++slice) {
    const std::size_t row_bytes = slice < conv.slices() ? conv.slice_row_bytes(slice, m.chip) : 0;
    Step step;
    step.channel = slice * conv.group_kernels;
    step.lanes = conv.group_kernels;
    const std::size_t lanes = conv.real_lanes(step.channel, step.lanes);
    for (std::size_t tap = 0; tap < conv.taps(); ++tap) {
      const auto row = bytes.subspan(tap * row_bytes, row_bytes);
      decode_plain(row.data(), lanes, conv.precision, &weights[tap * step.lanes]);
    }
    multiply_slice<Value>(conv, features, weights, step, m.diagnostics, sink);
    bytes = bytes.subspan(conv.taps() * row_bytes);
  }
}

}  // namespace

void multiply_depthwise(const Convolution& conv, const Multipliers& multipliers, std::span<const std::byte> data,
                        WeightReader& weights, const StepSink& sink) {
  if (is_float(conv.precision))
    multiply_as<double>(conv, multipliers, data, weights, sink);
  else
    multiply_as<std::int32_t>(conv, multipliers, data, weights, sink);
}

}  // namespace mattock::emulator
