#include "doctor/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace mattock::doctor {
namespace {

enum class Maker { kRadxa, kXunlong, kHardkernel, kOther };

struct MakerRow {
  std::string_view prefix;
  Maker maker;
};
constexpr auto kMakers = std::to_array<MakerRow>({
    {"radxa,", Maker::kRadxa},
    {"xunlong,", Maker::kXunlong},
    {"hardkernel,", Maker::kHardkernel},
});

Maker maker_of(const Facts& facts) {
  for (const std::string& name : facts.board.compatible)
    for (const MakerRow& row : kMakers)
      if (name.starts_with(row.prefix)) return row.maker;
  return Maker::kOther;
}

const std::string kReboot = "sudo reboot", kAgain = "mattock doctor";
constexpr std::string_view kOverlay =
    "status = \"okay\" for rknpu, rknpu_mmu and bus_npu, and rknpu-supply if the board's file has none";

}  // namespace

Remedy switch_on(const Facts& facts) {
  if (facts.armbian)
    return {fmt::format("write an overlay npu.dts that sets {}, and add it", kOverlay),
            {"sudo armbian-add-overlay npu.dts", kReboot, kAgain}};
  if (facts.dietpi)
    return {
        fmt::format("compile an overlay that sets {}, and name it in user_overlays of /boot/dietpiEnv.txt", kOverlay),
        {"sudo cp npu.dtbo /boot/overlay-user/", kReboot, kAgain}};
  switch (maker_of(facts)) {
    case Maker::kRadxa:
      return {
          "in rsetup: Overlays, Manage overlays, tick \"Enable NPU\" (and clear \"Disable NPU\"); if it is missing, "
          "System, System Update first",
          {"sudo rsetup", kReboot, kAgain}};
    case Maker::kXunlong:
      return {"this maker's images have the NPU on: look for an overlay or a device tree that switches it off",
              {"grep -n overlays /boot/orangepiEnv.txt", kReboot, kAgain}};
    default: return {fmt::format("load a device tree overlay that sets {}", kOverlay), {kReboot, kAgain}};
  }
}

Remedy other_kernel(const Facts& facts) {
  if (facts.armbian)
    return {"mainline kernels have no NPU for this chip; install Armbian's vendor kernel, then switch the NPU on",
            {"sudo apt install linux-image-vendor-rk35xx linux-dtb-vendor-rk35xx", kReboot, kAgain}};
  switch (maker_of(facts)) {
    case Maker::kRadxa:
      return {
          "mainline kernels have no NPU for this chip; Radxa OS has a kernel that does. If this image had one, an "
          "upgrade has replaced it: install the old kernel again and hold it",
          {"apt list --installed 'linux-image-*'", "sudo apt-mark hold linux-image-$(uname -r)"}};
    case Maker::kXunlong: return {"mainline kernels have no NPU for this chip; use Orange Pi's own image", {}};
    case Maker::kHardkernel:
      return {
          "mainline kernels have no NPU for this chip; use the maker's vendor kernel, or build the driver by DKMS "
          "with a device tree of its own (rk3568-npu-ODROID-M1)",
          {}};
    default:
      return {
          "mainline kernels have no NPU for this chip; use the vendor's kernel of this board, or build the driver by "
          "DKMS (rknpu-module) with a device tree overlay",
          {}};
  }
}

Remedy bind_driver(const Facts& facts) {
  if (facts.configured && !*facts.configured)
    return {"this kernel was built without CONFIG_ROCKCHIP_RKNPU: install the vendor's kernel of this board",
            other_kernel(facts).commands};
  return {"load the driver; if it is loaded, the kernel's log says why it refused",
          {"sudo modprobe rknpu", "sudo dmesg | grep -i npu", "sudo cat /sys/kernel/debug/devices_deferred"}};
}

Remedy open_to_user(const Facts& facts, const NodeFile& node) {
  constexpr unsigned kGroupMay = 0060;
  if (facts.container)
    return {"pass the device and its group into the container",
            {fmt::format("docker run --device {} --group-add {} ...", node.path, node.kind.group)}};
  if ((node.kind.mode & kGroupMay) != kGroupMay || node.kind.group == 0)
    return {fmt::format("only root may open {}: let group render in, join it, and log in again", node.path),
            {R"(echo 'KERNEL=="rknpu", MODE="0660", GROUP="render"' | sudo tee /etc/udev/rules.d/60-rknpu.rules)",
             "sudo udevadm control --reload && sudo udevadm trigger", "sudo usermod -aG render $USER"}};
  return {fmt::format("join its group, {}, and log in again", node.group),
          {fmt::format("sudo usermod -aG {} $USER", node.group)}};
}

Remedy more_memory(const Facts& facts) {
  if (facts.has_mmu && facts.mmu_status != "okay")
    return {"switch rknpu_mmu on in the device tree, or give the kernel contiguous memory", switch_on(facts).commands};
  return {"give the kernel contiguous memory: add cma=128M to its command line", {kReboot, kAgain}};
}

Remedy memory_below_4_gib(const Facts& facts) {
  if (facts.armbian)
    return {
        "Armbian 6.18.9 and later keep the NPU's page tables below 4 GiB; with older kernels add mem=3840M to "
        "extraargs in /boot/armbianEnv.txt",
        {"sudo apt update && sudo apt upgrade", kReboot}};
  return {"if submits time out with no task done: add mem=3840M to the kernel's command line", {}};
}

}  // namespace mattock::doctor
