// What opening says where the machine cannot be looked at: that, and not that there is no NPU, no IOMMU, no lock.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "fakekernel/system.hpp"
#include "faults/jobs.hpp"

namespace mattock::test {
namespace {

fakekernel::Machine machine() { return fakekernel::radxa_zero_3w(fakekernel::Kernel::create({}).value()); }

std::string error_of(fakekernel::Machine machine) {
  const auto device = open_npu(make_system(std::move(machine)));
  EXPECT_FALSE(device);
  return device ? std::string() : to_string(device.error());
}

TEST(ClosedFolders, AreNoBoardsWithoutAnNpu) {
  fakekernel::Machine closed = machine();
  closed.errors["/dev/dri"] = EMFILE;
  EXPECT_EQ(error_of(closed),
            "/dev/dri: cannot be listed: EMFILE (too many open files in this process); raise the limit of open files: "
            "ulimit -n");
  closed.errors["/dev/dri"] = ENOMEM;
  EXPECT_NE(error_of(closed).find("/dev/dri: cannot be listed: ENOMEM (out of memory)"), std::string::npos);
}

TEST(ClosedFolders, AreListedAmongTheDevices) {
  fakekernel::Machine closed = machine();
  closed.errors["/dev/dri"] = EACCES;
  const auto entries = Device::survey({.system = make_system(closed)});
  const auto folder = std::ranges::find(entries, "/dev/dri", &DeviceEntry::path);
  ASSERT_NE(folder, entries.end());
  EXPECT_TRUE(folder->why_not.starts_with("cannot be listed: EACCES (permission denied)")) << folder->why_not;
}

TEST(ClosedFolders, OfTheDeviceTreeLeaveOpenWhetherThereIsAnNpu) {
  fakekernel::Machine closed = machine();
  fakekernel::switch_off(closed);
  closed.errors["/proc/device-tree/npu@fde40000/compatible"] = ENFILE;
  EXPECT_EQ(error_of(closed),
            "whether /proc/device-tree has an NPU cannot be told: ENFILE (too many open files on this machine)");
}

TEST(ClosedFolders, ThatAreNotThereAreNoErrors) {
  fakekernel::Machine bare = machine();
  fakekernel::switch_off(bare);
  EXPECT_TRUE(error_of(bare).starts_with("the NPU is switched off in the device tree")) << error_of(bare);
}

// The lock of others is in the first folder: to take one in the second would exclude nobody.
TEST(ClosedLock, OfThisProcessAloneIsAnError) {
  for (const int error : {EMFILE, ENFILE, ENOMEM, EIO, ENOSPC}) {
    fakekernel::Machine closed = machine();
    closed.errors["/run/lock/mattock-rknpu.lock"] = error;
    EXPECT_NE(error_of(closed).find("no lock file could be opened, /run/lock/mattock-rknpu.lock: E"),
              std::string::npos);
  }
  for (const int error : {EACCES, EROFS, ELOOP}) {
    fakekernel::Machine closed = machine();
    closed.errors["/run/lock/mattock-rknpu.lock"] = error;
    EXPECT_TRUE(open_npu(make_system(closed))) << "nobody can open it: all take the other";
  }
}

TEST(Questions, ThatMeetAnErrorAreNotAnswered) {
  const auto calm = make_system(machine());
  ASSERT_TRUE(open_npu(calm));
  const std::vector<std::string> calls = calm->history();
  int questions = 0;
  for (std::size_t call = 0; call < calls.size(); ++call) {
    if (calls[call] != "ioctl 0xc0086440") continue;
    ++questions;
    const auto device = open_npu(make_system(machine(), {.faults = {{call + 1, EIO}}}));
    ASSERT_FALSE(device) << "question " << questions;
    EXPECT_NE(to_string(device.error()).find("EIO (input or output failed)"), std::string::npos);
  }
  EXPECT_EQ(questions, 3) << "the driver's version, the hardware's, the IOMMU";
}

}  // namespace
}  // namespace mattock::test
