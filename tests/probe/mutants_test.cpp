// Chips that differ in one thing: the probe that exists for it finds that out, and no other one minds.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "probe/support/devices.hpp"

namespace mattock::probe {
namespace {

using emulator::Ties;
using emulator::Variation;

struct Mutant {
  const char* name;
  Variation variation;
  std::string_view probe;   ///< that exists for it
  std::string_view answer;  ///< empty: the words disagree, or no hypothesis fits
  /// Others that cannot but notice, too.
  std::vector<std::string_view> also = {};
};

std::vector<Mutant> mutants() {
  using Sums = Variation::Sums;
  using Lanes = Variation::Lanes;
  using Groups = Variation::Groups;
  return {
      {"HalvesUp", {.half_ties = Ties::kUp}, "fp16-ties", "half up"},
      {"HalvesAway", {.half_ties = Ties::kAway}, "fp16-ties", "half away from zero"},
      {"OverflowSaturates", {.overflow_saturates = true}, "fp16-overflow", "the largest number, 65504"},
      {"FlushesInputs", {.flush_inputs = true}, "fp16-subnormals", "inputs become 0, results are kept"},
      {"FlushesResults", {.flush_results = true}, "fp16-subnormals", "results become 0, inputs are kept"},
      {"ClampsInputs", {.clamp_inputs = true}, "fp16-specials", "infinity reads as 65504, NaN as 0"},
      {"SumsInFp32", {.sums = Sums::kSingle}, "accumulation-order", "fp32, one product after the other"},
      {"SumsBackwards",
       {.sums = Sums::kSingleBackwards},
       "accumulation-order",
       "fp32, one product after the other from the last channel"},
      {"JoinsSlicesInFp32",
       {.sums = Sums::kSinglePerSlice},
       "accumulation-order",
       "wide within a slice, fp32 from slice to slice"},
      {"StageHalvesUp", {.stage_ties = Ties::kUp}, "int8-ties", "half up"},
      {"StageHalvesAway", {.stage_ties = Ties::kAway}, "int8-ties", "half away from zero"},
      {"OutputHalvesUp", {.output_ties = Ties::kUp}, "int8-output-ties", "half up", {"int8-offset"}},
      {"OutputHalvesAway", {.output_ties = Ties::kAway}, "int8-output-ties", "half away from zero", {"int8-offset"}},
      {"OffsetBehind", {.offset_after_rounding = true}, "int8-offset", "behind the rounding"},
      {"SaturatesInt32", {.int32_saturates = true}, "int32-wrap", "sums saturate"},
      {"LanesAreZero", {.lanes_above = Lanes::kZero}, "lanes-above-channels", "0"},
      {"LanesAreComputed", {.lanes_above = Lanes::kComputed}, "lanes-above-channels", "what the multipliers give"},
      {"PaddingCounts", {.multiply_padding = true}, "channels-above-real", "they are multiplied"},
      {"AllBlocksChange",
       {.groups = Groups::kAllBlocks},
       "pointer-state",
       "two groups; all blocks change with every task"},
      // The recorded program leans on groups, and one of the vendor's streams on weights that stream.
      {"OneGroupLater", {.groups = Groups::kOneAfterSubmit}, "pointer-state", "", {"product-9x9"}},
      {"PointersSwapped", {.groups = Groups::kSwapped}, "pointer-state", "", {"product-9x9"}},
      {"StreamingRepeats", {.streaming_repeats_group = true}, "weight-streaming", "", {"recorded-streams"}},
  };
}

class Mutants : public testing::TestWithParam<Mutant> {};

TEST_P(Mutants, AreFoundByTheirProbeAlone) {
  const Mutant& mutant = GetParam();
  test::Emulated emulated(mutant.variation);
  for (const Probe& probe : probes()) {
    const Outcome outcome = ask(probe, emulated.context);
    const bool notices = probe.name == mutant.probe || std::ranges::count(mutant.also, probe.name) != 0;
    EXPECT_NE(test::is_as_assumed(outcome), notices)
        << probe.name << ": " << name_of(outcome.verdict) << " " << outcome.text;
    if (probe.name != mutant.probe) continue;
    EXPECT_NE(outcome.verdict, Verdict::kAgreed);
    if (!mutant.answer.empty()) {
      EXPECT_EQ(outcome.text, mutant.answer);
      EXPECT_EQ(outcome.verdict, Verdict::kAnswer);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Mutants, testing::ValuesIn(mutants()), [](const auto& of) { return of.param.name; });

/// After an odd number of tasks such a chip runs what it was not told. The recorded program, a task and then seven, is
/// the first to notice, before anything that leans on less.
TEST(RunPointerThatStays, IsFoundByTheRecordedProgram) {
  test::Emulated emulated({.groups = Variation::Groups::kExecuterStays});
  for (const Probe& probe : probes()) {
    const bool fine = test::is_as_assumed(ask(probe, emulated.context));
    EXPECT_EQ(fine, probe.name != "product-9x9");
    if (!fine) return;
  }
}

double value_of(std::string_view name, Context& context) {
  const Outcome outcome = ask(*find_probe(name), context);
  EXPECT_EQ(outcome.verdict, Verdict::kMeasured) << name << ": " << outcome.text;
  return outcome.value;
}

constexpr double kClose = 0.03;  // commands and operands that hide behind others

void expect_measures(Context& context, double bandwidth) {
  const hw::Chip& chip = context.device.chip();
  const auto near = [&](std::string_view name, double wanted) {
    EXPECT_NEAR(value_of(name, context) / wanted, 1, kClose) << name;
  };
  near("bandwidth", bandwidth * chip.dma_bytes_per_second);
  near("submit-cost", chip.submit_seconds);
  // At half the bandwidth the words of a small task take longer, too.
  near("task-cost", chip.task_seconds + 2000 / (bandwidth * chip.dma_bytes_per_second));
  // 16 x 8 fp16 and 32 x 16 int8 a cycle.
  near("rate-fp16", 128 * chip.npu_hz);
  if (bandwidth == 1) near("rate-int8", 512 * chip.npu_hz);  // at half of it results take longer than sums
}

TEST(HalfTheBandwidth, IsMeasured) {
  for (const double bandwidth : {1.0, 0.5}) {
    test::Emulated emulated({.bandwidth = bandwidth});
    expect_measures(emulated.context, bandwidth);
    test::Fake fake({.variation = {.bandwidth = bandwidth}});
    expect_measures(fake.context, bandwidth);
  }
}

TEST(Clock, IsTheDriversOrTheModels) {
  test::Emulated emulated({});
  EXPECT_EQ(value_of("clock", emulated.context), emulated.device.chip().npu_hz);
  test::Fake fake({});
  EXPECT_EQ(value_of("clock", fake.context), 600e6);
}

/// Of the syncs that show the CPU what the NPU wrote the n-th does nothing.
TEST(Repeat, FindsASyncThatIsLost) {
  test::Fake fake({.two_copies = true}, 40);
  EXPECT_EQ(ask(*find_probe("repeat"), fake.context).verdict, Verdict::kDisagrees);
  test::Fake whole({.two_copies = true});
  EXPECT_EQ(ask(*find_probe("repeat"), whole.context).verdict, Verdict::kAgreed);
}

}  // namespace
}  // namespace mattock::probe
