#include "device/device.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "device/support/copy_job.hpp"
#include "device/support/scripted_system.hpp"

namespace mattock {
namespace {

TEST(Device, OpensByNameAndSaysWhoAnswers) {
  EXPECT_EQ(Device::open("emulator")->name(), "emulator:rk3566");
  EXPECT_EQ(Device::open("emulator:rk3568")->chip().name, "rk3568");
  EXPECT_EQ(Device::open("emulator")->notice(), "");
}

TEST(Device, AutoSaysThatItEmulates) {
  ::unsetenv("MATTOCK_DEVICE");
  const auto pc = test::ScriptedSystem::pc();
  EXPECT_EQ(Device::open("auto", {.system = pc})->notice(),
            "no Rockchip board (no device tree): using the emulated rk3566");
}

TEST(Device, UnknownNamesAreRefusedWithThoseThatExist) {
  for (const char* name : {"", "gpu", "emulator:", "emulator:rk9999", "emulatorx", "rknpu:", "rknpu:rk9999"}) {
    const auto device = Device::open(name);
    ASSERT_FALSE(device) << name;
    EXPECT_EQ(device.error().code, Code::kDevice);
    EXPECT_EQ(device.error().hint,
              "devices: auto, rknpu, a path such as /dev/dri/card1, emulator, emulator:rk3566, emulator:rk3568");
  }
}

TEST(Device, BuffersAreWholePagesBelowTheDmaLimitAndHoldNaNs) {
  Device device = *Device::open("emulator");
  const auto small = device.allocate(1, "small");
  const auto large = device.allocate(kPageBytes + 1, "large");
  ASSERT_TRUE(small && large);
  EXPECT_EQ(small->bytes().size(), kPageBytes);
  EXPECT_EQ(large->bytes().size(), 2 * kPageBytes);
  EXPECT_EQ(small->address() % kPageBytes, 0u);
  EXPECT_NE(small->address(), 0u);
  EXPECT_LT(large->address() + large->bytes().size(), device.chip().dma_limit);
  EXPECT_TRUE(std::ranges::all_of(large->bytes(), [](std::byte b) { return b == std::byte{0xff}; }));
}

TEST(Device, BuffersDoNotTouchSoThatRunningOverAnEndIsSeen) {
  Device device = *Device::open("emulator");
  const auto first = device.allocate(kPageBytes, "first");
  const auto second = device.allocate(kPageBytes, "second");
  ASSERT_TRUE(first && second);
  EXPECT_GE(second->address(), first->address() + 2 * kPageBytes);
}

TEST(Device, MemoryIsGivenBackWhenItsBufferGoes) {
  Device device = *Device::open("emulator", {.memory_bytes = 4 * kPageBytes});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(device.allocate(4 * kPageBytes, "all of it")) << i;
  auto held = device.allocate(3 * kPageBytes, "most of it");
  ASSERT_TRUE(held);
  const auto refused = device.allocate(2 * kPageBytes, "the rest and more");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kDevice);
  EXPECT_EQ(
      refused.error().message,
      "buffer 'the rest and more' of 8192 bytes does not fit: 12288 of 16384 bytes of emulated memory are in use");
  *held = Buffer();
  EXPECT_TRUE(device.allocate(2 * kPageBytes, "the rest and more"));
}

TEST(Device, AGapBetweenBuffersIsUsedAgain) {
  Device device = *Device::open("emulator");
  auto first = device.allocate(kPageBytes, "first");
  const auto second = device.allocate(kPageBytes, "second");
  ASSERT_TRUE(first && second);
  const auto address = first->address();
  *first = Buffer();
  EXPECT_EQ(device.allocate(kPageBytes, "third")->address(), address);
}

TEST(Device, BuffersOutliveTheHandleTheyCameFrom) {
  Buffer buffer;
  {
    Device device = *Device::open("emulator");
    buffer = *device.allocate(10, "b");
  }
  buffer.bytes()[0] = std::byte{1};
  EXPECT_EQ(buffer.bytes()[0], std::byte{1});
}

TEST(Device, SizesThatNoAddressCanReachAreRefused) {
  Device device = *Device::open("emulator");
  EXPECT_FALSE(device.allocate(std::size_t{1} << 33, "huge"));
  EXPECT_FALSE(device.allocate(~std::size_t{0}, "all"));
}

TEST(Device, SyncOutsideTheBufferIsAFaultOfTheCaller) {
  Device device = *Device::open("emulator");
  const Buffer buffer = *device.allocate(kPageBytes, "b");
  EXPECT_TRUE(device.sync_to_device(buffer, 0, kPageBytes));
  EXPECT_EQ(device.sync_to_device(buffer, 1, kPageBytes).error().code, Code::kInternal);
  EXPECT_EQ(device.sync_from_device(buffer, ~std::size_t{0}, 2).error().code, Code::kInternal);
}

TEST(Device, ASubmitNeedsTasksThatAreInTheirBuffer) {
  Device device = *Device::open("emulator");
  const Buffer records = *device.allocate(kPageBytes, "records", BufferUse::kTaskRecords);
  for (const TaskRange range :
       {TaskRange{0, 0}, TaskRange{0, 4096}, TaskRange{102, 1}, TaskRange{~std::size_t{0}, 2}}) {
    const auto report = device.submit(records, range);
    ASSERT_FALSE(report) << range.first << " " << range.count;
    EXPECT_EQ(report.error().code, Code::kBadInput);
  }
}

struct Copy : test::CopyJob {
  explicit Copy(const DeviceOptions& options) : CopyJob(*Device::open("emulator", options)) {}
  /// Word 4 of the task writes the result's address.
  void move_result(std::uint64_t address) {
    store_le(commands.bytes(), 4 * 8, hw::Command{0x1001, static_cast<std::uint32_t>(address), 0x4020}.encode());
  }
};

TEST(DeviceCheck, AnUnchangedSubmitIsCheckedOnce) {
  Copy copy({});
  for (int run = 0; run < 4; ++run) EXPECT_TRUE(copy.submit());
  EXPECT_EQ(copy.device.checks(), 1u);
}

TEST(DeviceCheck, AChangedWordIsNoticedAndRefusedBeforeAnythingRuns) {
  Copy copy({});
  ASSERT_TRUE(copy.submit());
  // 240 bytes of the 248 fit.
  copy.move_result(copy.result.address() + kPageBytes - 240);
  const auto report = copy.submit();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kBadInput);
  EXPECT_NE(report.error().message.find("the result lies inside one buffer"), std::string::npos);
  EXPECT_EQ(copy.result.bytes()[kPageBytes - 240], std::byte{0xff}) << "nothing was written";
  copy.move_result(copy.result.address() + kPageBytes - 248);
  EXPECT_TRUE(copy.submit());
  EXPECT_EQ(copy.device.checks(), 3u);
}

