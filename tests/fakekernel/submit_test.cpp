// SUBMIT, row by row of the driver's checks (kernel.md 2.5), and what it writes to the NPU (2.6).
#include "fakekernel/support/submit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mattock::test {
namespace {

using fakekernel::Fault;
using fakekernel::RegisterWrite;

TEST_F(Submit, Row1NoTasks) {
  start();
  arguments_.task_number = 0;
  arguments_.task_token = 0;
  EXPECT_EQ(submit(), -EINVAL);
  EXPECT_TRUE(at_once());
  EXPECT_EQ(arguments_.core_mask, 0U) << "not yet written";
}

TEST_F(Submit, Row2ACoreThatIsNotThere) {
  start();
  arguments_.core_mask = 2;
  EXPECT_EQ(submit(), -EINVAL);
  EXPECT_TRUE(at_once());
}

TEST_F(Submit, Row3NoMemory) {
  start({.faults = {{.kind = Fault::Kind::kErrno, .error = ENOMEM, .submit = 1}}});
  EXPECT_EQ(submit(), -ENOMEM);
  EXPECT_EQ(submit(), 0) << "once";
}

TEST_F(Submit, Row4Fences) {
  start();
  for (const std::uint32_t fence : {abi::kFenceIn, abi::kFenceOut}) {
    arguments_.flags = abi::kPc | fence;
    EXPECT_EQ(submit(), -EINVAL);
    EXPECT_TRUE(at_once());
    EXPECT_EQ(arguments_.core_mask, 0U);
  }
}

TEST_F(Submit, Row5ChoosesACoreAndSaysSo) {
  start();
  EXPECT_EQ(submit(), 0);
  EXPECT_EQ(arguments_.core_mask, 1U);
}

TEST_F(Submit, Row6ADomainThatCannotBeSelected) {
  start();
  arguments_.timeout = 1000;
  arguments_.domain = 16;
  EXPECT_EQ(submit(), -EINVAL);
  EXPECT_TRUE(within(3000, 3200)) << "three timeouts";
  arguments_.flags = 0;
  EXPECT_EQ(submit(), -EINVAL);
  EXPECT_TRUE(within(0, 200));

  start({.iommu = false});
  arguments_.domain = 1;
  EXPECT_EQ(submit(), -EINVAL);
}

TEST_F(Submit, Row6OldVersionsReadNoDomain) {
  start({.version = {0, 8, 2}});
  arguments_.domain = 0xffffffff;
  arguments_.reserved = 0xffffffff;
  EXPECT_EQ(submit(), 0);
}

TEST_F(Submit, Row7WithoutThePc) {
  start();
  arguments_.flags = 0;
  EXPECT_EQ(submit(), -EINVAL);
  EXPECT_TRUE(within(100, 110));
  EXPECT_EQ(arguments_.core_mask, 1U);
}

TEST_F(Submit, Row8WithoutTasks) {
  start();
  arguments_.timeout = 1000;
  arguments_.task_token = 0;
  EXPECT_EQ(submit(), -EINVAL);
  EXPECT_TRUE(within(1000, 1200));
  EXPECT_TRUE(logged(*process_, "job commit failed"));
}

TEST_F(Submit, CrashesOnATokenThatIsNone) {
  start();
  arguments_.task_token += 8;
  EXPECT_THROW(submit(), KernelCrash);
  arguments_.task_token &= 0xffffffff;
  EXPECT_THROW(submit(), KernelCrash);
}

TEST_F(Submit, CrashesOnTasksWithoutAKernelMapping) {
  start();
  arguments_.task_token = stream_->words().token;
  EXPECT_THROW(submit(), KernelCrash);
}

TEST_F(Submit, CrashesOnTasksBehindTheirObject) {
  start();
  arguments_.task_start = 102;  // a page holds 102 records
  EXPECT_THROW(submit(), KernelCrash);
  arguments_.task_start = 0xffffffff;
  EXPECT_THROW(submit(), KernelCrash);
  arguments_.task_start = 1;
  arguments_.task_number = 0xffffffff;
  EXPECT_THROW(submit(), KernelCrash);
}

TEST_F(Submit, Row9SubcoresAreIgnored) {
  start();
  arguments_.subcores[0] = {.task_start = 99, .task_number = 99};
  EXPECT_EQ(submit(), 0);
  EXPECT_EQ(arguments_.task_counter, 1U);
}

TEST_F(Submit, Row10Done) {
  start({}, kSixTasks);
  EXPECT_EQ(submit(), 0);
  EXPECT_EQ(arguments_.task_counter, 6U);
  EXPECT_GT(arguments_.elapsed, 0);
  EXPECT_LT(arguments_.elapsed, 100 * static_cast<std::int64_t>(kMillisecond));
  EXPECT_GE(waited_, static_cast<std::uint64_t>(arguments_.elapsed));
  EXPECT_EQ(stream_->int_status(5), 0x200U) << "the DPU's second group: unfolded";
  for (std::size_t task = 0; task < 5; ++task) EXPECT_EQ(stream_->int_status(task), 0U);
}

TEST_F(Submit, Row10OneTaskEndsInTheFirstGroup) {
  start();
  EXPECT_EQ(submit(), 0);
  EXPECT_EQ(stream_->int_status(0), 0x100U);
}

TEST_F(Submit, Row10OldVersionsTellNoTime) {
  start({.version = {0, 8, 2}});
  arguments_.elapsed = 1234;
  EXPECT_EQ(submit(), 0);
  EXPECT_EQ(arguments_.elapsed, 1234) << "user_data there";
}

TEST_F(Submit, BeginsWhereItIsTold) {
  start({}, kSixTasks);
  arguments_.task_start = 3;  // the second tile of rows: it loads its features anew
  arguments_.task_number = 3;
  EXPECT_EQ(submit(), 0);
  EXPECT_EQ(arguments_.task_counter, 3U);
  EXPECT_EQ(stream_->int_status(5), 0x100U);
}

TEST_F(Submit, Row11NotDoneInTime) {
  const auto fault = [&](Fault::Kind kind) {
    start({.faults = {{.kind = kind, .submit = 1}}});
    arguments_.timeout = 500;
    EXPECT_EQ(submit(), -ETIMEDOUT);
    EXPECT_TRUE(within(700, 710)) << "the timeout, 100 ms to abort, 100 ms to reset";
    EXPECT_EQ(arguments_.task_counter, 0U);
    for (const char* line :
         {"failed to wait job, task counter: 0, flags: 0x5, ret = 0, elapsed time: 500000us", "job timeout, flags: 0x5",
          "core 0 irq status: ", "require mask: 0x300", "soft reset, num: 1"})
      EXPECT_TRUE(logged(*process_, line)) << line;
    const std::uint32_t status = stream_->int_status(0);
    EXPECT_EQ(submit(), 0) << "the next one works again";
    return status;
  };
  EXPECT_EQ(fault(Fault::Kind::kTimeout), 0U) << "no interrupt came";
  EXPECT_EQ(fault(Fault::Kind::kNoPower), 0U);
  EXPECT_EQ(fault(Fault::Kind::kDmaError), 0x1000U);
  EXPECT_TRUE(logged(*process_, "invalid irq status"));
  EXPECT_NE(fault(Fault::Kind::kBadStatus), 0U);
  EXPECT_TRUE(logged(*process_, "invalid irq status"));
}

TEST_F(Submit, Row11NoTimeAtAll) {
  start();
  arguments_.timeout = 0;
  EXPECT_EQ(submit(), -ETIMEDOUT);
}

TEST_F(Submit, Row12SomebodyElseResets) {
  start({.faults = {{.kind = Fault::Kind::kReset, .submit = 2}}});
  EXPECT_EQ(submit(), 0);
  EXPECT_EQ(submit(), -EINVAL);
  EXPECT_EQ(submit(), 0);
}

TEST_F(Submit, AnAddressThatReadsNoMemoryIsADmaError) {
  start();
  set_record<std::uint64_t>(kAddress, 0x1000);
  EXPECT_EQ(submit(), -ETIMEDOUT);
  EXPECT_EQ(stream_->int_status(0), 0x1000U);
  EXPECT_EQ(arguments_.task_counter, 0U);
}

TEST_F(Submit, AnAddressThatWritesNoMemoryIsADmaError) {
  start({}, kSixTasks);
  for (std::size_t w = 0; w < 113; ++w) {  // the third task's result
    const std::size_t at = stream_->task(2).record.regcmd_addr - stream_->task(0).record.regcmd_addr + w * 8;
    hw::Command command = hw::Command::decode(load_le<std::uint64_t>(stream_->words().bytes, at));
    if (command.target != 0x1001 || command.offset != 0x4020) continue;
    command.value = 0x1000;
    store_le(stream_->words().bytes, at, command.encode());
  }
  EXPECT_EQ(submit(), -ETIMEDOUT);
  EXPECT_EQ(stream_->int_status(5), 0x2000U);
  EXPECT_EQ(arguments_.task_counter, 2U) << "two were done";
}

TEST_F(Submit, AMaskThatIsNoWholePairNeverFits) {
  start();
  set_record<std::uint32_t>(kIntMask, 0x100);
  EXPECT_EQ(submit(), -ETIMEDOUT);
  EXPECT_EQ(stream_->int_status(0), 0x100U);
  EXPECT_TRUE(logged(*process_, "invalid irq status: 0x100, raw status:"));
}

TEST_F(Submit, AMaskOfABlockThatDoesNotRunNeverFits) {
  start();
  set_record<std::uint32_t>(kIntMask, 0xc00);
  EXPECT_EQ(submit(), -ETIMEDOUT);
  EXPECT_EQ(stream_->int_status(0), 0U) << "the PPU raises nothing, and nothing else is let through";
  set_record<std::uint32_t>(kIntMask, 0xf00);
  EXPECT_EQ(submit(), -ETIMEDOUT);
  EXPECT_EQ(stream_->int_status(0), 0x100U);
}

TEST_F(Submit, MasksOfOtherBlocksOfTheTaskFitToo) {
  start();
  for (const std::uint32_t mask : {0x3U, 0xcU, 0x30U, 0xc0U, 0x3ffU}) {
    set_record<std::uint32_t>(kIntMask, mask);
    EXPECT_EQ(submit(), 0) << mask;
  }
}

TEST_F(Submit, MoreTasksThanTheChainHasNeverEnd) {
  start();
  std::ranges::copy(stream_->records().bytes.first(40), stream_->records().bytes.begin() + 40);
  arguments_.task_number = 2;
  EXPECT_EQ(submit(), -ETIMEDOUT);
  EXPECT_EQ(arguments_.task_counter, 1U);
}

TEST_F(Submit, NineRegistersAreWritten) {
  start({}, kSixTasks);
  EXPECT_EQ(submit(), 0);
  const auto record = hw::TaskRecord::load(stream_->records().bytes);
  const std::vector<RegisterWrite> writes = process_->kernel().register_writes();
  const std::vector<RegisterWrite> expected{{0x10, 1},
                                            {0x10, static_cast<std::uint32_t>(record.regcmd_addr)},
                                            {0x14, record.regcfg_amount + 3},
                                            {0x20, 0x300},
                                            {0x24, 0x300},
                                            {0x30, 0x7006},
                                            {0x34, 0},
                                            {0x08, 1},
                                            {0x08, 0}};
  ASSERT_EQ(writes.size(), 10U);
  EXPECT_EQ(std::vector(writes.begin(), writes.begin() + 9), expected);
  EXPECT_EQ(writes.back(), (RegisterWrite{0x24, 0x1ffff})) << "the interrupt is cleared";
}

TEST_F(Submit, MasksComeFromTheLastAndTheFirstTask) {
  start({}, kSixTasks);
  set_record<std::uint32_t>(kIntMask, 0xc, 0);
  arguments_.flags = abi::kPc;
  EXPECT_EQ(submit(), 0);
  const auto writes = process_->kernel().register_writes();
  EXPECT_EQ(writes[3], (RegisterWrite{0x20, 0x300}));
  EXPECT_EQ(writes[4], (RegisterWrite{0x24, 0xc}));
  EXPECT_EQ(writes[5], (RegisterWrite{0x30, 0x6006})) << "without ping-pong";
}

TEST_F(Submit, AnAmountThatWrapsNeverEnds) {
  start();
  for (const std::uint32_t amount : {0xffffffffU, 0xfffffffcU, 0x10000U, 0U}) {
    set_record<std::uint32_t>(kAmount, amount);
    EXPECT_EQ(submit(), -ETIMEDOUT) << amount;
  }
}

TEST_F(Submit, ADmaBaseIsNotModelled) {
  start();
  arguments_.task_base_address = 0x1000;
  EXPECT_EQ(submit(), -ETIMEDOUT);
  EXPECT_TRUE(logged(*process_, "DMA base of 0x1000 is not modelled"));
  EXPECT_EQ(process_->kernel().register_writes()[6], (RegisterWrite{0x34, 0x1000}));
}

TEST_F(Submit, NobodyReadsThePriority) {
  start();
  for (const std::int32_t priority : {-1, 0, 1, 0x7fffffff}) {
    arguments_.priority = priority;
    EXPECT_EQ(submit(), 0);
    EXPECT_EQ(arguments_.priority, priority);
  }
}

TEST_F(Submit, TheTraceSeesArgumentsAndMemory) {
  start();
  std::size_t objects = 0;
  abi::Submit seen;
  process_->kernel().set_trace([&](std::span<const std::byte> bytes, auto views) {
    ASSERT_EQ(bytes.size(), sizeof(seen));
    std::memcpy(static_cast<void*>(&seen), bytes.data(), sizeof(seen));
    objects = views.size();
    EXPECT_EQ(views[0].bytes.size() % 4096, 0U);
  });
  EXPECT_EQ(submit(), 0);
  EXPECT_EQ(objects, process_->kernel().held().objects);
  EXPECT_EQ(seen.task_token, stream_->records().token);
}

class LongSubmit : public Submit {
 protected:
  // The only task names itself as the next one.
  void start_loop(std::uint32_t tasks) {
    start();
    const MappedObject records = process_->object(tasks * 40, abi::kCacheable | abi::kKernelMapping);
    for (std::uint32_t t = 0; t < tasks; ++t)
      std::ranges::copy(stream_->records().bytes.first(40), records.bytes.begin() + t * 40);
    const std::size_t words = stream_->task(0).record.regcfg_amount;
    const auto address = static_cast<std::uint32_t>(stream_->words().address);
    const auto amount = static_cast<std::uint32_t>(words + 3);
    store_le(stream_->words().bytes, words * 8, hw::Command{0x0101, address, 0x10}.encode());
    store_le(stream_->words().bytes, (words + 1) * 8, hw::Command{0x0101, amount, 0x14}.encode());
    arguments_.task_token = records.token;
    arguments_.task_number = tasks;
  }
};

// A chain of more tasks than the counter holds is started again where it stopped.
TEST_F(LongSubmit, MoreThan4095TasksRunInParts) {
  start_loop(4097);
  EXPECT_EQ(submit(), 0);
  EXPECT_EQ(arguments_.task_counter, 4097U);
  const auto writes = process_->kernel().register_writes();
  ASSERT_EQ(writes.size(), 20U) << "nine and the interrupt, twice";
  EXPECT_EQ(writes[5], (RegisterWrite{0x30, 0x7fff}));
  EXPECT_EQ(writes[15], (RegisterWrite{0x30, 0x7002}));
}

TEST_F(LongSubmit, AJobThatTakesTooLongTellsHowFarItCame) {
  start_loop(4000);  // 8 us a task and more
  arguments_.timeout = 10;
  EXPECT_EQ(submit(), -ETIMEDOUT);
  EXPECT_GT(arguments_.task_counter, 0U);
  EXPECT_LE(arguments_.task_counter, 1250U);
  EXPECT_TRUE(within(210, 211));
  arguments_.timeout = 6000;
  EXPECT_EQ(submit(), 0);
}

}  // namespace
}  // namespace mattock::test
