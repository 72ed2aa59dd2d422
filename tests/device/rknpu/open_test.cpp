// Which node is found, which chip it is, and what is said when there is none.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>

#include "device/support/scripted_system.hpp"

namespace mattock::test {
namespace {

using System = std::shared_ptr<ScriptedSystem>;

Result<Device> open(const System& system, std::string_view name = "rknpu") {
  return Device::open(name, {.system = system});
}
std::string error(const System& system, std::string_view name = "rknpu") {
  const auto device = open(system, name);
  return device ? "opened " + device->name() : to_string(device.error());
}
std::vector<std::string> opens(const System& system) {
  std::vector<std::string> paths;
  for (const ScriptedCall& call : system->calls)
    if (call.name.starts_with("open /dev/") && !call.name.ends_with(".lock")) paths.push_back(call.name.substr(5));
  return paths;
}
std::string property(std::initializer_list<std::string> strings) {
  std::string text;
  for (const std::string& string : strings) text += string + '\0';
  return text;
}

/// MATTOCK_DEVICE while it lives; empty: as if nobody had set it.
class Variable {
 public:
  explicit Variable(const char* value) { ::setenv("MATTOCK_DEVICE", value, 1); }
  ~Variable() { ::unsetenv("MATTOCK_DEVICE"); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
};

TEST(RknpuOpen, RenderNodesComeFirstAndNoNumberIsAssumed) {
  const auto system = ScriptedSystem::board();
  const auto device = open(system);
  ASSERT_TRUE(device) << error(system);
  EXPECT_EQ(device->name(), "rknpu:rk3566");
  EXPECT_EQ(device->notice(), "");
  EXPECT_EQ(device->chip().name, "rk3566");
  EXPECT_EQ(opens(system), (std::vector<std::string>{"/dev/dri/renderD128", "/dev/dri/renderD129"}));
}

TEST(RknpuOpen, ThenCardsThenAccelThenTheMiscNode) {
  const auto system = ScriptedSystem::board();
  system->nodes["/dev/dri/renderD129"].driver = "lima";
  EXPECT_TRUE(open(system));
  EXPECT_EQ(opens(system).back(), "/dev/dri/card1");

  system->nodes["/dev/dri/card1"].driver = "lima";
  system->nodes["/dev/accel/accel0"] = {.major = kernel::kAccelMajor, .driver = "rocket", .version = {0, 0, 0}};
  system->nodes["/dev/rknpu"] = {.major = kernel::kMiscMajor};
  system->calls.clear();
  EXPECT_TRUE(open(system));
  EXPECT_EQ(opens(system), (std::vector<std::string>{"/dev/dri/renderD128", "/dev/dri/renderD129", "/dev/dri/card0",
                                                     "/dev/dri/card1", "/dev/accel/accel0", "/dev/rknpu"}));
}

TEST(RknpuOpen, APathIsTakenAsItIs) {
  const auto system = ScriptedSystem::board();
  const auto device = open(system, "/dev/dri/card1");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->name(), "/dev/dri/card1");
  EXPECT_EQ(device->kind(), "rknpu");
  EXPECT_EQ(opens(system), (std::vector<std::string>{"/dev/dri/card1"}));
  EXPECT_EQ(error(system, "/dev/dri/card0"), "/dev/dri/card0: driver 'panfrost' is not that of an NPU");
  EXPECT_EQ(error(system, "/dev/nothing"),
            "/dev/nothing: cannot be opened: ENOENT (does not exist); mattock devices lists what is here");
  system->nodes["/dev/ttyS0"] = {.major = 4};
  EXPECT_NE(error(system, "/dev/ttyS0").find("its major number is 4, not 226 (DRM), 261 (accel) or 10 (misc)"),
            std::string::npos);
  system->nodes["/dev/file"] = {.major = 0};
  EXPECT_NE(error(system, "/dev/file").find("is not a device"), std::string::npos);
}

TEST(RknpuOpen, ALinkToADrmNodeIsTakenForWhatItIsAndToldOf) {
  const auto system = ScriptedSystem::board();
  system->nodes = {{"/dev/rknpu", {}}};
  const auto device = open(system);
  ASSERT_TRUE(device);
  EXPECT_EQ(device->notice(), "/dev/rknpu leads to a DRM node: remove the link, it misleads the vendor's programs");
  EXPECT_EQ(system->count_requests(0xc0086440), 3u) << "the numbers of the DRM build";
}

TEST(RknpuOpen, TheMainlineDriverIsRecognisedAndRefused) {
  const auto system = ScriptedSystem::board();
  system->nodes = {{"/dev/accel/accel0", {.major = kernel::kAccelMajor, .driver = "rocket", .version = {0, 0, 0}}}};
  EXPECT_EQ(error(system),
            "/dev/accel/accel0: the mainline driver rocket cannot drive an RK356x: the length of command lists it "
            "programs is fixed to the RK3588's");
  for (const ScriptedCall& call : system->calls)
    EXPECT_TRUE(call.request == 0 || call.request == kernel::kDrmVersion) << "another call would make a buffer";
}

TEST(RknpuOpen, OldDriversAreRefused) {
  const auto system = ScriptedSystem::board();
  for (auto& [path, node] : system->nodes)
    if (node.driver == "rknpu") node.version[1] = 6;
  EXPECT_EQ(error(system),
            "/dev/dri/renderD129: driver rknpu 0.6.8 is older than 0.7.0, the oldest that Mattock knows; update the "
            "board's kernel");
  EXPECT_NE(error(ScriptedSystem::misc_board(402)).find("driver rknpu 0.4.2 is older"), std::string::npos);
}

TEST(RknpuOpen, WithoutPermissionTheGroupIsTheWayOut) {
  const auto system = ScriptedSystem::board();
  for (auto& [path, node] : system->nodes) node.open_error = EACCES;
  system->files["/sys/class/drm/renderD129/device/uevent"] = "DRIVER=RKNPU\nOF_NAME=npu\n";
  const std::string text = error(system);
  EXPECT_TRUE(
      text.starts_with("/dev/dri/renderD129: cannot be opened: EACCES (permission denied); add yourself to "
                       "its group, usually render or video"))
      << text;
  system->files.erase("/sys/class/drm/renderD129/device/uevent");
  EXPECT_TRUE(error(system).starts_with("/dev/dri/renderD128: cannot be opened: EACCES")) << "whichever it is";
}

TEST(RknpuOpen, WithoutANodeTheDeviceTreeSaysWhy) {
  const auto system = ScriptedSystem::board();
  system->nodes.clear();
  EXPECT_NE(error(system).find("no driver shows a node for it; kernel without CONFIG_ROCKCHIP_RKNPU"),
            std::string::npos);
  system->files["/proc/device-tree/npu@fde40000/status"] = property({"disabled"});
  EXPECT_TRUE(error(system).starts_with("the NPU is switched off in the device tree; Radxa: sudo rsetup"));
  system->files.erase("/proc/device-tree/npu@fde40000/status");
  system->files.erase("/proc/device-tree/npu@fde40000/compatible");
  EXPECT_TRUE(error(system).starts_with("this kernel's device tree has no NPU; mainline kernels have none"));
  system->files["/proc/device-tree/compatible"] = property({"raspberrypi,4-model-b", "brcm,bcm2711"});
  EXPECT_EQ(error(system), "no chip with an NPU (the device tree says raspberrypi,4-model-b, brcm,bcm2711)");
  system->files["/proc/device-tree/compatible"] = property({"radxa,rock-5b", "rockchip,rk3588"});
  EXPECT_EQ(error(system), "this is an rk3588, whose NPU Mattock does not drive; it drives rk3566, rk3568");
  EXPECT_EQ(error(ScriptedSystem::pc()), "no Rockchip board (no device tree)");
}

TEST(RknpuChip, ComesFromTheBoardsNameInTheDeviceTree) {
  const auto system = ScriptedSystem::board();
  const auto chip = [&](std::initializer_list<std::string> names) {
    system->files["/proc/device-tree/compatible"] = property(names);
    const auto device = open(system);
    return device ? std::string(device->chip().name) + device->notice() : to_string(device.error());
  };
  EXPECT_EQ(chip({"hardkernel,rk3568-odroid-m1", "rockchip,rk3568"}), "rk3568");
  EXPECT_EQ(chip({"xunlong,orangepi-3b", "rockchip,rk3566"}), "rk3566");
  EXPECT_EQ(chip({"radxa,cm3j", "rockchip,rk3568j"}), "rk3568");
  EXPECT_EQ(chip({"rockchip,rk3566-evb2-lp4x-v10", "rockchip,rk3566"}), "rk3566");
  EXPECT_EQ(chip({"somebody,board"}), "rk3568") << "by the NPU's node";
  EXPECT_EQ(chip({"somebody,board", "rockchip,rk3588"}),
            "rk3568the device tree calls the board rk3588 and its NPU rk3568: taken for an rk3568");
}

TEST(RknpuChip, OfAnotherKindIsRefused) {
  const auto system = ScriptedSystem::board();
  system->files["/proc/device-tree/compatible"] = property({"radxa,rock-5b", "rockchip,rk3588"});
  system->files["/proc/device-tree/npu@fde40000/compatible"] = property({"rockchip,rk3588-rknpu"});
  EXPECT_EQ(error(system),
            "/dev/dri/renderD129: this is an rk3588, whose NPU Mattock does not drive; it drives rk3566, rk3568");
  EXPECT_EQ(system->count_requests(0xc0086440), 0u) << "nothing was powered";
}

TEST(RknpuChip, WithoutADeviceTreeItMustBeSaid) {
  const auto system = ScriptedSystem::board();
  system->file_errors["/proc/device-tree/compatible"] = EACCES;
  EXPECT_NE(error(system).find("/proc/device-tree/compatible cannot be read: EACCES (permission denied); say it, such "
                               "as --device rknpu:rk3566"),
            std::string::npos);
  const auto device = open(system, "rknpu:rk3568");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->name(), "rknpu:rk3568");
  EXPECT_EQ(device->notice(), "");
}

TEST(RknpuChip, SaidAgainstTheTreeIsTakenAndToldOf) {
  const auto device = open(ScriptedSystem::board(), "rknpu:rk3568");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->chip().name, "rk3568");
  EXPECT_EQ(device->notice(), "taken for the rk3568 that was asked for; the device tree says rk3566");
}

