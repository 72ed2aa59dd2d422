#include "emulate/tree.hpp"

#include <fmt/format.h>

#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>

#include "emulate/protocol.h"

namespace mattock::emulate {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

constexpr std::string_view kDevice = "/sys/devices/platform/fde40000.npu";
constexpr std::string_view kTree = "/sys/firmware/devicetree/base";

// Numbers in a device tree are big-endian.
std::string cells(std::initializer_list<std::uint32_t> values) {
  std::string result;
  for (const std::uint32_t value : values)
    for (const int shift : {24, 16, 8, 0}) result += static_cast<char>(value >> shift);
  return result;
}

struct Board {
  std::string_view model;
  std::string compatible;  // strings ended by zeros, the most specific one first
};

Board board_of(std::string_view chip) {
  if (chip == "rk3568") return {"Radxa ROCK 3A", "radxa,rock3a\0rockchip,rk3568\0"s};
  return {"Radxa ZERO 3", "radxa,zero3w\0radxa,zero3\0rockchip,rk3566\0"s};
}

class Writer {
 public:
  explicit Writer(const fs::path& folder) : top_(folder.string()) {}

  void folder(const std::string& path) {
    std::error_code error;
    fs::create_directories(top_ + path, error);
    if (error) failed(path, error.message());
  }
  void file(const std::string& path, std::string_view content) {
    folder(fs::path(path).parent_path().string());
    std::ofstream out(top_ + path, std::ios::binary);
    out << content;
    if (!out.flush()) failed(path, "cannot be written");
  }
  /// A link from one place of the tree to another, relative, as sysfs has them.
  void link(const std::string& path, const std::string& target) {
    folder(fs::path(path).parent_path().string());
    std::error_code error;
    fs::create_symlink(fs::path(target).lexically_relative(fs::path(path).parent_path()), top_ + path, error);
    if (error) failed(path, error.message());
  }
  Result<void> result() const {
    if (first_problem_.empty()) return {};
    return fail(Code::kInternal, first_problem_);
  }

 private:
  void failed(const std::string& path, const std::string& why) {
    if (first_problem_.empty()) first_problem_ = fmt::format("{}{}: {}", top_, path, why);
  }
  std::string top_, first_problem_;
};

void write_device_tree(Writer& out, const fakekernel::Options& kernel) {
  const Board board = board_of(kernel.chip);
  const std::string top(kTree), npu = top + "/npu@fde40000";
  out.link("/proc/device-tree", top);
  out.file(top + "/model", std::string(board.model) + '\0');
  out.file(top + "/compatible", board.compatible);
  out.file(npu + "/name", "npu\0"s);
  out.file(npu + "/compatible", "rockchip,rk3568-rknpu\0rockchip,rknpu\0"s);
  out.file(npu + "/status", "okay\0"s);
  out.file(npu + "/reg", cells({0, 0xfde40000, 0, 0x10000}));
  out.file(npu + "/interrupts", cells({0, 151, 4}));
  out.file(npu + "/interrupt-names", "npu_irq\0"s);
  out.file(npu + "/clock-names", "scmi_clk\0clk\0aclk\0hclk\0"s);
  out.file(npu + "/reset-names", "srst_a\0srst_h\0"s);
  if (kernel.supply) out.file(npu + "/rknpu-supply", cells({1}));
  if (kernel.iommu) out.file(npu + "/iommus", cells({2}));
  const std::string iommu = top + "/iommu@fde4b000", bus = top + "/bus-npu";
  out.file(iommu + "/compatible", "rockchip,iommu-v2\0"s);
  out.file(iommu + "/reg", cells({0, 0xfde4b000, 0, 0x40}));
  out.file(iommu + "/status", kernel.iommu ? "okay\0"s : "disabled\0"s);
  out.file(bus + "/status", "okay\0"s);
}

// A DRM node in /sys/class/drm and /sys/dev/char.
void write_drm_node(Writer& out, const std::string& name, unsigned minor) {
  const std::string folder = fmt::format("{}/drm/{}", kDevice, name), number = fmt::format("226:{}", minor);
  out.file(folder + "/dev", number + "\n");
  out.file(folder + "/uevent", fmt::format("MAJOR=226\nMINOR={}\nDEVNAME=dri/{}\nDEVTYPE=drm_minor\n", minor, name));
  out.link(folder + "/device", std::string(kDevice));
  out.link(folder + "/subsystem", "/sys/class/drm");
  out.link("/sys/class/drm/" + name, folder);
  out.link("/sys/dev/char/" + number, folder);
}

void write_sysfs(Writer& out, const fakekernel::Options& kernel) {
  const std::string device(kDevice);
  out.file(device + "/uevent",
           "DRIVER=RKNPU\nOF_NAME=npu\nOF_FULLNAME=/npu@fde40000\nOF_COMPATIBLE_0=rockchip,rk3568-rknpu\n"
           "OF_COMPATIBLE_1=rockchip,rknpu\nOF_COMPATIBLE_N=2\nMODALIAS=of:NnpuT(null)Crockchip,rk3568-rknpu\n");
  out.folder("/sys/bus/platform/drivers/RKNPU");
  out.link(device + "/driver", "/sys/bus/platform/drivers/RKNPU");
  out.link(device + "/subsystem", "/sys/bus/platform");
  out.link(device + "/of_node", std::string(kTree) + "/npu@fde40000");
  out.link("/sys/bus/platform/devices/fde40000.npu", device);
  const std::string frequency = device + "/devfreq/fde40000.npu";
  out.file(frequency + "/cur_freq", "600000000\n");
  out.file(frequency + "/min_freq", "200000000\n");
  out.file(frequency + "/max_freq", "900000000\n");
  out.file(frequency + "/available_frequencies",
           "200000000 297000000 400000000 600000000 700000000 800000000 900000000\n");
  out.file(frequency + "/governor", "rknpu_ondemand\n");
  out.link("/sys/class/devfreq/fde40000.npu", frequency);
  if (kernel.build == fakekernel::Build::kMisc) return;
  out.folder("/sys/devices/platform/rknpu_dev.8.auto");  // by which a DRM build is known
  out.link("/sys/bus/platform/devices/rknpu_dev.8.auto", "/sys/devices/platform/rknpu_dev.8.auto");
  write_drm_node(out, "card1", MATTOCK_EMULATE_CARD_MINOR);
  write_drm_node(out, "renderD129", MATTOCK_EMULATE_RENDER_MINOR);
  out.folder("/dev/dri");
  out.link("/dev/dri/by-path/platform-fde40000.npu-card", MATTOCK_EMULATE_CARD);
  out.link("/dev/dri/by-path/platform-fde40000.npu-render", MATTOCK_EMULATE_RENDER);
}

void write_debugfs(Writer& out, const fakekernel::Options& kernel) {
  const std::string top = "/sys/kernel/debug/rknpu";
  const auto& [major, minor, patch] = kernel.version;
  out.file(top + "/version", fmt::format("RKNPU driver: v{}.{}.{}\n", major, minor, patch));
  out.file(top + "/load", "NPU load:  0%\n");
  out.file(top + "/power", "on\n");
  out.file(top + "/freq", "600000000\n");
  out.file(top + "/delayms", "3000\n");
}

}  // namespace

Result<void> write_tree(const fs::path& folder, const fakekernel::Options& kernel) {
  Writer out(folder);
  out.folder("/dev");
  write_device_tree(out, kernel);
  write_sysfs(out, kernel);
  write_debugfs(out, kernel);
  return out.result();
}

}  // namespace mattock::emulate
