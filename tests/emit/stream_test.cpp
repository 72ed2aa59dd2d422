// What is emitted for the shapes of recorded streams that are one task is, word for word, what Rockchip's runtime
// handed to its driver, but for addresses and the split of the banks, which is free within what fits.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "emit/matmul.hpp"
#include "replay/recording.hpp"

namespace mattock::emit {
namespace {

constexpr std::uint16_t kBanks = 0x1040;

bool is_address(std::uint16_t offset) { return offset == 0x1070 || offset == 0x1110 || offset == 0x4020; }

struct Stream {
  const char* file;
  plan::Shape shape;
  plan::Types types;
  bool native = false;
};

class StreamTest : public testing::TestWithParam<Stream> {};

TEST_P(StreamTest, IsEmittedWordForWord) {
  const Stream& stream = GetParam();
  const auto bytes = read_file(std::string(MATTOCK_TEST_DATA) + "/streams/" + stream.file);
  ASSERT_TRUE(bytes);
  const auto recording = replay::parse_recording({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  ASSERT_TRUE(recording) << to_string(recording.error());
  ASSERT_EQ(recording->submits.at(0).tasks.size(), 1u);
  const replay::Task& recorded = recording->submits[0].tasks[0];

  const hw::Chip& chip = *hw::find_chip("rk3566");
  const auto plan =
      plan::plan_matmul(chip, stream.shape, stream.types, {.native = {stream.native, false, stream.native}});
  ASSERT_TRUE(plan) << to_string(plan.error());
  ASSERT_FALSE(plan->swapped);
  const auto program = emit_matmul(chip, *plan);
  ASSERT_TRUE(program) << to_string(program.error());
  ASSERT_EQ(program->tasks.size(), 1u);
  hw::TaskRecord record = program->tasks[0];
  record.regcmd_addr = recorded.record.regcmd_addr;
  EXPECT_EQ(record, recorded.record);

  ASSERT_EQ(program->words.size(), recorded.words.size());
  for (std::size_t i = 0; i < recorded.words.size(); ++i) {
    hw::Command ours = hw::Command::decode(program->words[i]), theirs = hw::Command::decode(recorded.words[i]);
    if (is_address(ours.offset)) theirs.value = 0;
    if (ours.offset == kBanks) {
      EXPECT_EQ((ours.value & 0xf) + (ours.value >> 4), 8u);
      theirs.value = ours.value;
    }
    EXPECT_EQ(ours, theirs) << fmt::format("word {}: {:016x}, recorded {:016x}", i, program->words[i],
                                           recorded.words[i]);
  }
}

constexpr plan::Types kFp16{plan::Operand::kFp16, plan::Output::kFp32};
constexpr plan::Types kInt8{plan::Operand::kInt8, plan::Output::kInt32};

INSTANTIATE_TEST_SUITE_P(RowMajor, StreamTest,
                         testing::Values(Stream{"rk3566-fp16-4x32x16-b1-ac0.txt", {4, 32, 16}, kFp16},
                                         Stream{"rk3566-int8-4x32x16-b1-ac0.txt", {4, 32, 16}, kInt8},
                                         Stream{"rk3566-fp16-64x128x256-b0-ac0.txt", {64, 128, 256}, kFp16},
                                         Stream{"rk3566-int8-64x128x256-b0-ac0.txt", {64, 128, 256}, kInt8},
                                         Stream{"rk3566-fp16-1x1024x4096-b1-ac0.txt", {1, 1024, 4096}, kFp16},
                                         Stream{"rk3566-int8-1x4096x512-b1-ac0.txt", {1, 4096, 512}, kInt8}));

INSTANTIATE_TEST_SUITE_P(Native, StreamTest,
                         testing::Values(Stream{"rk3566-fp16-4x32x16-b1-ac1.txt", {4, 32, 16}, kFp16, true},
                                         Stream{"rk3566-int8-4x32x16-b1-ac1.txt", {4, 32, 16}, kInt8, true},
                                         Stream{"rk3566-fp16-64x128x256-b1-ac1.txt", {64, 128, 256}, kFp16, true},
                                         Stream{"rk3566-int8-64x128x256-b1-ac1.txt", {64, 128, 256}, kInt8, true}));

}  // namespace
}  // namespace mattock::emit