TEST(RknpuChip, IsCrossCheckedWithTheHardwareVersion) {
  const auto system = ScriptedSystem::board();
  for (const std::uint32_t harmless : {0u, 1u, 0x12345678u}) {
    system->hw_version = harmless;
    EXPECT_TRUE(open(system)) << harmless;
  }
  system->hw_version = 0x46495245;
  EXPECT_NE(
      error(system).find("the device tree says rk3566, the NPU's hardware version 0x46495245 is that of an RK3588"),
      std::string::npos);
  // A dead bus reads as ones; from 0.8 on the driver adds 16 more of them.
  for (const std::uint32_t ones : {0xffffffffU, 0xfffeU}) {
    system->hw_version = ones;
    EXPECT_NE(error(system).find("all ones: it has no power or no clock"), std::string::npos);
  }
}

TEST(DeviceAuto, IsTheNpuIfItAnswers) {
  const Variable none("");
  const auto device = open(ScriptedSystem::board(), "auto");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->name(), "rknpu:rk3566");
  EXPECT_EQ(device->notice(), "");
}

TEST(DeviceAuto, IsElseTheEmulatorWithOneLine) {
  const Variable none("");
  const auto pc = open(ScriptedSystem::pc(), "auto");
  ASSERT_TRUE(pc);
  EXPECT_EQ(pc->name(), "emulator:rk3566");
  EXPECT_EQ(pc->notice(), "no Rockchip board (no device tree): using the emulated rk3566");
  const auto system = ScriptedSystem::board();
  system->hw_version = 0xffffffff;
  const auto unpowered = open(system, "auto");
  ASSERT_TRUE(unpowered);
  EXPECT_TRUE(unpowered->notice().ends_with(": using the emulated rk3566"));
  EXPECT_EQ(unpowered->notice().find('\n'), std::string::npos);
  EXPECT_TRUE(system->holds_nothing());
}

