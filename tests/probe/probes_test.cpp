// Every probe on the chip that is assumed, as the emulator and behind the driver.
#include <gtest/gtest.h>

#include <set>

#include "probe/floats.hpp"
#include "probe/integers.hpp"
#include "probe/lanes.hpp"
#include "probe/pointers.hpp"
#include "probe/support/devices.hpp"

namespace mattock::probe {
namespace {

void expect_as_assumed(Context& context) {
  for (const Probe& probe : probes()) {
    const Outcome outcome = ask(probe, context);
    EXPECT_TRUE(test::is_as_assumed(outcome)) << probe.name << ": " << name_of(outcome.verdict) << " " << outcome.text;
  }
}

TEST(Probes, AreAsAssumedOnTheEmulator) {
  test::Emulated emulated({});
  expect_as_assumed(emulated.context);
}

TEST(Probes, AreAsAssumedBehindEveryDriver) {
  for (const auto& version : {fakekernel::Version{0, 9, 8}, fakekernel::Version{0, 8, 2}})
    for (const auto build : {fakekernel::Build::kDrm, fakekernel::Build::kMisc}) {
      test::Fake fake({.version = version, .build = build, .two_copies = true});
      expect_as_assumed(fake.context);
    }
}

TEST(Probes, HaveNamesOfTheirOwnAndSaySomething) {
  std::set<std::string_view> names;
  for (const Probe& probe : probes()) {
    EXPECT_TRUE(names.insert(probe.name).second) << probe.name;
    EXPECT_TRUE(probe.settles.ends_with('.')) << probe.name;
    EXPECT_FALSE(probe.note.empty()) << probe.name;
    EXPECT_EQ(find_probe(probe.name), &probe);
  }
  EXPECT_EQ(find_probe("fp16"), nullptr);
}

void expect_distinct(const std::vector<Hypothesis>& hypotheses) {
  for (const Hypothesis& one : hypotheses)
    for (const Hypothesis& other : hypotheses) {
      EXPECT_EQ(one.words.size(), other.words.size());
      if (&one != &other) {
        EXPECT_NE(one.words, other.words) << one.name << " and " << other.name;
      }
    }
}

TEST(Probes, TellTheirHypothesesApart) {
  for (const auto& hypotheses :
       {fp16_ties_hypotheses(), fp16_overflow_hypotheses(), fp16_subnormals_hypotheses(), fp16_specials_hypotheses(),
        accumulation_order_hypotheses(), int32_wrap_hypotheses(), int8_ties_hypotheses(), int8_output_ties_hypotheses(),
        int8_offset_hypotheses(), lanes_above_channels_hypotheses(), channels_above_real_hypotheses(),
        pointer_state_hypotheses()})
    expect_distinct(hypotheses);
}

TEST(Probes, PredictWhatIsWrittenOutByHand) {
  // 2049, 2051, -2049, -2051, then 2048.5, 2049.5 and their negatives, in a format that has the even numbers there.
  EXPECT_EQ(fp16_ties_hypotheses()[0].words, (Words{0x6800, 0x6802, 0xe800, 0xe802, 0x6800, 0x6801, 0xe800, 0xe801}));
  EXPECT_EQ(fp16_ties_hypotheses()[1].words, (Words{0x6801, 0x6802, 0xe800, 0xe801, 0x6800, 0x6801, 0xe800, 0xe801}));
  // -3.5, -2.5, -1.5, -0.5 and their negatives, then 0.25, 0.75, -0.25, -0.75.
  EXPECT_EQ(int8_ties_hypotheses()[0].words, (Words{0xfc, 0xfe, 0xfe, 0, 0, 2, 2, 4, 0, 1, 0, 0xff}));
  EXPECT_EQ(int8_ties_hypotheses()[2].words, (Words{0xfc, 0xfd, 0xfe, 0xff, 1, 2, 3, 4, 0, 1, 0, 0xff}));
  EXPECT_EQ(accumulation_order_hypotheses()[0].words, Words(12, 0x3f800000));
  // 2^24 + 1 is 2^24 in fp32, 1 - 2^24 is what it is: the 1 is lost where it meets 2^24 alone.
  EXPECT_EQ(accumulation_order_hypotheses()[1].words, (Words{0, 0x3f800000, 0, 0x3f800000, 0x3f800000, 0x3f800000, 0,
                                                             0x3f800000, 0, 0x3f800000, 0x3f800000, 0x3f800000}));
  EXPECT_EQ(int32_wrap_hypotheses()[0].words[0], static_cast<std::uint32_t>(3 * 32767LL * 32767LL));
  EXPECT_EQ(int32_wrap_hypotheses()[1].words[0], 0x7fffffffU);
}

}  // namespace
}  // namespace mattock::probe
