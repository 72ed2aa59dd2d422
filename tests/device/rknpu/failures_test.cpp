// Every call of the kernel fails once: what was taken is given back, and the sentence says the way out.
#include <gtest/gtest.h>

#include <cerrno>

#include "base/bytes.hpp"
#include "device/support/copy_job.hpp"
#include "device/support/scripted_system.hpp"

namespace mattock::test {
namespace {

using System = std::shared_ptr<ScriptedSystem>;

/// Opens, allocates two buffers, syncs; the first error or none.
Result<void> use(const System& system) {
  auto device = Device::open("rknpu", {.system = system});
  if (!device) return propagate(device);
  const auto data = device->allocate(8192, "data");
  if (!data) return propagate(data);
  const auto records = device->allocate(40, "records", BufferUse::kTaskRecords);
  if (!records) return propagate(records);
  if (const auto synced = device->sync_to_device(*data, 0, 64); !synced) return synced;
  return device->sync_from_device(*data, 0, 64);
}

TEST(RknpuFailures, NothingIsHeldWhicheverCallFails) {
  for (const auto& fresh : {ScriptedSystem::board, +[] { return ScriptedSystem::misc_board(808); },
                            +[] { return ScriptedSystem::misc_board(908); }}) {
    std::uint64_t failures = 0;
    for (std::uint64_t call = 1; call < 60; ++call) {
      const auto system = fresh();
      system->fail_call = call;
      system->fail_error = ENOMEM;
      const auto used = use(system);
      EXPECT_TRUE(system->holds_nothing()) << call;
      if (!used) {
        ++failures;
        EXPECT_EQ(used.error().code, Code::kDevice) << to_string(used.error());
        EXPECT_FALSE(used.error().hint.empty()) << to_string(used.error());
        EXPECT_EQ(to_string(used.error()).find('\n'), std::string::npos);
      }
    }
    EXPECT_GE(failures, 10u);
  }
}

TEST(RknpuFailures, ASignalBetweenIsNoFailureOfAnythingButASubmit) {
  for (std::uint64_t call = 1; call < 60; ++call) {
    const auto system = ScriptedSystem::board();
    system->fail_call = call;
    system->fail_error = EINTR;
    const auto used = use(system);
    EXPECT_TRUE(used) << call << ": " << to_string(used.error());
    EXPECT_TRUE(system->holds_nothing());
  }
  const auto system = ScriptedSystem::board();
  CopyJob job(*Device::open("rknpu", {.system = system}));
  for (const int error : {EINTR, 512}) {
    int submits = 0;
    system->on_submit = [&](kernel::Submit&, std::byte*) {
      ++submits;
      return -error;
    };
    const auto report = job.submit();
    ASSERT_FALSE(report);
    EXPECT_EQ(
        to_string(report.error()),
        "a submit of 1 tasks: EINTR (interrupted by a signal); the NPU may still be at it: open the device again");
    EXPECT_EQ(submits, 1) << "what may still run must not run twice";
    EXPECT_EQ(system->locks, 0u);
  }
}

TEST(RknpuFailures, MemoryBeyondTheReachOfTheNpuIsRefusedAndGivenBack) {
  for (const std::uint64_t end : {(std::uint64_t{1} << 32) + 4096, std::uint64_t{1} << 40}) {
    const auto system = ScriptedSystem::board();
    system->next_end = end;
    Device device = *Device::open("rknpu", {.system = system});
    const auto buffer = device.allocate(8192, "weights");
    ASSERT_FALSE(buffer);
    EXPECT_EQ(buffer.error().code, Code::kDevice);
    EXPECT_NE(buffer.error().message.find("beyond 0x100000000 where the NPU's reach ends"), std::string::npos);
    EXPECT_EQ(system->objects, 0u);
  }
}

TEST(RknpuFailures, SentencesNameTheCallAndTheWayOut) {
  const auto failing = [](std::uint32_t request, int error) {
    const auto system = ScriptedSystem::board();
    system->fail_request = request;
    system->fail_error = error;
    return to_string(use(system).error());
  };
  EXPECT_EQ(failing(0xc0086440, ENOTTY),
            "/dev/dri/renderD129: the driver does not say its version: ENOTTY (not a call of this device); the node "
            "speaks another interface; if it is a link, remove it and name what it points to");
  EXPECT_NE(failing(0xc0086440, EIO).find("may lack power or clock"), std::string::npos);
  for (const int error : {ENOMEM, EINVAL, EFAULT})
    EXPECT_NE(failing(0xc0306442, error).find("cma=128M"), std::string::npos);
  EXPECT_TRUE(failing(0xc0306442, EMFILE)
                  .starts_with("buffer 'data' of 8192 bytes: EMFILE (too many open files in this process); raise"));
  EXPECT_TRUE(
      failing(0xc0206445, 95).starts_with("caches of buffer 'data': errno 95; look at the last lines of dmesg"));
}

TEST(RknpuFailures, ChildrenOfAForkLeaveTheParentsMemoryAlone) {
  const auto system = ScriptedSystem::board();
  {
    CopyJob job(*Device::open("rknpu", {.system = system}));
    system->process_id = 2;
    const auto report = job.submit();
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().message.find("opened by the process that this one was forked from"), std::string::npos);
    EXPECT_FALSE(job.device.allocate(1, "more"));
    EXPECT_FALSE(job.device.sync_to_device(job.source, 0, 1));
  }
  EXPECT_EQ(system->objects, 4u);
  EXPECT_EQ(system->mappings + system->open_files, 0u) << "these are the child's own";
}

TEST(RknpuFailures, BuffersOfAnotherDeviceAreAFaultOfTheCaller) {
  Device first = *Device::open("rknpu", {.system = ScriptedSystem::board()});
  Device second = *Device::open("rknpu", {.system = ScriptedSystem::board()});
  const Buffer buffer = *first.allocate(1, "of the first");
  EXPECT_EQ(second.sync_to_device(buffer, 0, 1).error().code, Code::kInternal);
  Device emulator = *Device::open("emulator");
  EXPECT_EQ(first.sync_to_device(*emulator.allocate(1, "plain"), 0, 1).error().code, Code::kInternal);
}

TEST(RknpuFailures, TaskRecordsNeedABufferMadeForThem) {
  for (const char* name : {"rknpu", "emulator"}) {
    CopyJob job(*Device::open(name, {.system = ScriptedSystem::board()}));
    const auto report = job.device.submit(job.commands, {0, 1});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().message, "a submit of tasks in buffer 'commands', which was not made for task records");
  }
}