TEST(DeviceAuto, IsWhatTheEnvironmentSays) {
  const auto system = ScriptedSystem::board();
  {
    const Variable variable("emulator:rk3568");
    EXPECT_EQ(open(system, "auto")->name(), "emulator:rk3568");
    EXPECT_EQ(open(system, "auto")->notice(), "") << "it was asked for";
    EXPECT_EQ(open(system, "rknpu")->name(), "rknpu:rk3566") << "a name stands above it";
  }
  const Variable variable("gpu");
  EXPECT_TRUE(error(system, "auto").starts_with("MATTOCK_DEVICE: no device 'gpu'; devices: auto, rknpu"));
}

TEST(DeviceSurvey, ListsWhatCanBeUsedAndWhyNotTheRest) {
  const auto system = ScriptedSystem::board();
  const auto all = Device::survey({.system = system});
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all[0].path, "/dev/dri/renderD128");
  EXPECT_EQ(all[0].why_not, "driver 'panfrost' is not that of an NPU");
  EXPECT_EQ(all[1].name, "rknpu:rk3566");
  EXPECT_EQ(all[1].path, "/dev/dri/renderD129");
  EXPECT_EQ(all[1].driver, "rknpu 0.9.8");
  EXPECT_EQ(all[1].chip, "rk3566");
  EXPECT_EQ(all[3].name, "/dev/dri/card1");
  EXPECT_EQ(system->count_requests(0xc0086440), 0u) << "looking powers nothing";
  EXPECT_TRUE(system->holds_nothing());

  const auto usable = Device::list({.system = system});
  ASSERT_EQ(usable.size(), 4u);
  EXPECT_EQ(usable[0].name, "rknpu:rk3566");
  EXPECT_EQ(usable[3].name, "emulator:rk3568");
}

TEST(DeviceSurvey, WithoutANodeSaysWhyThereIsNone) {
  const auto all = Device::survey({.system = ScriptedSystem::pc()});
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[0].name, "rknpu");
  EXPECT_EQ(all[0].why_not, "no Rockchip board (no device tree)");
  EXPECT_EQ(all[1].why_not, "driver 'i915' is not that of an NPU");
}

}  // namespace
}  // namespace mattock::test