TEST(DeviceCheck, ABufferThatGoesIsNoticed) {
  Copy copy({});
  ASSERT_TRUE(copy.submit());
  copy.source = Buffer();
  const auto report = copy.submit();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kBadInput);
}

TEST(DeviceCheck, CheckSaysWhatSubmitWouldRefuseAndRunsNothing) {
  Copy copy({});
  EXPECT_TRUE(copy.device.check(copy.records, {0, 1}));
  EXPECT_EQ(copy.result.bytes()[0], std::byte{0xff});
  EXPECT_EQ(copy.device.checks(), 1u);
  copy.move_result(0);
  EXPECT_FALSE(copy.device.check(copy.records, {0, 1}));
  EXPECT_EQ(copy.device.check(copy.records, {103, 1}).error().code, Code::kBadInput);
}

TEST(DeviceCheck, SkippedByTheUnsafeOptionAlone) {
  EXPECT_FALSE(DeviceOptions().unsafe_skip_check);
  Copy copy({.unsafe_skip_check = true});
  copy.move_result(copy.result.address() + kPageBytes - 240);
  const auto report = copy.submit();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kDevice) << "the emulator stops, after it has begun";
  EXPECT_EQ(copy.device.checks(), 0u);
  EXPECT_EQ(copy.device.check(copy.records, {0, 1}).error().code, Code::kBadInput) << "asked for, it still answers";
}

}  // namespace
}  // namespace mattock
