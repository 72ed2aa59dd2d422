#include "probe/lanes.hpp"

#include "emit/matmul.hpp"
#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "probe/hand_made.hpp"

namespace mattock::probe {
namespace {

constexpr std::uint32_t kOriginal = 5;  // of 8 result channels
constexpr std::uint32_t kPend = 0x1234;
constexpr std::uint32_t kReal = 9;  // of 16 input channels

/// The small convolution of ones: every result is the number of channels that were multiplied.
Result<Words> of_ones(Context& context, const hw::Program& program) {
  Tensors tensors(context.device);
  const std::vector<double> features(kPixels * kChannels, 1), weights(kKernels * kChannels, 1);
  for (const auto& added : {tensors.add_halves(emit::kFeatures, features), tensors.add_halves(emit::kWeights, weights),
                            tensors.add_results(emit::kResults, kPixels * kKernels)})
    if (!added) return propagate(added);
  const auto loaded = tensors.load(program);
  if (!loaded) return propagate(loaded);
  if (const auto done = context.device.submit(loaded->task_records, {0, 1}); !done) return propagate(done);
  return tensors.read(emit::kResults, kPixels * kKernels);
}

Words every_pixel(std::uint32_t below, std::uint32_t above) {
  Words words;
  for (std::size_t i = 0; i < kPixels * kKernels; ++i) words.push_back(i % kKernels < kOriginal ? below : above);
  return words;
}

}  // namespace

std::vector<Hypothesis> lanes_above_channels_hypotheses() {
  const std::uint32_t sum = bits_of(kChannels);
  return {{"OFFSET_PEND", every_pixel(sum, kPend)},
          {"0", every_pixel(sum, 0)},
          {"what the multipliers give", every_pixel(sum, sum)},
          {"not written", every_pixel(sum, Tensors::kPoison)}};
}

Result<Outcome> lanes_above_channels(Context& context) {
  auto program = small_convolution(context.device.chip());
  if (!program) return propagate(program);
  for (const auto& changed : {change<hw::dpu::DataCubeChannel>(*program, [](auto& r) { r.orig_channel = kOriginal; }),
                              change<hw::dpu::OffsetPend>(*program, [](auto& r) { r.offset_pend = kPend; })})
    if (!changed) return propagate(changed);
  const auto words = of_ones(context, *program);
  if (!words) return propagate(words);
  return decide(lanes_above_channels_hypotheses(), *words);
}

std::vector<Hypothesis> channels_above_real_hypotheses() {
  const std::uint32_t some = bits_of(kReal), all = bits_of(kChannels);
  return {{"they do not count", every_pixel(some, some)}, {"they are multiplied", every_pixel(all, all)}};
}

Result<Outcome> channels_above_real(Context& context) {
  auto program = small_convolution(context.device.chip());
  if (!program) return propagate(program);
  const auto changed = change<hw::cna::DataSize1>(*program, [](auto& r) { r.datain_channel_real = kReal; });
  if (!changed) return propagate(changed);
  const auto words = of_ones(context, *program);
  if (!words) return propagate(words);
  return decide(channels_above_real_hypotheses(), *words);
}

}  // namespace mattock::probe
