#include "replay/replay.hpp"

#include <algorithm>

#include "replay/recordings.hpp"

namespace mattock::replay {
namespace {

const hw::Chip& rk3566() { return *hw::find_chip("rk3566"); }

class ReplayOf : public testing::TestWithParam<const char*> {};

TEST_P(ReplayOf, TheRecordingYieldsTheExactProduct) {
  const Recording recording = test::recording(GetParam());
  for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{2}}) {
    const auto outcome = replay(recording, rk3566(), seed);
    ASSERT_TRUE(outcome.has_value()) << to_string(outcome.error());
    EXPECT_TRUE(outcome->exact()) << outcome->wrong << " elements differ, first " << outcome->first->row << ", "
                                  << outcome->first->column << ": " << outcome->first->found << " for "
                                  << outcome->first->expected;
    EXPECT_EQ(outcome->tasks.size(), recording.submits[0].tasks.size());
    std::uint64_t macs = 0;
    for (const auto& task : outcome->tasks) macs += task.macs;
    EXPECT_EQ(macs, outcome->m * outcome->k * outcome->n);
    EXPECT_TRUE(outcome->events.empty());
  }
}

std::string identifier(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(, ReplayOf, testing::ValuesIn(test::kRecordings),
                         [](const auto& instance) { return identifier(instance.param); });

// One field of one recording changed: the replay must stop or the product be wrong. `before` guards the table
// against a change that changes nothing.
struct Change {
  const char* name;
  const char* recording;
  std::size_t task;
  std::uint16_t offset;
  std::uint32_t before, after;
};

void PrintTo(const Change& change, std::ostream* out) { *out << change.name; }

constexpr Change kChanges[] = {
    {"CnaPrecision", "fp16-4x32x16-b1-ac0", 0, 0x100c, 0x220, 0x000},
    {"CnaStride", "fp16-4x32x16-b1-ac0", 0, 0x1014, 0x9, 0x11},
    {"CnaInputHeight", "fp16-4x32x16-b1-ac0", 0, 0x1020, 0x10004, 0x10003},
    {"CnaDeclaredChannels", "int8-4x32x16-b1-ac0", 0, 0x1024, 0x1f0020, 0x170018},
    {"CnaKernelBytes", "fp16-4x32x16-b1-ac0", 0, 0x1034, 0x40, 0x20},
    {"CnaKernels", "fp16-64x128x256-b1-ac1", 0, 0x1038, 0x01010100, 0x010100f8},
    {"CbufDataBanks", "int8-128x512x512-b1-ac1", 0, 0x1040, 0x62, 0x61},
    {"CbufDataReuse", "int8-128x512x512-b1-ac1", 0, 0x1040, 0x62, 0x1062},
    {"CbufEntries", "fp16-4x32x16-b1-ac1", 0, 0x1044, 0x40008, 0x40007},
    {"CnaPadding", "fp16-4x32x16-b1-ac0", 0, 0x1068, 0, 1},
    {"FeatureAddress", "int8-64x128x256-b0-ac0", 0, 0x1070, 0x7f002000, 0x7f002008},
    {"FeatureLineStride", "fp16-64x128x256-b0-ac0", 0, 0x107c, 0x20, 0x1f},
    {"FeatureSurfaceStride", "int8-64x128x256-b1-ac1", 0, 0x1080, 0x40, 0x41},
    {"WeightAddress", "fp16-1x1024x4096-b1-ac0", 0, 0x1110, 0x7f003000, 0x7f003010},
    {"CmacPrecision", "fp16-4x32x16-b1-ac0", 0, 0x200c, 0x2001, 0x0001},
    {"CoreOutputHeight", "fp16-4x32x16-b1-ac0", 0, 0x3010, 0x30000, 0x20000},
    {"DpuOutputFormat", "fp16-4x32x16-b1-ac0", 0, 0x4010, 0xa8000002, 0x48000002},
    {"OutputAddress", "fp16-4x32x16-b1-ac1", 0, 0x4020, 0x7f004000, 0x7f004010},
    {"OutputSurfaceStride", "int8-64x128x256-b1-ac1", 0, 0x4024, 0x400, 0x408},
    {"OutputLineNotch", "fp16-64x128x256-b0-ac0", 0, 0x4038, 0x7e007e, 0x7c007c},
    {"OutputSurfacesPerStep", "int8-4x32x16-b1-ac1", 0, 0x4050, 0x36c, 0x124},
    {"ScaleStage", "int8-4x32x16-b1-ac0", 0, 0x4040, 0x53, 0x42},
    {"OutputScale", "int8-4x32x16-b1-ac0", 0, 0x4084, 1, 2},
    {"OutputSurfaceAdd", "fp16-64x128x256-b1-ac1", 0, 0x40c0, 0x800, 0x400},
    {"NextTaskAmount", "fp16-128x512x512-b1-ac1", 2, 0x0014, 0x73, 0x72},
};

class ReplayWith : public testing::TestWithParam<Change> {};

TEST_P(ReplayWith, TheChangedFieldFails) {
  const Change& change = GetParam();
  Recording recording = test::recording(change.recording);
  auto& words = recording.submits[0].tasks.at(change.task).words;
  const auto word = std::find_if(words.begin(), words.end(),
                                 [&](std::uint64_t w) { return hw::Command::decode(w).offset == change.offset; });
  ASSERT_NE(word, words.end());
  hw::Command command = hw::Command::decode(*word);
  ASSERT_EQ(command.value, change.before);
  command.value = change.after;
  *word = command.encode();
  const auto outcome = replay(recording, rk3566(), 1);
  if (outcome) {
    EXPECT_FALSE(outcome->exact());
  } else {
    EXPECT_FALSE(outcome.error().message.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(, ReplayWith, testing::ValuesIn(kChanges),
                         [](const auto& instance) { return instance.param.name; });

TEST(Replay, RefusesTensorsThatMakeNoProduct) {
  Recording recording = test::recording("fp16-4x32x16-b1-ac0");
  recording.tensors[2].shape = {4, 17};
  const auto outcome = replay(recording, rk3566(), 1);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, Code::kBadFile);
  EXPECT_NE(outcome.error().message.find("C 4x17 FP32 make no product"), std::string::npos) << outcome.error().message;
}

TEST(Replay, RefusesAnAddressOutsideOfEveryBuffer) {
  Recording recording = test::recording("fp16-4x32x16-b1-ac0");
  for (std::uint64_t& word : recording.submits[0].tasks[0].words) {
    hw::Command command = hw::Command::decode(word);
    if (command.offset == 0x1110) command.value = 0x10000;
    word = command.encode();
  }
  const auto outcome = replay(recording, rk3566(), 1);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_NE(outcome.error().message.find("1110"), std::string::npos);
}

TEST(Replay, RefusesMemoryBeyondItsLimit) {
  Recording recording = test::recording("fp16-4x32x16-b1-ac0");
  recording.submits[0].buffers[4].bytes = 0x90000000;
  const auto outcome = replay(recording, rk3566(), 1);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, Code::kBadFile);
}

TEST(Replay, CountsTheSameForEverySeed) {
  const Recording recording = test::recording("int8-128x512x512-b1-ac1");
  const auto one = replay(recording, rk3566(), 1), two = replay(recording, rk3566(), 99);
  ASSERT_TRUE(one && two);
  ASSERT_EQ(one->tasks.size(), 2u);
  for (std::size_t t = 0; t < 2; ++t) {
    EXPECT_EQ(one->tasks[t].cycles, two->tasks[t].cycles);
    EXPECT_EQ(one->tasks[t].feature_bytes, two->tasks[t].feature_bytes);
  }
  EXPECT_EQ(one->tasks[0].feature_bytes, 65536u);
  EXPECT_EQ(one->tasks[1].feature_bytes, 0u) << "the rows stay in the buffer";
  EXPECT_EQ(one->tasks[0].weight_bytes + one->tasks[1].weight_bytes, 262144u);
  EXPECT_EQ(one->tasks[0].output_bytes + one->tasks[1].output_bytes, 262144u);
}

}  // namespace
}  // namespace mattock::replay
