#include "check/verdicts.hpp"

#include <gtest/gtest.h>

#include "check/support/example.hpp"

namespace mattock::test {
namespace {

struct Checked {
  Example example = Example::copy().then(Example::copy());
  check::Verdicts verdicts;

  bool check() {
    const auto memory = example.memory();
    return verdicts.check({*hw::find_chip("rk3566"), example.tasks, memory}).has_value();
  }
};

TEST(Verdicts, AnUnchangedJobIsCheckedOnce) {
  Checked c;
  for (int run = 0; run < 5; ++run) EXPECT_TRUE(c.check());
  EXPECT_EQ(c.verdicts.checks(), 1u);
}

TEST(Verdicts, EveryBitOfEveryWordIsNoticed) {
  Checked c;
  ASSERT_TRUE(c.check());
  // Words between the tasks are fetched by nobody.
  const std::size_t first = c.example.tasks[0].regcfg_amount + 4,
                    second = (c.example.tasks[1].regcmd_addr - kCommands) / 8;
  for (std::size_t word = 0; word < c.example.words.size(); ++word)
    for (unsigned bit = 0; bit < 64; bit += 7) {
      const std::uint64_t before = c.verdicts.checks();
      c.example.words[word] ^= std::uint64_t{1} << bit;
      c.check();
      EXPECT_EQ(c.verdicts.checks() != before, word < first || word >= second) << word;
      c.example.words[word] ^= std::uint64_t{1} << bit;
      EXPECT_TRUE(c.check());
    }
}

TEST(Verdicts, AChangedWordThatIsWrongIsRefusedEachTime) {
  Checked c;
  ASSERT_TRUE(c.check());
  c.example.set(0x4020, kResult + 8);
  EXPECT_FALSE(c.check());
  EXPECT_FALSE(c.check());
  EXPECT_EQ(c.verdicts.checks(), 3u);
  c.example.set(0x4020, kResult);
  EXPECT_TRUE(c.check());
}

TEST(Verdicts, AChangedTaskRecordIsNoticed) {
  Checked c;
  ASSERT_TRUE(c.check());
  c.example.tasks[1].int_mask = 0xc00;
  EXPECT_FALSE(c.check());
  c.example.build().tasks.pop_back();
  EXPECT_TRUE(c.check());
  EXPECT_EQ(c.verdicts.checks(), 3u) << "fewer tasks are another job";
}

TEST(Verdicts, BuffersThatMoveGrowShrinkOrGoAreNoticed) {
  Checked c;
  ASSERT_TRUE(c.check());
  c.example.resize(kResult, 247);
  EXPECT_FALSE(c.check());
  c.example.resize(kResult, 248);
  EXPECT_TRUE(c.check());
  EXPECT_EQ(c.verdicts.checks(), 3u);
  c.example.buffers.erase(kResult);
  EXPECT_FALSE(c.check());
  c.example.buffers[kResult].resize(248);
  c.example.buffers[kElement].resize(8);
  EXPECT_TRUE(c.check());
  EXPECT_EQ(c.verdicts.checks(), 5u);
}

TEST(Verdicts, SeveralJobsAreKeptSideBySide) {
  Checked c;
  const std::vector<hw::TaskRecord> both = c.example.tasks, first{both[0]}, second{both[1]};
  const auto memory = c.example.memory();
  for (int run = 0; run < 3; ++run)
    for (const auto* tasks : {&both, &first, &second})
      EXPECT_TRUE(c.verdicts.check({*hw::find_chip("rk3566"), *tasks, memory}));
  EXPECT_EQ(c.verdicts.checks(), 3u);
}

TEST(Verdicts, AnotherChipAsksAgain) {
  Checked c;
  const auto memory = c.example.memory();
  EXPECT_TRUE(c.verdicts.check({*hw::find_chip("rk3566"), c.example.tasks, memory}));
  EXPECT_TRUE(c.verdicts.check({*hw::find_chip("rk3568"), c.example.tasks, memory}));
  EXPECT_EQ(c.verdicts.checks(), 2u);
}

TEST(Verdicts, AJobWithoutTasksIsRefused) {
  Checked c;
  c.example.tasks.clear();
  EXPECT_FALSE(c.check());
}

}  // namespace
}  // namespace mattock::test
