#include "check/check.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "check/registers.hpp"
#include "check/support/example.hpp"
#include "hw/registers.hpp"

namespace mattock::test {
namespace {

using hw::Command;

TEST(Check, AcceptsWhatTheNotesWorkOut) {
  EXPECT_EQ(Example::product().message(), "accepted");
  EXPECT_EQ(Example::copy().message(), "accepted");
  EXPECT_EQ(Example::layer().message(), "accepted");
  EXPECT_EQ(Example::layer().then(Example::copy()).then(Example::product()).message(), "accepted");
}

TEST(Check, EveryDescribedRegisterHasAPlaceOfItsOwnInItsGroup) {
  for (std::size_t block = 0; block < hw::kBlockCount; ++block)
    for (const hw::RegisterInfo& info : hw::registers(static_cast<hw::Block>(block)))
      EXPECT_LT(info.offset & 0xfff, 512 * 4) << info.name;
}

TEST(Check, AMessageNamesTaskRegisterFieldValueWordAndLimit) {
  EXPECT_EQ(Example::product().bits(0x1020, 10, 0, 0).message(),
            "task 0: cna.data_size0.datain_height = 0 (word 5): the input is at least one pixel and at most what the "
            "chip takes; 1 to 2047");
}

// Task 2 runs group 0 again and does not write 4020: its value is task 0's, whose word the message names.
TEST(Check, AMessageNamesTheTaskThatWroteAnInheritedValue) {
  Example example = Example::copy().then(Example::copy()).then(Example::copy());
  example.resize(kResult, 1024).set(0x4020, kResult + 1024 - 248).set(0x4020, kResult, 1).omit(0x4020, 2);
  EXPECT_EQ(example.message(), "accepted");
  example.bits(0x4038, 12, 0, 1, 2).bits(0x4038, 28, 16, 1, 2);
  EXPECT_EQ(example.message().find("task 2: dpu.dst_base_addr.dst_base_addr = 0x40308 (task 0 word "), 0u)
      << example.message();
}

TEST(Check, ATaskInheritsFromTwoRunsEarlierOfTheBlockNotFromTheLast) {
  Example example = Example::copy().then(Example::copy()).then(Example::copy());
  // Task 1 runs the other group: what it writes there is nothing to task 2.
  example.set(0x4024, 64, 1).set(0x40c0, 64, 1).omit(0x4024, 2).omit(0x40c0, 2);
  EXPECT_EQ(example.message(), "accepted");
  example.set(0x4024, 256).set(0x40c0, 256).resize(kResult, 376);
  EXPECT_EQ(example.message(), "accepted");
  example.resize(kResult, 375);
  EXPECT_NE(example.message(), "accepted") << "and task 0 itself needs 256 + 120 bytes";
}

TEST(Check, GroupZeroForBothTasksMakesTheSecondInheritFromTheFirst) {
  Example example = Example::copy().then(Example::copy());
  for (std::size_t task = 0; task < 2; ++task) example.set(0x4004, 0x30, task).set(0x5004, 0x30, task);
  example.omit(0x4024, 1);
  EXPECT_EQ(example.message(), "accepted");
  example.set(0x4004, 0xe, 0).set(0x4004, 0xe, 1);
  EXPECT_NE(example.message().find("task 1: dpu.dst_surf_stride = 0x0 (never written): a block that starts"),
            std::string::npos)
      << example.message();
}

TEST(Check, OnlyBlocksThatRanChangeTheirGroup) {
  // The DPU runs in both tasks, DPU_RDMA in the second alone: the third task's DPU_RDMA is in group 1, unwritten.
  Example example = Example::product().then(Example::copy()).then(Example::copy());
  EXPECT_EQ(example.message(), "accepted");
  example.omit(0x504c, 2);
  EXPECT_NE(example.message().find("task 2: dpu_rdma.surf_notch = 0x0 (never written)"), std::string::npos)
      << example.message();
  Example other = Example::copy().then(Example::product()).then(Example::copy());
  EXPECT_EQ(other.message(), "accepted");
  other.omit(0x4024, 2);
  EXPECT_EQ(other.message(), "accepted") << "the DPU is back in the group of task 0";
}

TEST(Check, AnAddressOfZeroMeansNotInUse) {
  EXPECT_EQ(Example::copy().set(0x5038, 0).set(0x502c, 0).message(), "accepted");
}

struct Fault {
  const char* name;
  std::function<void(Example&)> make;
  const char* message;
};

class CheckRefuses : public testing::TestWithParam<Fault> {};

TEST_P(CheckRefuses, AndNamesWhatIsWrong) {
  Example example = Example::copy().then(Example::copy());
  GetParam().make(example);
  EXPECT_EQ(example.message(), GetParam().message);
  const bool supported = example.message().find("not supported") == std::string::npos;
  EXPECT_EQ(example.checked().error().code, supported ? Code::kBadInput : Code::kUnsupported);
}

// Two copies of 69 words and a tail each, as in the seed's model; the second begins at word 80.
constexpr std::size_t kTail = 69;

const Fault kFaults[] = {
    {"AnUnknownRegister",
     [](Example& e) {
       e.words[1] = Command{0x1001, 5, 0x4ffc}.encode();
     },
     "task 0: word 1: target 0x1001 has no register 0x4ffc to write (value 0x5)"},
    {"AnUnknownTarget",
     [](Example& e) {
       e.words[1] = Command{0x1234, 5, 0x4030}.encode();
     },
     "task 0: word 1: target 0x1234 has no register 0x4030 to write (value 0x5)"},
    {"ARegisterOfAnotherBlock",
     [](Example& e) {
       e.words[1] = Command{0x0201, 5, 0x4030}.encode();
     },
     "task 0: word 1: target 0x0201 has no register 0x4030 to write (value 0x5)"},
    {"AWriteToThePc",
     [](Example& e) {
       e.words[1] = Command{0x0101, 0, 0x34}.encode();
     },
     "task 0: word 1: target 0x0101 has no register 0x0034 to write (value 0x0)"},
    {"AWriteToAReadOnlyRegister",
     [](Example& e) {
       e.words[1] = Command{0x1001, 0, 0x4000}.encode();
     },
     "task 0: word 1: dpu.s_status = 0x0: the register is read only"},
    {"ABlockStartedAlone",
     [](Example& e) {
       e.words[1] = Command{0x1001, 1, 0x4008}.encode();
     },
     "task 0: word 1: dpu.operation_enable = 0x1: blocks start together by the op-enable word, never alone"},
    {"UnknownBits", [](Example& e) { e.set(0x4030, 0x80000004); },
     "task 0: word 6: dpu.data_cube_width = 0x80000004: bits 0x80000000 are not described"},
    {"AnUnknownPointer", [](Example& e) { e.set(0x4004, 0xf); },
     "task 0: word 0: dpu.s_pointer = 0xf: groups alternate (0xe) or go back to 0 (0x30)"},
    {"AnEnumValueWithoutAName", [](Example& e) { e.bits(0x400c, 3, 1, 5); },
     "task 0: word 1: dpu.feature_mode_cfg = 0x10b: output_mode = 5 has no meaning"},
    {"AnAddressInNoBuffer", [](Example& e) { e.set(0x5038, 0x30000); },
     "task 0: word 61: dpu_rdma.ew_base_addr = 0x30000: the address is in no buffer of the job"},
    {"AnAddressJustBehindABuffer", [](Example& e) { e.set(0x5038, kFeatures + 248); },
     "task 0: word 61: dpu_rdma.ew_base_addr = 0x200f8: the address is in no buffer of the job"},
    {"WordsBehindTheEndOfTheirBuffer", [](Example& e) { e.words.pop_back(); },
     "task 1: its 73 words: bytes 0x10280 to 0x104c8 reach beyond buffer 'commands', which ends at 0x104c0"},
    {"WordsInNoBuffer", [](Example& e) { e.tasks[0].regcmd_addr = 0x8000; },
     "task 0: its 73 words: bytes 0x8000 to 0x8248 begin in no buffer"},
    {"WordsNotAligned", [](Example& e) { e.tasks[0].regcmd_addr += 8; },
     "task 0: its words are said to be at 0x10008; allowed are multiples of 16 below 0x100000000"},
    {"WordsThatDmaCannotReach", [](Example& e) { e.tasks[0].regcmd_addr += 0x100000000; },
     "task 0: its words are said to be at 0x100010000; allowed are multiples of 16 below 0x100000000"},
    {"AChainToSomewhereElse",
     [](Example& e) {
       e.words[kTail] = Command{0x0101, 0x10000, 0x10}.encode();
     },
     "task 0: word 69: 0x0101000100000010 does not lead to the next task at 0x10280"},
    {"AChainInSlaveMode", [](Example& e) { e.words[kTail] |= std::uint64_t{1} << 16; },
     "task 0: word 69: 0x0101000102810010 does not lead to the next task at 0x10280"},
    {"AChainThatEndsEarly", [](Example& e) { e.words[kTail] = 0; },
     "task 0: word 69: 0x0000000000000000 does not lead to the next task at 0x10280"},
    {"AFetchOfTooFewWords",
     [](Example& e) {
       e.words[kTail + 1] = Command{0x0101, 71, 0x14}.encode();
     },
     "task 0: word 70: 0x0101000000470014 does not fetch the next task's words, which takes 72"},
    {"AMissingMarker", [](Example& e) { e.words[kTail + 2] = 0; },
     "task 0: word 71: 0x0000000000000000 is not the marker before op-enable"},
    {"AnOpEnableThatTheRecordDoesNotName", [](Example& e) { e.tasks[0].enable_mask = 0x1f; },
     "task 0: word 72: 0x0081000000180008 does not start the blocks of the task record, 0x1f"},
    {"InterruptsOfAnotherBlock", [](Example& e) { e.tasks[1].int_mask = 0xc00; },
     "task 1: its record waits for interrupts 0xc00, a task that the DPU writes ends with 0x300"},
    {"BlocksThatDoNotWorkTogether", [](Example& e) { e.masks[0] = 8, e.build(); },
     "task 0: op-enable 0x8: these blocks do not work together; 0xf, 0x1f or 0x18"},
    {"Pooling", [](Example& e) { e.masks[0] = 0x60, e.build(); },
     "task 0: op-enable 0x60: pooling is not supported; 0xf, 0x1f or 0x18"},
    {"NoTasks", [](Example& e) { e.tasks.clear(); }, "a submit of 0 tasks: the rk3566 takes 1 to 4095"},
};

INSTANTIATE_TEST_SUITE_P(Fault, CheckRefuses, testing::ValuesIn(kFaults),
                         [](const auto& fault) { return fault.param.name; });

// 12 bits count the tasks of a submit.
TEST(Check, TakesAsManyTasksAsTheCounterCounts) {
  Example example = Example::copy();
  const hw::TaskRecord record = example.tasks[0];
  const std::size_t tail = record.regcfg_amount;
  example.words[tail] = Command{0x0101, static_cast<std::uint32_t>(record.regcmd_addr), 0x10}.encode();
  example.words[tail + 1] = Command{0x0101, record.regcfg_amount + 3, 0x14}.encode();
  for (const std::size_t count : {4094U, 4095U}) {
    example.tasks.assign(count, record);
    EXPECT_EQ(example.message(), "accepted") << count;
  }
  example.tasks.assign(4096, record);
  EXPECT_EQ(example.message(), "a submit of 4096 tasks: the rk3566 takes 1 to 4095");
}

// A task of more than 1,024 words hangs the PC; the tail counts.
TEST(Check, TakesTasksOfAtMost1024Words) {
  for (const std::size_t count : {1023U, 1024U, 1025U}) {
    Example example = Example::copy();
    const std::uint64_t write = Command{0x1001, 0, 0x4014}.encode();
    example.words.insert(example.words.begin() + 1, count - example.words.size(), write);
    example.tasks[0].regcfg_amount = static_cast<std::uint32_t>(count - 4);
    EXPECT_EQ(example.message(),
              count <= 1024 ? "accepted" : "task 0: 1025 words with the tail, at most 1024 are possible");
  }
}

TEST(Check, TheLastTaskMayNameTheNextNodesTaskOrNone) {
  Example example = Example::copy().then(Example::copy());
  const hw::TaskRecord second = example.tasks[1];
  example.tasks.pop_back();
  EXPECT_EQ(example.message(), "accepted") << "the chain goes on, the submit does not";
  example.words[kTail + 1] = 0;
  EXPECT_EQ(example.message(), "accepted");
  example.words[kTail] = 0;
  EXPECT_EQ(example.message(), "accepted");
  example.words[kTail] = Command{0x0101, 0x9000, 0x10}.encode();
  EXPECT_EQ(example.message(),
            "task 0: word 69: 0x0101000090000010 leads to no task: bytes 0x9000 to 0x9000 begin in no buffer");
  example.words[kTail] = Command{0x0101, static_cast<std::uint32_t>(second.regcmd_addr) + 8, 0x10}.encode();
  EXPECT_EQ(example.message(), "task 0: word 69: 0x0101000102880010 is neither zero nor the address of a task");
  example.words[kTail] = 0;
  for (const std::uint32_t amount : {1023U, 1024U, 0xffffffffU}) {
    example.words[kTail + 1] = Command{0x0101, amount, 0x14}.encode();
    EXPECT_EQ(example.message() == "accepted", amount == 1023) << amount;
  }
}

TEST(Check, BuffersMustLieApartWhereDmaReaches) {
  Example example = Example::copy();
  example.buffers[0xfffffff8].resize(8);
  EXPECT_EQ(example.message(), "accepted");
  example.resize(0xfffffff8, 9);
  EXPECT_EQ(example.message(), "buffer 'element' at 0xfffffff8 with 9 bytes reaches beyond 0x100000000");
  example.buffers.erase(0xfffffff8);
  example.buffers[kFeatures + 248].resize(8);
  EXPECT_EQ(example.message(), "accepted");
  example.buffers[kFeatures + 247].resize(1);
  EXPECT_EQ(example.message(), "buffer 'element' at 0x200f7 overlaps the one before it, which ends at 0x200f8");
}

TEST(Check, AnyWordMayComeFromAnywhereInMemoryWithoutACrash) {
  Example example = Example::copy();
  for (const std::uint64_t far : {~std::uint64_t{0}, std::uint64_t{1} << 63, std::uint64_t{0x7ffffffffffffff0}}) {
    example.tasks[0].regcmd_addr = far;
    EXPECT_NE(example.message(), "accepted");
  }
  example.build().tasks[0].regcfg_amount = 0xffffffff;
  EXPECT_NE(example.message(), "accepted");
}

}  // namespace
}  // namespace mattock::test
