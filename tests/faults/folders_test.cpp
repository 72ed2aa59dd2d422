// Where nothing of the machine can be looked at, the error says that, not that there is no NPU.
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

}  // namespace
}  // namespace mattock::test
