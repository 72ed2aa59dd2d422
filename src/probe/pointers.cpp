#include "probe/pointers.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "emit/matmul.hpp"
#include "emit/pass.hpp"
#include "hw/generated/registers_cna.hpp"
#include "probe/hand_made.hpp"

namespace mattock::probe {
namespace {

// Features of task i are all i + 1, and all weights 1: a result of 16 times i + 1 says whose features were taken.
std::uint32_t result_of(std::size_t task) { return bits_of(static_cast<float>(kChannels * (task + 1))); }

enum class Step { kWhole, kWithoutFeatures, kCopy };

/// The first result of every convolution of the chain, in order.
Result<Words> run(Context& context, std::span<const Step> steps) {
  const hw::Chip& chip = context.device.chip();
  hw::Program chain;
  Tensors tensors(context.device);
  const std::vector<double> weights(kKernels * kChannels, 1), source(kPixels * 4, 1);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string suffix = std::to_string(i);
    const bool copies = steps[i] == Step::kCopy;
    auto task = copies ? small_copy(chip) : small_convolution(chip);
    if (!task) return propagate(task);
    if (steps[i] == Step::kWithoutFeatures) {
      using Address = hw::cna::FeatureDataAddr;
      if (const auto left = leave_out(*task, Address::kBlock, Address::kOffset); !left) return propagate(left);
    }
    append(chip, chain, *task, suffix);
    const std::vector<double> features(kPixels * kChannels, static_cast<double>(i + 1));
    for (const auto& added : {copies ? tensors.add_halves(emit::kSource + suffix, source)
                                     : tensors.add_halves(emit::kFeatures + suffix, features),
                              copies ? Result<void>{} : tensors.add_halves(emit::kWeights + suffix, weights),
                              tensors.add_results(emit::kResults + suffix, kPixels * kKernels)})
      if (!added) return propagate(added);
  }
  const auto loaded = tensors.load(chain);
  if (!loaded) return propagate(loaded);
  if (const auto done = context.device.submit(loaded->task_records, {0, steps.size()}); !done) return propagate(done);
  Words results;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i] == Step::kCopy) continue;
    const auto words = tensors.read(emit::kResults + std::to_string(i), 1);
    if (!words) return propagate(words);
    results.push_back(words->front());
  }
  return results;
}

// The last task of the first chain takes the features of the first task, or with one group of the second. With a copy
// in between, which CNA has no part in, that depends on whether CNA changed groups for it.
constexpr std::array kInherits{Step::kWhole, Step::kWhole, Step::kWithoutFeatures};
constexpr std::array kInheritsPastCopy{Step::kWhole, Step::kWhole, Step::kCopy, Step::kWithoutFeatures};
constexpr std::array kOne{Step::kWhole};
constexpr std::array kTwo{Step::kWhole, Step::kWhole};
constexpr std::array kThree{Step::kWhole, Step::kWhole, Step::kWhole};

const std::vector<std::span<const Step>>& submits() {
  static const std::vector<std::span<const Step>> all{kInherits, kOne,      kOne, kInheritsPastCopy,
                                                      kThree,    kInherits, kTwo, kInheritsPastCopy};
  return all;
}

/// What the convolutions of all submits give if a task without features takes those of task `plain`, behind a copy
/// those of `past_copy`, and what it writes there arrives (`arrives`) or goes astray.
Words predicted(std::size_t plain, std::size_t past_copy, bool arrives) {
  Words words;
  for (const auto& steps : submits()) {
    const bool past = std::ranges::find(steps, Step::kCopy) != steps.end();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (steps[i] == Step::kWhole) words.push_back(result_of(i));
      if (steps[i] != Step::kWithoutFeatures) continue;
      words.push_back(past && !arrives ? Tensors::kPoison : result_of(past ? past_copy : plain));
    }
  }
  return words;
}

/// From the second submit on with one group.
Words one_later() {
  Words words = predicted(1, 1, true);
  const Words before = predicted(0, 0, true);
  std::copy_n(before.begin(), kInherits.size(), words.begin());
  return words;
}

}  // namespace

std::vector<Hypothesis> pointer_state_hypotheses() {
  return {{"two groups; a block changes its own after it ran, and a submit begins anew", predicted(0, 0, true)},
          {"two groups; all blocks change with every task", predicted(0, 1, true)},
          {"one group", predicted(1, 1, true)},
          {"two groups in the first submit, one later", one_later()}};
}

Result<Outcome> pointer_state(Context& context) {
  Words all;
  for (const auto& steps : submits()) {
    const auto words = run(context, steps);
    if (!words) return propagate(words);
    all.insert(all.end(), words->begin(), words->end());
  }
  return decide(pointer_state_hypotheses(), all);
}

}  // namespace mattock::probe
