#include "probe/integers.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "emit/matmul.hpp"
#include "hw/generated/registers_cmac.hpp"
#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_core.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "probe/hand_made.hpp"
#include "probe/product.hpp"
#include "probe/rounding.hpp"

namespace mattock::probe {
namespace {

// --- Sums beyond 2^31: no int8 product that fits a task gets there, so the operands have 16 bits ---------------------

constexpr std::int64_t kMost = 32767;
// Products that add up to 3.2e9, -3.2e9, and 2^31 - 2 * 32767 + 1, which fits.
constexpr std::array<std::array<std::int64_t, 3>, kPixels> kFactors{
    {{kMost, kMost, kMost}, {-kMost, -kMost, -kMost}, {kMost, kMost, 1}, {-kMost, -kMost, -1}}};

std::int64_t sum_of(const std::array<std::int64_t, 3>& factors) {
  return kMost * (factors[0] + factors[1] + factors[2]);
}

/// The small convolution on int16 operands, with int32 results.
Result<hw::Program> of_16_bits(const hw::Chip& chip) {
  auto program = small_convolution(chip);
  if (!program) return program;
  using hw::Precision;
  for (const auto& changed :
       {change<hw::cna::ConvCon1>(*program, [](auto& r) { r.proc_precision = r.in_precision = Precision::kInt16; }),
        change<hw::cmac::MiscCfg>(*program, [](auto& r) { r.proc_precision = Precision::kInt16; }),
        change<hw::core::MiscCfg>(*program, [](auto& r) { r.proc_precision = Precision::kInt16; }),
        change<hw::dpu::DataFormat>(*program, [](auto& r) {
          r.proc_precision = r.in_precision = Precision::kInt16;
          r.out_precision = Precision::kInt32;
        })})
    if (!changed) return propagate(changed);
  return program;
}

std::vector<std::byte> int16_bytes(std::span<const std::int64_t> numbers) {
  std::vector<std::byte> bytes(numbers.size() * 2);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    bytes[i * 2] = static_cast<std::byte>(numbers[i] & 0xff);
    bytes[i * 2 + 1] = static_cast<std::byte>(numbers[i] >> 8 & 0xff);
  }
  return bytes;
}

// --- int8 results: (sum * multiplier >> 14) in BS, (that * scale >> shift) + offset in the converter -----------------

constexpr double kQuarter = 0.25;
constexpr std::array<double, 12> kSums{-14, -10, -6, -2, 2, 6, 10, 14, 1, 3, -1, -3};

/// Sums that the multipliers give, through BS with a factor of `bs` and the converter with `converter`,
/// and this offset. Two columns: the largest scale of B is always 1.
Result<Words> requantised(Context& context, double bs, double converter, std::int32_t offset) {
  const Kind kind{{plan::Operand::kInt8, plan::Output::kInt8},
                  {},
                  {.b_scale = {static_cast<float>(bs), 1.0F},
                   .b_zero_point = {0, 0},
                   .c_scale = static_cast<float>(1 / converter),
                   .c_zero_point = offset}};
  Operands operands{{kSums.size(), 2, 2}, {}, {1, 0, 0, 1}};
  for (const double sum : kSums) operands.a.insert(operands.a.end(), {sum, 0});
  auto product = Product::create(context.device, kind, operands.shape);
  if (!product) return propagate(product);
  if (!product->plan().requantises())
    return fail(Code::kInternal, "the planner leaves this probe's rounding to the CPU");
  const auto words = product->run(operands);
  if (!words) return propagate(words);
  Words first;
  for (std::size_t row = 0; row < kSums.size(); ++row) first.push_back((*words)[row * 2]);
  return first;
}

std::uint32_t int8_word(double value) { return static_cast<std::uint8_t>(static_cast<std::int8_t>(value)); }

std::vector<Hypothesis> halves() {
  std::vector<Hypothesis> all;
  for (const Rounding& rounding : roundings()) {
    Hypothesis hypothesis{std::string(rounding.name), {}};
    for (const double sum : kSums) hypothesis.words.push_back(int8_word(rounding.round(sum * kQuarter)));
    all.push_back(std::move(hypothesis));
  }
  return all;
}

Result<Outcome> decided(const std::vector<Hypothesis>& hypotheses, const Result<Words>& words) {
  if (!words) return propagate(words);
  return decide(hypotheses, *words);
}

}  // namespace

