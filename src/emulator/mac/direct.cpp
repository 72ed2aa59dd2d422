#include "emulator/mac/direct.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "emulator/formats.hpp"
#include "emulator/mac/feature_map.hpp"
#include "emulator/mac/group_sums.hpp"
#include "emulator/mac/sums.hpp"

namespace mattock::emulator {
namespace {

// Sums and weight bytes of a batch: a part of the second-level cache.
constexpr std::size_t kBatchSums = std::size_t{1} << 15;
constexpr std::size_t kBatchWeightBytes = std::size_t{512} * 1024;
// Waking a thread costs some 10 us, as long as about this many multiply-accumulates.
constexpr std::size_t kSharedMacs = std::size_t{1} << 20;

/// The sums of the features under a kernel, for the OW term: from the sums of the channels of every input pixel.
template <class Value>
class WindowSums {
 public:
  WindowSums(const Convolution& conv, const FeatureMap<Value>& features, Scratch& scratch)
      : conv_(conv), features_(features), sums_(scratch.take<std::int64_t>(conv.input.pixels() + 1)) {
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      const Value* channels = features.pixel(static_cast<std::ptrdiff_t>(i) - 1);
      for (std::size_t c = 0; c < conv.channels_real; ++c) sums_[i] += static_cast<std::int64_t>(channels[c]);
    }
  }

  std::int64_t at(std::size_t pixel) const {
    const std::size_t oy = pixel / conv_.output.width, ox = pixel % conv_.output.width;
    std::int64_t sum = 0;
    for (std::size_t ky = 0; ky < conv_.kernel.height; ++ky)
      for (std::size_t kx = 0; kx < conv_.kernel.width; ++kx)
        sum += sums_[static_cast<std::size_t>(features_.index(oy, ox, ky, kx) + 1)];
    return sum;
  }

 private:
  const Convolution& conv_;
  const FeatureMap<Value>& features_;
  std::span<std::int64_t> sums_;  // [0]: the padding's
};

/// Computes batch after batch and hands the steps out in order: group by group, pixel by pixel.
///
/// A batch is a run of pixels of one group, or all pixels of several groups; its parts may be computed by several
/// threads, since they are independent. Weights that stream would be loaded only after the steps of the group before
/// have been written, and a program may write over its own weights: a batch of several groups computes with a copy
/// of what memory holds now, and a group whose bytes turn out otherwise when its turn comes is computed again.
template <class Value>
class Direct {
 public:
  using Sum = SumOf<Value>;

  Direct(const Convolution& conv, const Multipliers& m, std::span<const std::byte> data, WeightReader& reader,
         bool window_sums, const StepSink& sink)
      : conv_(conv), m_(m), reader_(reader), sink_(sink), features_(conv, m, data) {
    const std::size_t pixels = conv.output.pixels();
    const std::size_t group_sums = pixels * conv.group_kernels, group_bytes = conv.group_kernels * conv.kernel_bytes;
    if (m.team.size() > 1) {
      batch_groups_ = std::min(kBatchSums / group_sums, kBatchWeightBytes / std::max(group_bytes, std::size_t{1}));
      batch_groups_ = std::clamp(batch_groups_, std::size_t{1}, conv.groups());
    }
    batch_pixels_ = std::min(pixels, std::max(kBatchSums * m.team.size() / conv.group_kernels, std::size_t{1}));
    sums_ = m.scratch.take_unset<Sum>(batch_groups_ * batch_pixels_ * conv.group_kernels);
    workers_ = m.scratch.take<std::optional<GroupSums<Value>>>(m.team.size());
    for (auto& worker : workers_) worker.emplace(conv, m, features_);
    if (batch_groups_ > 1) copies_ = m.scratch.take<Copy>(batch_groups_);
    for (Copy& copy : copies_) copy.room = m.scratch.take_unset<std::byte>(group_bytes);
    if (window_sums) window_sums_.emplace(conv, features_, m.scratch);
  }

  void run() {
    for (std::size_t group = 0; group < conv_.groups(); group += batch_groups_) {
      if (batch_groups_ > 1)
        run_groups(group, std::min(batch_groups_, conv_.groups() - group));
      else
        run_group(group);
    }
  }

 private:
  /// A group's weights.
  struct Copy {
    std::span<std::byte> room;
    std::size_t size = 0;

    std::span<const std::byte> bytes() const { return room.first(size); }
    void assign(std::span<const std::byte> from) {
      std::ranges::copy(from, room.begin());
      size = from.size();
    }
  };

