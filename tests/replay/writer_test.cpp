#include "replay/writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "replay/derive.hpp"
#include "replay/layout.hpp"
#include "replay/recordings.hpp"
#include "replay/replay.hpp"

namespace mattock::replay {
namespace {

const hw::Chip& rk3566() { return *hw::find_chip("rk3566"); }

Recording parsed(const std::string& text) {
  auto recording = parse_recording(text);
  EXPECT_TRUE(recording.has_value()) << to_string(recording.error());
  return recording ? *recording : Recording{};
}

// A recording as a program's trace has it: what its submit makes is read from the words.
std::string trace_of(const Recording& recording, int times = 1) {
  Submit submit = recording.submits.at(0);
  submit.tensors = tensors_of(submit.tasks);
  std::string text = "# trace\n# call 1 open /dev/dri/card1 = 0\n";
  for (int i = 0; i < times; ++i) text += text_of(submit, static_cast<std::size_t>(i) + 1) + "# call 2 SUBMIT = 0\n";
  return text;
}

class WriterOf : public testing::TestWithParam<const char*> {};

TEST_P(WriterOf, WhatItWritesReadsAsTheSame) {
  const Recording original = test::recording(GetParam()), again = parsed(trace_of(original));
  ASSERT_EQ(again.submits.size(), 1u);
  const Submit &a = original.submits[0], &b = again.submits[0];
  EXPECT_EQ(a.task_number, b.task_number);
  EXPECT_EQ(a.flags, b.flags);
  EXPECT_EQ(a.timeout, b.timeout);
  ASSERT_EQ(a.buffers.size(), b.buffers.size());
  for (std::size_t i = 0; i < a.buffers.size(); ++i) {
    EXPECT_EQ(a.buffers[i].address, b.buffers[i].address);
    EXPECT_EQ(a.buffers[i].flags, b.buffers[i].flags);
  }
  ASSERT_EQ(a.tasks.size(), b.tasks.size());
  for (std::size_t i = 0; i < a.tasks.size(); ++i) {
    EXPECT_EQ(a.tasks[i].record, b.tasks[i].record);
    EXPECT_EQ(a.tasks[i].words, b.tasks[i].words);
  }
}

TEST_P(WriterOf, TheWordsSayWhichProductItIs) {
  const Recording original = test::recording(GetParam());
  const auto stated = product_of(original), read = product_of(tensors_of(original.submits.at(0).tasks));
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_EQ(stated->m, read->m);
  EXPECT_EQ(stated->k, read->k);
  EXPECT_EQ(stated->n, read->n);
  EXPECT_EQ(stated->fp16, read->fp16);
  EXPECT_EQ(stated->native_ac, read->native_ac);
}

TEST_P(WriterOf, TheTraceReplaysExactly) {
  const auto outcomes = replay_all(parsed(trace_of(test::recording(GetParam()), 2)), rk3566(), 1);
  ASSERT_EQ(outcomes.size(), 2u);
  for (const auto& outcome : outcomes) EXPECT_TRUE(outcome && outcome->is_product() && outcome->exact());
}

std::string identifier(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(, WriterOf, testing::ValuesIn(test::kRecordings),
                         [](const auto& instance) { return identifier(instance.param); });

TEST(Derive, ANonZeroRegisterThatNoProductHasMakesItNone) {
  Recording recording = test::recording("int8-4x32x16-b1-ac0");
  auto& words = recording.submits[0].tasks[0].words;
  for (std::uint64_t& word : words)
    if ((word & 0xffff) == 0x4044) word |= std::uint64_t{1} << 16;
  EXPECT_TRUE(tensors_of(recording.submits[0].tasks).empty());
}

TEST(Derive, AMissingTileMakesItNone) {
  Recording recording = test::recording("int8-128x512x512-b1-ac1");
  auto& tasks = recording.submits[0].tasks;
  ASSERT_GT(tasks.size(), 1u);
  tasks.pop_back();
  // What is left is a part of C whose rows lie farther apart than a product of that size has them, or fewer columns.
  const auto tensors = tensors_of(tasks);
  EXPECT_TRUE(tensors.empty() || product_of(tensors)->n < 512u);
}

TEST(Replay, ASubmitWithoutTensorsIsExecutedAndNoMore) {
  Recording recording = test::recording("int8-4x32x16-b1-ac0");
  recording.tensors.clear();
  const auto outcomes = replay_all(recording, rk3566(), 1);
  ASSERT_EQ(outcomes.size(), 1u);
  ASSERT_TRUE(outcomes[0].has_value()) << to_string(outcomes[0].error());
  EXPECT_FALSE(outcomes[0]->is_product());
  EXPECT_EQ(outcomes[0]->tasks.size(), 1u);
}

TEST(Replay, TensorsMayLieTogetherInOneBuffer) {
  Recording recording = test::recording("int8-4x32x16-b1-ac0");
  Submit& submit = recording.submits[0];
  const std::uint64_t moved = submit.buffers.at(2).address + 0x400;  // B behind A
  for (std::uint64_t& word : submit.tasks[0].words)
    if ((word & 0xffff) == 0x1110) word = (word & 0xffff00000000ffff) | moved << 16;
  const auto outcomes = replay_all(parsed(trace_of(recording)), rk3566(), 1);
  ASSERT_TRUE(outcomes.at(0).has_value()) << to_string(outcomes[0].error());
  EXPECT_TRUE(outcomes[0]->is_product() && outcomes[0]->exact());
}

}  // namespace
}  // namespace mattock::replay
