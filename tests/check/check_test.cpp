#include "check/check.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "base/bytes.hpp"

namespace mattock::check {
namespace {

using hw::Block;
using hw::Command;

constexpr std::uint64_t kCommands = 0x10000, kData = 0x20000;

/// Two small tasks, correct until a test changes a word or a record.
struct Example {
  std::vector<std::uint64_t> words;
  std::vector<hw::TaskRecord> tasks;
  std::vector<std::byte> data = std::vector<std::byte>(4096);

  Example() {
    add_task({{hw::target_of(Block::kDpu), kData, 0x4020}, {hw::target_of(Block::kDpu), 7, 0x4030}});
    add_task({{hw::target_of(Block::kDpuRdma), kData + 4095, 0x5018}});
    link();
  }

  void add_task(const std::vector<Command>& writes) {
    words.resize((words.size() + 7) / 8 * 8);
    hw::TaskRecord record;
    record.enable_mask = 0x18;
    record.regcfg_amount = static_cast<std::uint32_t>(writes.size());
    record.regcmd_addr = kCommands + words.size() * hw::kWordBytes;
    tasks.push_back(record);
    for (const Command& write : writes) words.push_back(write.encode());
    words.insert(words.end(),
                 {0, Command{hw::target_of(Block::kPc), 0, hw::kPcNextAmount}.encode(),
                  Command{hw::kTargetMarker, 0, 0}.encode(), Command{hw::kTargetOpEnable, 0x18, 8}.encode()});
  }

  void link() {
    const auto next = static_cast<std::uint32_t>(tasks[1].regcmd_addr);
    words[2] = Command{hw::target_of(Block::kPc), next, hw::kPcNextAddress}.encode();
    words[3] = Command{hw::target_of(Block::kPc), 4, hw::kPcNextAmount}.encode();  // 1 + 4 words, minus one
  }

  Result<void> checked() const {
    const auto bytes = std::as_bytes(std::span<const std::uint64_t>(words));
    const std::vector<Memory> buffers{{kCommands, bytes, "commands"}, {kData, data, "data"}};
    return check({*hw::find_chip("rk3566"), tasks, buffers});
  }

  std::string message() const {
    const auto result = checked();
    return result ? "accepted" : result.error().message;
  }
};

TEST(Check, AcceptsTasksThatAreInOrder) { EXPECT_EQ(Example().message(), "accepted"); }

TEST(Check, AnAddressOfZeroMeansNotInUse) {
  Example example;
  example.words[0] = Command{hw::target_of(Block::kDpu), 0, 0x4020}.encode();
  EXPECT_EQ(example.message(), "accepted");
}

struct Fault {
  const char* name;
  std::function<void(Example&)> make;
  const char* message;
};

class CheckRefuses : public testing::TestWithParam<Fault> {};

TEST_P(CheckRefuses, AndNamesTaskWordRegisterAndValue) {
  Example example;
  GetParam().make(example);
  EXPECT_EQ(example.message(), GetParam().message);
  EXPECT_EQ(example.checked().error().code, Code::kBadInput);
}

const Fault kFaults[] = {
    {"AnAddressOutsideEveryBuffer",
     [](Example& e) {
       e.words[0] = Command{hw::target_of(Block::kDpu), 0x30000, 0x4020}.encode();
     },
     "task 0: word 0: dpu.dst_base_addr = 0x30000 points to no buffer of the job"},
    {"AnAddressJustBehindABuffer",
     [](Example& e) {
       e.words[8] = Command{hw::target_of(Block::kDpuRdma), kData + 4096, 0x5018}.encode();
     },
     "task 1: word 0: dpu_rdma.src_base_addr = 0x21000 points to no buffer of the job"},
    {"AnUnknownRegister",
     [](Example& e) {
       e.words[1] = Command{hw::target_of(Block::kDpu), 5, 0x4ffc}.encode();
     },
     "task 0: word 1: target 0x1001 has no register 0x4ffc (value 0x5)"},
    {"AnUnknownTarget",
     [](Example& e) {
       e.words[1] = Command{0x1234, 5, 0x4030}.encode();
     },
     "task 0: word 1: target 0x1234 has no register 0x4030 (value 0x5)"},
    {"UnknownBits",
     [](Example& e) {
       e.words[1] = Command{hw::target_of(Block::kDpu), 0x80000007, 0x4030}.encode();
     },
     "task 0: word 1: dpu.data_cube_width = 0x80000007 sets unknown bits 0x80000000"},
    {"ATooLongTask", [](Example& e) { e.tasks[0].regcfg_amount = 1021; },
     "task 0: 1025 words with the tail, at most 1024 are possible"},
    {"WordsBehindTheEndOfTheirBuffer", [](Example& e) { e.words.resize(e.words.size() - 1); },
     "task 1: its 5 words run over the end of buffer 'commands'"},
    {"WordsInNoBuffer", [](Example& e) { e.tasks[0].regcmd_addr = 0x8000; },
     "task 0: its words are said to be at 0x8000, which is in no buffer of the job"},
    {"WordsNotAligned", [](Example& e) { e.tasks[0].regcmd_addr += 8; },
     "task 0: its words are said to be at 0x10008, which is not a multiple of 16"},
    {"AChainToSomewhereElse",
     [](Example& e) {
       e.words[2] = Command{hw::target_of(Block::kPc), 0x10000, hw::kPcNextAddress}.encode();
     },
     "task 0: word 2: 0x0101000100000010 does not lead to the next task at 0x10040"},
    {"AChainThatEndsEarly", [](Example& e) { e.words[2] = 0; },
     "task 0: word 2: 0x0000000000000000 does not lead to the next task at 0x10040"},
    {"AFetchOfTooFewWords",
     [](Example& e) {
       e.words[3] = Command{hw::target_of(Block::kPc), 3, hw::kPcNextAmount}.encode();
     },
     "task 0: word 3: 0x0101000000030014 does not fetch the next task's words, which takes 4"},
    {"AMissingMarker", [](Example& e) { e.words[4] = 0; },
     "task 0: word 4: 0x0000000000000000 is not the marker before op-enable"},
    {"ABlockThatTheRecordDoesNotName", [](Example& e) { e.tasks[0].enable_mask = 0x1f; },
     "task 0: word 5: 0x0081000000180008 does not start the blocks of the task record, 0x1f"},
    {"NoTasks", [](Example& e) { e.tasks.clear(); }, "a submit of 0 tasks: the rk3566 takes 1 to 4095"},
};

INSTANTIATE_TEST_SUITE_P(Fault, CheckRefuses, testing::ValuesIn(kFaults),
                         [](const auto& fault) { return fault.param.name; });

}  // namespace
}  // namespace mattock::check
