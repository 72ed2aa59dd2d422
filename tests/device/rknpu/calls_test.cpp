// What reaches the kernel, to the byte. Expected numbers and layouts are those of the interface's tables, written out.
#include <gtest/gtest.h>

#include <cerrno>

#include "base/bytes.hpp"
#include "device/support/copy_job.hpp"
#include "device/support/scripted_system.hpp"
#include "support/allocations.hpp"

namespace mattock::test {
namespace {

constexpr std::uint32_t kAction = 0xc0086440, kSubmit = 0xc0686441, kCreate = 0xc0306442, kMap = 0xc0106443,
                        kDestroy = 0xc0106444, kSync = 0xc0206445;
constexpr std::uint32_t kMiscAction = 0xc0087200, kMiscSubmit = 0xc0687201, kMiscCreateA = 0xc0207202,
                        kMiscCreateB = 0xc0287202, kMiscCreateC = 0xc0307202, kMiscDestroy = 0xc0107204,
                        kMiscSync = 0xc0207205;

/// Bytes of a structure, put together field by field.
class Bytes {
 public:
  Bytes& u32(std::uint32_t value) { return put(value); }
  Bytes& u64(std::uint64_t value) { return put(value); }
  Bytes& zeros(std::size_t count) {
    bytes_.resize(bytes_.size() + count);
    return *this;
  }
  friend bool operator==(const std::vector<std::byte>& bytes, const Bytes& other) { return bytes == other.bytes_; }