std::vector<Hypothesis> int32_wrap_hypotheses() {
  Hypothesis wraps{"sums wrap modulo 2^32", {}}, saturates{"sums saturate", {}};
  for (const auto& factors : kFactors) {
    const std::int64_t sum = sum_of(factors);
    wraps.words.push_back(static_cast<std::uint32_t>(sum));
    saturates.words.push_back(
        static_cast<std::uint32_t>(static_cast<std::int32_t>(std::clamp<std::int64_t>(sum, INT32_MIN, INT32_MAX))));
  }
  return {wraps, saturates};
}

Result<Outcome> int32_wrap(Context& context) {
  const auto program = of_16_bits(context.device.chip());
  if (!program) return propagate(program);
  std::vector<std::int64_t> features(kPixels * kChannels), weights(kKernels * kChannels);
  for (std::size_t pixel = 0; pixel < kPixels; ++pixel)
    std::ranges::copy(kFactors[pixel], features.begin() + static_cast<std::ptrdiff_t>(pixel * kChannels));
  for (std::size_t channel = 0; channel < 3; ++channel) weights[channel] = kMost;  // of kernel 0
  Tensors tensors(context.device);
  for (const auto& added :
       {tensors.add(emit::kFeatures, int16_bytes(features)), tensors.add(emit::kWeights, int16_bytes(weights)),
        tensors.add_results(emit::kResults, kPixels * kKernels)})
    if (!added) return propagate(added);
  const auto loaded = tensors.load(*program);
  if (!loaded) return propagate(loaded);
  if (const auto done = context.device.submit(loaded->task_records, {0, 1}); !done) return propagate(done);
  const auto all = tensors.read(emit::kResults, kPixels * kKernels);
  if (!all) return propagate(all);
  Words words;
  for (std::size_t pixel = 0; pixel < kPixels; ++pixel) words.push_back((*all)[pixel * kKernels]);
  return decide(int32_wrap_hypotheses(), words);
}

std::vector<Hypothesis> int8_ties_hypotheses() { return halves(); }
Result<Outcome> int8_ties(Context& context) { return decided(halves(), requantised(context, kQuarter, 1, 0)); }

std::vector<Hypothesis> int8_output_ties_hypotheses() { return halves(); }
Result<Outcome> int8_output_ties(Context& context) { return decided(halves(), requantised(context, 1, kQuarter, 0)); }

/// An odd offset flips the neighbour that a half goes to, if it comes before the rounding and halves go to even or away
/// from zero. Other roundings give the same either way.
std::vector<Hypothesis> int8_offset_hypotheses() {
  std::vector<Hypothesis> all;
  for (const auto& [rounding, behind] : {std::pair{0, ""}, std::pair{2, " (halves away from zero)"}}) {
    Hypothesis before{std::string("before the rounding") + behind, {}},
        after{std::string("behind the rounding") + behind, {}};
    const auto round = roundings()[static_cast<std::size_t>(rounding)].round;
    for (const double sum : kSums) {
      before.words.push_back(int8_word(round(sum * kQuarter + 1)));
      after.words.push_back(int8_word(round(sum * kQuarter) + 1));
    }
    all.insert(all.end(), {before, after});
  }
  Hypothesis same{"halves go up: no difference", {}};
  for (const double sum : kSums) same.words.push_back(int8_word(roundings()[1].round(sum * kQuarter + 1)));
  all.push_back(same);
  return all;
}
Result<Outcome> int8_offset(Context& context) {
  return decided(int8_offset_hypotheses(), requantised(context, 1, kQuarter, 1));
}

}  // namespace mattock::probe