  std::size_t macs_of(std::size_t pixels) const {
    return pixels * conv_.taps() * conv_.channels_real * conv_.group_kernels;
  }

  /// One group, in runs of pixels that the threads divide among them.
  void run_group(std::size_t group) {
    const auto bytes = reader_.group(group);
    const std::size_t kernels = reader_.kernels_in_group(group), pixels = conv_.output.pixels();
    for (std::size_t first = 0; first < pixels; first += batch_pixels_) {
      const PixelRange range{first, std::min(batch_pixels_, pixels - first)};
      const std::size_t parts = macs_of(range.count) < kSharedMacs ? 1 : m_.team.size();
      const std::size_t part = ceil_div(ceil_div(range.count, parts), m_.kernels.tile_pixels) * m_.kernels.tile_pixels;
      m_.team.run(ceil_div(range.count, part), [&](std::size_t worker, std::size_t item) {
        const std::size_t begin = item * part;
        workers_[worker]->set_weights(bytes, kernels);
        workers_[worker]->run({first + begin, std::min(part, range.count - begin)},
                              sums_.data() + begin * conv_.group_kernels);
      });
      hand_out(group, range, sums_.data());
    }
  }

  /// Several groups, one of them a part.
  void run_groups(std::size_t first, std::size_t count) {
    const PixelRange all{0, conv_.output.pixels()};
    for (std::size_t i = 0; i < count; ++i) copies_[i].assign(reader_.look_ahead(first + i));
    const auto compute = [&](std::size_t worker, std::size_t i) {
      if (copies_[i].size == 0) return;
      workers_[worker]->set_weights(copies_[i].bytes(), reader_.kernels_in_group(first + i));
      workers_[worker]->run(all, group_sums(i));
    };
    if (macs_of(all.count) * count < kSharedMacs)
      for (std::size_t i = 0; i < count; ++i) compute(0, i);
    else
      m_.team.run(count, compute);
    for (std::size_t i = 0; i < count; ++i) {
      const auto bytes = reader_.group(first + i);
      if (!std::ranges::equal(bytes, copies_[i].bytes())) {
        copies_[i].assign(bytes);
        compute(0, i);
      }
      hand_out(first + i, all, group_sums(i));
    }
  }

  Sum* group_sums(std::size_t i) { return sums_.data() + i * batch_pixels_ * conv_.group_kernels; }

  void hand_out(std::size_t group, PixelRange range, const Sum* sums) {
    Step step;
    step.channel = group * conv_.group_kernels;
    step.lanes = conv_.group_kernels;
    std::array<std::int64_t, kMaxStepLanes> window{};
    std::array<std::int32_t, kMaxStepLanes> kept;
    step.window_sums = window.data();
    for (std::size_t i = 0; i < range.count; ++i, sums += step.lanes) {
      step.pixel = range.first + i;
      if (window_sums_) window.fill(window_sums_->at(step.pixel));
      if constexpr (std::is_same_v<Sum, std::int32_t>) {
        step.integer = sums;
      } else if (is_float(conv_.precision)) {
        step.real = sums;
      } else {
        wrap_sums(sums, step.lanes, {step.channel, step.pixel}, kept.data(), m_.diagnostics,
                  m_.variation.int32_saturates);
        step.integer = kept.data();
      }
      sink_(step);
    }
  }

  const Convolution& conv_;
  const Multipliers& m_;
  WeightReader& reader_;
  const StepSink& sink_;
  const FeatureMap<Value> features_;
  std::size_t batch_groups_ = 1, batch_pixels_ = 0;
  std::span<Sum> sums_;  // [group of the batch][pixel of the batch][kernel]
  std::span<std::optional<GroupSums<Value>>> workers_;
  std::span<Copy> copies_;  // of the groups of a batch
  std::optional<WindowSums<Value>> window_sums_;
};

}  // namespace

void multiply_direct(const Convolution& conv, const Multipliers& multipliers, std::span<const std::byte> data,
                     WeightReader& weights, bool window_sums, const StepSink& sink) {
  // int8 sums that may leave int32 are exact in binary64, and so are those of int16: a kernel lies in the CBUF, so
  // that it has no more than 2^18 terms, and products are at most 2^30.
  if (conv.element_bytes == 1 && conv.taps() * conv.channels_real <= kInt8Terms)
    Direct<std::int16_t>(conv, multipliers, data, weights, window_sums, sink).run();
  else
    Direct<double>(conv, multipliers, data, weights, window_sums, sink).run();
}

}  // namespace mattock::emulator