 private:
  template <class T>
  Bytes& put(T value) {
    bytes_.resize(bytes_.size() + sizeof(T));
    store_le(std::span(bytes_), bytes_.size() - sizeof(T), value);
    return *this;
  }
  std::vector<std::byte> bytes_;
};

Device opened(const std::shared_ptr<ScriptedSystem>& system) { return *Device::open("rknpu", {.system = system}); }

std::shared_ptr<ScriptedSystem> board_with(int minor, int patch) {
  auto system = ScriptedSystem::board();
  system->drv_version = static_cast<std::uint32_t>(minor * 100 + patch);
  for (const char* path : {"/dev/dri/renderD129", "/dev/dri/card1"}) {
    system->nodes[path].version[1] = minor;
    system->nodes[path].version[2] = patch;
  }
  return system;
}

TEST(RknpuCalls, NumbersAreThoseOfTheTableOn64BitAnd32BitSystems) {
  using kernel::Call;
  EXPECT_EQ(kernel::drm_request(Call::kAction, 8), kAction);
  EXPECT_EQ(kernel::drm_request(Call::kSubmit, sizeof(kernel::Submit)), kSubmit);
  EXPECT_EQ(kernel::drm_request(Call::kMemCreate, kernel::kMemCreateBytesC), kCreate);
  EXPECT_EQ(kernel::misc_request(Call::kMemCreate, kernel::kMemCreateBytesA), kMiscCreateA);
  EXPECT_EQ(kernel::misc_request(Call::kMemSync, sizeof(kernel::MemSync)), kMiscSync);
  EXPECT_EQ(kernel::kDrmVersion, sizeof(void*) == 8 ? 0xc0406400 : 0xc0246400);
}

struct Flags {
  int minor, patch;
  std::uint32_t iommu, data, records;
};

class RknpuMemoryFlags : public testing::TestWithParam<Flags> {};

TEST_P(RknpuMemoryFlags, GoWithVersionAndIommuInOneZeroedLayout) {
  const Flags& flags = GetParam();
  const auto system = board_with(flags.minor, flags.patch);
  system->iommu = flags.iommu;
  Device device = opened(system);
  const auto data = device.allocate(5000, "data");
  ASSERT_TRUE(data) << to_string(data.error());
  EXPECT_EQ(system->last(kCreate), Bytes().u32(0).u32(flags.data).u64(8192).zeros(32));
  const auto records = device.allocate(40, "records", BufferUse::kTaskRecords);
  ASSERT_TRUE(records);
  EXPECT_EQ(system->last(kCreate), Bytes().u32(0).u32(flags.records).u64(4096).zeros(32));
}

INSTANTIATE_TEST_SUITE_P(Versions, RknpuMemoryFlags,
                         testing::Values(Flags{9, 8, 1, 0x403, 0x40b}, Flags{9, 7, 1, 0x403, 0x40b},
                                         Flags{9, 6, 1, 0x3, 0xb}, Flags{8, 8, 1, 0x3, 0xb}, Flags{7, 2, 1, 0x3, 0xb},
                                         Flags{9, 8, 0, 0x2, 0xa}, Flags{8, 2, 0, 0x2, 0xa}));

TEST(RknpuCalls, MemoryIsMadeMappedSyncedAndGivenBackByHandle) {
  const auto system = ScriptedSystem::board();
  Device device = opened(system);
  std::uint64_t address = 0;
  {
    const Buffer buffer = *device.allocate(4096, "first");
    address = buffer.address();
    EXPECT_EQ(address, 0xffff'f000) << "the last page of 32 bits";
    EXPECT_EQ(system->last(kMap), Bytes().u32(1).zeros(12));
    EXPECT_EQ(system->last(kSync), Bytes().u32(1).u32(0).u64(0xffff'ff80'1234'0100).u64(0).u64(4096));
    ASSERT_TRUE(device.sync_to_device(buffer, 64, 100));
    EXPECT_EQ(system->last(kSync), Bytes().u32(1).u32(0).u64(0xffff'ff80'1234'0100).u64(64).u64(100));
    ASSERT_TRUE(device.sync_from_device(buffer, 0, 8));
    EXPECT_EQ(system->last(kSync), Bytes().u32(2).u32(0).u64(0xffff'ff80'1234'0100).u64(0).u64(8));
    const std::size_t before = system->calls.size();
    ASSERT_TRUE(device.sync_to_device(buffer, 4096, 0));
    EXPECT_EQ(system->calls.size(), before) << "nothing to sync is no call";
  }
  EXPECT_EQ(system->last(kDestroy), Bytes().u32(1).zeros(12));
  EXPECT_EQ(system->objects + system->mappings, 0u);
}

TEST(RknpuCalls, ASubmitIsWhatTheVendorsRuntimeSends) {
  for (const int minor : {7, 8, 9}) {
    const auto system = board_with(minor, 2);
    CopyJob job(opened(system));
    const auto report = job.submit();
    ASSERT_TRUE(report) << to_string(report.error());
    EXPECT_TRUE(report->tasks.empty());
    // flags, timeout, first, number, counter, priority, records, domain, reserved, base, elapsed, cores, fence,
    // subcores
    EXPECT_EQ(system->last(kSubmit), Bytes()
                                         .u32(5)
                                         .u32(6000)
                                         .u32(0)
                                         .u32(1)
                                         .u32(0)
                                         .u32(0)
                                         .u64(0xffff'ff80'1234'0400)
                                         .zeros(24)
                                         .u32(0)
                                         .u32(0xffff'ffff)
                                         .zeros(40))
        << "0." << minor;
  }
}

TEST(RknpuCalls, ARepeatedRunIsOneSubmitBetweenTakingTheTurnAndGivingItBack) {
  const auto system = ScriptedSystem::board();
  CopyJob job(opened(system));
  ASSERT_TRUE(job.submit());
  system->calls.clear();
  SubmitReport report;
  ASSERT_TRUE(job.device.submit(job.records, {0, 1}, report));
  ASSERT_EQ(system->calls.size(), 3u);
  EXPECT_EQ(system->calls[0].name, "lock");
  EXPECT_EQ(system->calls[1].request, kSubmit);
  EXPECT_EQ(system->calls[2].name, "unlock");
}

TEST(RknpuCalls, ARepeatedRunAllocatesNothing) {
  const auto system = ScriptedSystem::board();
  CopyJob job(opened(system));
  SubmitReport report;
  ASSERT_TRUE(job.device.submit(job.records, {0, 1}, report));
  system->records_calls = false;
  EXPECT_EQ(allocations_during([&] {
              EXPECT_TRUE(job.device.sync_to_device(job.source, 0, 64));
              EXPECT_TRUE(job.device.submit(job.records, {0, 1}, report));
              EXPECT_TRUE(job.device.sync_from_device(job.result, 0, 64));
            }),
            0u);
}

TEST(RknpuCalls, StatusThatTheKernelWroteIsNoChangeOfTheJob) {
  const auto system = ScriptedSystem::board();
  std::uint32_t status = 0x100;
  system->on_submit = [&](kernel::Submit& submit, std::byte* records) {
    store_le(std::span(records, 40), 20, status);
    status ^= 0x300;  // the other register group the next time
    submit.task_counter = submit.task_number;
    return 0;
  };
  CopyJob job(opened(system));
  for (int run = 0; run < 4; ++run) ASSERT_TRUE(job.submit());
  EXPECT_EQ(job.device.checks(), 1u);
}

TEST(RknpuCalls, DriversWhoseWaitHearsSignalsAreCalledWithoutThem) {
  for (const int minor : {7, 8, 9}) {
    const auto system = board_with(minor, 2);
    CopyJob job(opened(system));
    ASSERT_TRUE(job.submit());
    EXPECT_EQ(system->count("hold signals"), minor < 9 ? 1u : 0u);
    EXPECT_EQ(system->count("release signals"), minor < 9 ? 1u : 0u);
  }
}

TEST(RknpuCalls, PowerIsCountedWhereTheDriverCountsIt) {
  for (const int minor : {7, 8, 9}) {
    const auto system = board_with(minor, 2);
    {
      const Device device = opened(system);
      EXPECT_EQ(system->powered, minor < 9 ? 1u : 0u);
    }
    EXPECT_TRUE(system->holds_nothing());
  }
}

struct Misc {
  std::uint32_t version, create;
};

class RknpuMisc : public testing::TestWithParam<Misc> {};

TEST_P(RknpuMisc, HasItsOwnNumbersSizesAndDescriptors) {
  const auto [version, create] = GetParam();
  const auto system = ScriptedSystem::misc_board(version);
  {
    CopyJob job(opened(system));
    EXPECT_EQ(system->last(create).size(), create >> 16 & 0x3fff);
    const auto made = system->last(create);
    EXPECT_EQ(load_le<std::uint32_t>(made, 4), 0xau) << "no scattered pages here";
    EXPECT_EQ(system->count_requests(kernel::misc_request(kernel::Call::kMemMap, 16)), 0u);
    EXPECT_EQ(system->open_files, 2u + 4u) << "the node, the lock, and one of each buffer";
    ASSERT_TRUE(job.device.sync_to_device(job.records, 0, 40));
    EXPECT_EQ(system->last(kMiscSync), Bytes().u32(1).u32(0).u64(0xffff'ff80'1234'0400).u64(0).u64(40));
    ASSERT_TRUE(job.submit());
    EXPECT_EQ(system->count_requests(kMiscSubmit), 1u);
  }
  EXPECT_EQ(load_le<std::uint64_t>(system->last(kMiscDestroy), 8) >> 32, 0xffff'ff80u);
  EXPECT_TRUE(system->holds_nothing());
}

INSTANTIATE_TEST_SUITE_P(Versions, RknpuMisc,
                         testing::Values(Misc{702, kMiscCreateA}, Misc{808, kMiscCreateB}, Misc{900, kMiscCreateC},
                                         Misc{908, kMiscCreateC}));

TEST(RknpuCalls, OpeningAsksForTheNameThenVersionHardwareAndIommu) {
  const auto system = ScriptedSystem::board();
  const Device device = opened(system);
  std::vector<std::uint32_t> asked;
  for (const ScriptedCall& call : system->calls)
    if (call.request == kAction) asked.push_back(load_le<std::uint32_t>(call.argument));
  EXPECT_EQ(asked, (std::vector<std::uint32_t>{1, 0, 18})) << "never 4, the voltage: it can crash a kernel";
}

TEST(RknpuCalls, AMiscNodeIsNeverAskedForItsName) {
  const auto system = ScriptedSystem::misc_board(908);
  const Device device = opened(system);
  EXPECT_EQ(system->count_requests(kernel::kDrmVersion), 0u);
  EXPECT_EQ(system->count_requests(kMiscAction), 3u);
}

}  // namespace
}  // namespace mattock::test