TEST(RknpuFailures, TheLockMovesWhereItCanBeMade) {
  const auto system = ScriptedSystem::board();
  system->file_errors["/run/lock/mattock-rknpu.lock"] = EACCES;
  EXPECT_TRUE(Device::open("rknpu", {.system = system}));
  system->file_errors["/dev/shm/mattock-rknpu.lock"] = EROFS;
  const auto device = Device::open("rknpu", {.system = system});
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().message,
            "no lock file could be opened, /run/lock/mattock-rknpu.lock and /dev/shm/mattock-rknpu.lock: EROFS "
            "(read-only file system)");
}

/// A submit that the driver gives up on with this counter and status.
struct Stuck {
  std::uint32_t done, status;
  std::string text;
};

class RknpuTimeout : public testing::TestWithParam<Stuck> {};

TEST_P(RknpuTimeout, SaysTheTaskTheStatusAndWhatItMeans) {
  const auto system = ScriptedSystem::board();
  CopyJob job(*Device::open("rknpu", {.system = system}));
  store_le(job.records.bytes(), 4, std::uint32_t{7});  // op_index
  system->on_submit = [&](kernel::Submit& submit, std::byte* records) {
    submit.task_counter = GetParam().done;
    store_le(std::span(records, 40), 20, GetParam().status);
    return -ETIMEDOUT;
  };
  SubmitReport report;
  const auto done = job.device.submit(job.records, {0, 1}, report);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kDevice);
  EXPECT_EQ(done.error().message,
            "task 0 of 1 (operator 7) did not end within 6000 ms: interrupt status " + GetParam().text);
  EXPECT_FALSE(done.error().hint.empty());
  EXPECT_EQ(report.stopped_at, 0u);
  EXPECT_EQ(system->locks, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Statuses, RknpuTimeout,
    testing::Values(Stuck{0, 0, "0x0, no interrupt came and no task ended: the NPU fetched nothing"},
                    Stuck{0, 0x1000, "0x1000, DMA could not read"}, Stuck{0, 0x2040, "0x2040, DMA could not write"},
                    Stuck{0, 0x3000, "0x3000, DMA could not read and write"},
                    Stuck{0, 0x41, "0x41, interrupts came from CNA features, CORE, waited for was DPU"},
                    // A status that ends a job is one of the run before.
                    Stuck{0, 0x100, "0x0, no interrupt came and no task ended: the NPU fetched nothing"}));

TEST(RknpuTimeouts, GrowWithTheNumberOfTasks) {
  const auto system = ScriptedSystem::board();
  Device device = *Device::open("rknpu", {.unsafe_skip_check = true, .system = system});
  const Buffer records = *device.allocate(4095 * 40, "records", BufferUse::kTaskRecords);
  const auto timeout = [&](std::size_t tasks) {
    EXPECT_TRUE(device.submit(records, {0, tasks}));
    return load_le<std::uint32_t>(system->last(0xc0686441), 4);
  };
  EXPECT_EQ(timeout(1), 6000u);
  EXPECT_EQ(timeout(600), 6000u);
  EXPECT_EQ(timeout(4095), 40950u);
}

}  // namespace
}  // namespace mattock::test
