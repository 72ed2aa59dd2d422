// The tail words that lead from task to task. The seed's first task has 69 words, so its tail starts at word 69.
#include <gtest/gtest.h>

#include "container/model_file.hpp"

namespace mattock::container {
namespace {

using test::expect_damaged;
using test::ModelFile;

constexpr std::size_t kTail = 69;

std::uint64_t pc_word(std::uint32_t value, std::uint16_t offset) { return hw::Command{0x0101, value, offset}.encode(); }

TEST(Chain, TheNextTaskMustStartWhereTheTailSays) {
  ModelFile file;
  file.put(file.word(kTail), pc_word(0x288, 0x0010));
  expect_damaged(file, "task 0: chained to byte 0x288, where no task starts");
}

TEST(Chain, AWrongAmountIsReported) {
  ModelFile file;
  file.put(file.word(kTail + 1), pc_word(71, 0x0014));
  expect_warning(file, "task 0: fetches the next task with amount 71; its length asks for 72");
}

TEST(Chain, TheUpperHalfOfTheAmountIsNotPartOfIt) {
  ModelFile file;
  file.put(file.word(kTail + 1), pc_word(0x20000 | 72, 0x0014));
  EXPECT_TRUE(parse_model(file.bytes)->warnings.empty());
}

TEST(Chain, AnotherWordInPlaceOfTheAddressIsReported) {
  ModelFile file;
  file.put(file.word(kTail), pc_word(0x280, 0x0018));
  expect_warning(file, "task 0: word 69 behind its registers is not the next task's address");
}

TEST(Chain, AChainMayEndWithAZeroWordOrAZeroAddress) {
  for (const std::uint64_t end : {std::uint64_t{0}, pc_word(0, 0x0010)}) {
    ModelFile file;
    file.put(file.word(kTail), end);
    EXPECT_TRUE(parse_model(file.bytes)->warnings.empty());
  }
}

}  // namespace
}  // namespace mattock::container
