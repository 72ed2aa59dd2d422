// The system around the kernel: nodes, files, permissions, locks, descriptors, and faults on any call.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>

#include "fakekernel/support/stream.hpp"

namespace mattock::test {
namespace {

using namespace std::string_literals;
using device::kernel::FileKind;
using fakekernel::FakeSystem;
using fakekernel::Kernel;
using fakekernel::Machine;

std::shared_ptr<Kernel> kernel(const fakekernel::Options& options = {}) { return Kernel::create(options).value(); }

std::vector<std::string> list(FakeSystem& system, const std::string& folder) {
  std::vector<std::string> names;
  EXPECT_EQ(system.list(folder, names), 0) << folder;
  return names;
}

std::string read(FakeSystem& system, const std::string& path) {
  std::string text;
  EXPECT_EQ(system.read(path, text), 0) << path;
  return text;
}

std::string driver_of(FakeSystem& system, const std::string& path) {
  const int fd = system.open(path, 2);
  char name[16] = {};
  abi::DrmVersion version{.name_bytes = sizeof(name), .name = name};
  EXPECT_EQ(system.ioctl(fd, abi::kDrmVersion, &version), 0);
  EXPECT_EQ(system.close(fd), 0);
  return name;
}

TEST(System, HasTheNodesOfABoardWithADisplay) {
  const auto system = make_system(fakekernel::radxa_zero_3w(kernel()));
  EXPECT_EQ(list(*system, "/dev/dri"), (std::vector{"by-path"s, "card0"s, "card1"s, "renderD128"s, "renderD129"s}));
  EXPECT_EQ(driver_of(*system, "/dev/dri/by-path/platform-fde40000.npu-render"), "rknpu");
  EXPECT_EQ(list(*system, "/sys/class/drm"), (std::vector{"card0"s, "card1"s, "renderD128"s, "renderD129"s}));
  EXPECT_EQ(driver_of(*system, "/dev/dri/renderD128"), "rockchip");
  EXPECT_EQ(driver_of(*system, "/dev/dri/renderD129"), "rknpu");
  EXPECT_EQ(driver_of(*system, "/dev/dri/card1"), "rknpu");
  EXPECT_NE(read(*system, "/sys/class/drm/renderD129/device/uevent").find("DRIVER=RKNPU\n"), std::string::npos);
  EXPECT_EQ(system->open("/dev/rknpu", 2), -ENOENT);
  EXPECT_EQ(system->open("/dev/dri", 0), -EISDIR);
}

TEST(System, AnotherDriverKnowsVersionAlone) {
  const auto system = make_system(fakekernel::radxa_zero_3w(kernel()));
  const int fd = system->open("/dev/dri/renderD128", 2);
  abi::Action action{.code = 1};
  EXPECT_EQ(system->ioctl(fd, abi::drm_request(abi::Call::kAction, 8), &action), -EINVAL);
  EXPECT_EQ(system->ioctl(fd, abi::misc_request(abi::Call::kAction, 8), &action), -ENOTTY);
}

TEST(System, TellsWhatAnOpenFileIs) {
  Machine machine = fakekernel::radxa_zero_3w(kernel());
  machine.devices.push_back({.path = "/dev/accel/accel0", .major = 261, .other_driver = "rocket"});
  const auto system = make_system(machine);
  FileKind kind;
  EXPECT_EQ(system->kind(system->open("/dev/dri/renderD129", 2), kind), 0);
  EXPECT_TRUE(kind.character_device);
  EXPECT_EQ(kind.major, 226U);
  EXPECT_EQ(kind.minor, 129U);
  EXPECT_EQ(system->kind(system->open("/dev/accel/accel0", 2), kind), 0);
  EXPECT_EQ(kind.major, 261U);
  EXPECT_EQ(driver_of(*system, "/dev/accel/accel0"), "rocket");
  EXPECT_EQ(system->kind(system->open("/proc/meminfo", 0), kind), 0);
  EXPECT_FALSE(kind.character_device);
  EXPECT_EQ(system->kind(3, kind), -EBADF);
}

TEST(System, HasTheFilesThatTellAboutTheNpu) {
  const auto system = make_system(fakekernel::radxa_zero_3w(kernel()));
  EXPECT_EQ(read(*system, "/proc/device-tree/compatible"), "radxa,zero3\0rockchip,rk3566\0"s);
  EXPECT_EQ(list(*system, "/proc/device-tree/npu@fde40000"),
            (std::vector{"clock-names"s, "compatible"s, "interrupt-names"s, "interrupts"s, "iommus"s, "name"s, "reg"s,
                         "reset-names"s, "rknpu-supply"s, "status"s}));
  EXPECT_EQ(read(*system, "/proc/device-tree/npu@fde40000/status"), "okay\0"s);
  EXPECT_EQ(read(*system, "/proc/device-tree/npu@fde40000/compatible"), "rockchip,rk3568-rknpu\0rockchip,rknpu\0"s);
  EXPECT_EQ(read(*system, "/proc/device-tree/npu@fde40000/rknpu-supply").size(), 4U);
  EXPECT_EQ(read(*system, "/proc/device-tree/iommu@fde4b000/status"), "okay\0"s);
  EXPECT_EQ(read(*system, "/sys/class/devfreq/fde40000.npu/cur_freq"), "600000000\n");
  std::string text;
  EXPECT_EQ(system->read("/sys/kernel/debug/rknpu/version", text), -EACCES);
  EXPECT_EQ(system->read("/proc/device-tree", text), -EISDIR);
  EXPECT_EQ(system->read("/proc/nothing", text), -ENOENT);
  std::vector<std::string> names;
  EXPECT_EQ(system->list("/proc/nothing", names), -ENOENT);
  EXPECT_EQ(system->list("/proc/meminfo", names), -ENOTDIR);
}

TEST(System, ReadsAndListsThroughLinks) {
  Machine machine = fakekernel::radxa_zero_3w(kernel());
  machine.links["/a"] = "/b";
  machine.links["/b"] = "/a";
  const auto system = make_system(machine);
  const std::string clocks = read(*system, "/proc/device-tree/npu@fde40000/clock-names");
  EXPECT_EQ(clocks, "scmi_clk\0clk\0aclk\0hclk\0"s);
  EXPECT_EQ(read(*system, "/sys/firmware/devicetree/base/npu@fde40000/clock-names"), clocks);
  EXPECT_EQ(read(*system, "/sys/class/drm/card1/device/of_node/clock-names"), clocks);
  EXPECT_EQ(list(*system, "/sys/class/drm/card1/device/drm"), (std::vector{"card1"s, "renderD129"s}));
  EXPECT_EQ(list(*system, "/sys/bus/platform/devices"), (std::vector{"fde40000.npu"s, "rknpu_dev.8.auto"s}));
  EXPECT_EQ(list(*system, "/sys/bus/platform/devices/fde40000.npu/driver"), std::vector<std::string>{});
  std::string text;
  EXPECT_EQ(system->read("/a", text), -ELOOP);
  EXPECT_EQ(system->read("/sys/class/drm/card1/device", text), -EISDIR);
}

TEST(System, IsTheBoardOfItsChip) {
  const auto system = make_system(fakekernel::radxa_zero_3w(kernel({.chip = "rk3568"})));
  EXPECT_EQ(read(*system, "/proc/device-tree/compatible"), "radxa,rock3a\0rockchip,rk3568\0"s);
}

TEST(System, WithoutIommuOrSupplyTheDeviceTreeHasNone) {
  const auto system = make_system(fakekernel::radxa_zero_3w(kernel({.iommu = false, .supply = false})));
  const std::vector<std::string> names = list(*system, "/proc/device-tree/npu@fde40000");
  for (const char* absent : {"iommus", "rknpu-supply"}) EXPECT_EQ(std::ranges::count(names, absent), 0) << absent;
  EXPECT_EQ(std::ranges::count(names, "status"), 1);
  EXPECT_EQ(read(*system, "/proc/device-tree/iommu@fde4b000/status"), "disabled\0"s);
}

TEST(System, TheNpuCanBeSwitchedOffOrMissing) {
  Machine machine = fakekernel::radxa_zero_3w(kernel());
  fakekernel::switch_off(machine);
  const auto off = make_system(machine);
  EXPECT_EQ(read(*off, "/proc/device-tree/npu@fde40000/status"), "disabled\0"s);
  EXPECT_EQ(list(*off, "/dev/dri"), (std::vector{"card0"s, "renderD128"s}));
  EXPECT_EQ(list(*off, "/sys/class/drm"), (std::vector{"card0"s, "renderD128"s}));
  fakekernel::remove_npu(machine);
  std::vector<std::string> names;
  EXPECT_EQ(make_system(machine)->list("/proc/device-tree/npu@fde40000", names), -ENOENT);
}

TEST(System, NodesCanBeClosedToUs) {
  Machine machine = fakekernel::radxa_zero_3w(kernel());
  machine.errors["/dev/dri/renderD129"] = EACCES;
  const auto system = make_system(machine);
  EXPECT_EQ(system->open("/dev/dri/renderD129", 2), -EACCES);
  EXPECT_GE(system->open("/dev/dri/card1", 2), 0);
  machine.errors["/dev/dri"] = EACCES;
  std::vector<std::string> names;
  EXPECT_EQ(make_system(machine)->list("/dev/dri", names), -EACCES);
}

TEST(System, FilesAreMadeWhereAnybodyMay) {
  const auto system = make_system(fakekernel::radxa_zero_3w(kernel()));
  const std::string path = "/run/lock/a.lock";
  EXPECT_EQ(system->open(path, O_RDONLY), -ENOENT);
  EXPECT_GE(system->open(path, O_RDONLY | O_CREAT), 0);
  EXPECT_GE(system->open(path, O_RDONLY), 0);
  EXPECT_EQ(list(*system, "/run/lock"), std::vector{"a.lock"s});
  EXPECT_EQ(list(*system, "/dev/shm"), std::vector<std::string>{});
  EXPECT_EQ(system->open("/proc/made", O_RDONLY | O_CREAT), -EACCES);
  EXPECT_EQ(system->open("/nowhere/made", O_RDONLY | O_CREAT), -ENOENT);
  EXPECT_EQ(system->open("/run/lock", O_RDONLY), -EISDIR);
}

TEST(System, TwoKernelsStandSideBySide) {
  const auto first = kernel(), second = kernel({.version = {0, 8, 2}});
  Machine machine = fakekernel::radxa_zero_3w(first);
  add_kernel(machine, second, 2);
  const auto system = make_system(machine);
  const int fd = system->open("/dev/dri/renderD130", 2);
  abi::DrmVersion version;
  EXPECT_EQ(system->ioctl(fd, abi::kDrmVersion, &version), 0);
  EXPECT_EQ(version.minor, 8);
  EXPECT_EQ(first->held().files, 0U);
  EXPECT_EQ(second->held().files, 1U);
}

TEST(System, RunsOutOfDescriptors) {
  const auto system = make_system(fakekernel::radxa_zero_3w(kernel()), {.most_descriptors = 2});
  const int first = system->open("/dev/dri/card1", 2);
  EXPECT_GE(system->open("/proc/meminfo", 0), 0);
  EXPECT_EQ(system->open("/dev/dri/card1", 2), -EMFILE);
  EXPECT_EQ(system->close(first), 0);
  EXPECT_EQ(system->close(first), -EBADF);
  EXPECT_EQ(system->open("/dev/dri/card1", 2), first) << "the lowest free number";
}

TEST(System, UnmapsWhatWasMapped) {
  Process process;
  const MappedObject object = process.object(5000, 0);
  EXPECT_EQ(process.system().held().mappings, 1U);
  EXPECT_EQ(process.system().unmap(object.bytes.data(), 4096), -EINVAL);
  EXPECT_EQ(process.system().unmap(object.bytes.data() + 4096, 4096), -EINVAL);
  EXPECT_EQ(process.system().unmap(object.bytes.data(), 5000), 0) << "pages";
  EXPECT_EQ(process.system().unmap(object.bytes.data(), 8192), -EINVAL);
  EXPECT_EQ(process.system().held().mappings, 0U);
}

TEST(System, ALockIsOnesAtATime) {
  const auto system = make_system(fakekernel::radxa_zero_3w(kernel()));
  const int first = system->open("/dev/dri/card1", 2), second = system->open("/dev/dri/card1", 2);
  EXPECT_EQ(system->lock(first), 0);
  EXPECT_EQ(system->lock(first), 0) << "it has it";
  std::atomic<bool> has = false;
  std::thread other([&] {
    EXPECT_EQ(system->lock(second), 0);
    has = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_FALSE(has);
  EXPECT_EQ(system->close(first), 0) << "closing lets go";
  other.join();
  EXPECT_TRUE(has);
  EXPECT_EQ(system->unlock(second), 0);
  EXPECT_EQ(system->lock(first), -EBADF);
}

// One call of each kind; the results in order.
std::vector<int> all_calls(FakeSystem& system) {
  std::vector<int> results;
  std::vector<std::string> names;
  std::string text;
  FileKind kind;
  results.push_back(system.list("/dev/dri", names));
  results.push_back(system.read("/proc/meminfo", text));
  const int fd = system.open("/dev/dri/card1", 2);
  results.push_back(std::min(fd, 0));
  results.push_back(system.kind(fd, kind));
  abi::MemCreate create{.size = 4096};
  results.push_back(system.ioctl(fd, abi::drm_request(abi::Call::kMemCreate, sizeof(create)), &create));
  abi::MemMap map{.handle = create.handle};
  results.push_back(system.ioctl(fd, abi::drm_request(abi::Call::kMemMap, sizeof(map)), &map));
  void* at = nullptr;
  results.push_back(system.map(fd, map.offset, 4096, at));
  results.push_back(system.lock(fd));
  results.push_back(system.unlock(fd));
  results.push_back(system.unmap(at, 4096));
  results.push_back(system.close(fd));
  return results;
}

TEST(System, EveryCallCanFailOnce) {
  const auto clean = make_system(fakekernel::radxa_zero_3w(kernel()));
  EXPECT_EQ(all_calls(*clean), std::vector<int>(11, 0));
  ASSERT_EQ(clean->calls(), 11U);
  EXPECT_EQ(clean->history()[2], "open /dev/dri/card1");
  for (std::uint64_t call = 1; call <= clean->calls(); ++call)
    for (const int error : {EINTR, ENOMEM, EMFILE, EIO}) {
      const auto system = make_system(fakekernel::radxa_zero_3w(kernel()), {.faults = {{call, error}}});
      EXPECT_EQ(all_calls(*system)[call - 1], -error) << system->history()[call - 1];
    }
}

TEST(System, ACloseThatFailsHasClosedAndAnUnmapHasNot) {
  const auto shared = kernel();
  const auto system = make_system(fakekernel::radxa_zero_3w(shared), {.faults = {{10, ENOMEM}, {11, EIO}}});
  EXPECT_EQ(all_calls(*system)[10], -EIO);
  EXPECT_EQ(system->held(), (fakekernel::Held{.files = 0, .objects = 0, .mappings = 1, .descriptors = 0}));
}

TEST(System, GivesBackWhatWasLeftOpen) {
  const auto shared = kernel();
  {
    const auto system = make_system(fakekernel::radxa_zero_3w(shared));
    const int fd = system->open("/dev/dri/card1", 2);
    abi::MemCreate create{.size = 4096};
    ASSERT_EQ(system->ioctl(fd, abi::drm_request(abi::Call::kMemCreate, sizeof(create)), &create), 0);
    abi::DrmPrime prime{.handle = create.handle};
    ASSERT_EQ(system->ioctl(fd, abi::kDrmHandleToFd, &prime), 0);
    EXPECT_EQ(shared->held().descriptors, 1U);
  }
  EXPECT_EQ(shared->held(), fakekernel::Held{});
}

}  // namespace
}  // namespace mattock::test
