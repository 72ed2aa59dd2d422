#include "fakekernel/board.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "device/kernel/abi.hpp"

namespace mattock::fakekernel {
namespace {

using namespace std::string_literals;
namespace abi = device::kernel;

static_assert(MATTOCK_BOARD_DRM_MAJOR == abi::kDrmMajor && MATTOCK_BOARD_MISC_MAJOR == abi::kMiscMajor);

constexpr unsigned kCard = MATTOCK_BOARD_CARD_MINOR, kFirstRender = MATTOCK_BOARD_RENDER_MINOR - kCard;
constexpr const char* kTree = "/sys/firmware/devicetree/base";

// Numbers in a device tree are big-endian.
std::string cells(std::initializer_list<std::uint32_t> values) {
  std::string result;
  for (const std::uint32_t value : values)
    for (const int shift : {24, 16, 8, 0}) result += static_cast<char>(value >> shift);
  return result;
}

// Strings in a device tree end in a zero; those of `compatible` stand with the most specific one first.
void add_names(Board& board, const std::string& chip) {
  const bool rock = chip == "rk3568";
  const std::string top = kTree;
  board.files[top + "/model"] = rock ? "Radxa ROCK 3A\0"s : "Radxa ZERO 3\0"s;
  board.files[top + "/compatible"] = (rock ? "radxa,rock3a\0rockchip,"s : "radxa,zero3\0rockchip,"s) + chip + '\0';
}

void add_device_tree(Board& board, const Options& options) {
  const std::string top = kTree, npu = kNpuInTree, iommu = kIommuInTree, bus = kBusInTree;
  auto& files = board.files;
  board.links["/proc/device-tree"] = top;
  add_names(board, options.chip);
  files[npu + "/name"] = "npu\0"s;
  files[npu + "/compatible"] = "rockchip,rk3568-rknpu\0rockchip,rknpu\0"s;  // of both chips
  files[npu + "/status"] = "okay\0"s;
  files[npu + "/reg"] = cells({0, 0xfde40000, 0, 0x10000});
  files[npu + "/interrupts"] = cells({0, 151, 4});
  files[npu + "/interrupt-names"] = "npu_irq\0"s;
  files[npu + "/clock-names"] = "scmi_clk\0clk\0aclk\0hclk\0"s;
  files[npu + "/reset-names"] = "srst_a\0srst_h\0"s;
  if (options.supply) files[npu + "/rknpu-supply"] = cells({0x25});
  if (options.iommu) files[npu + "/iommus"] = cells({0x8a});
  files[iommu + "/compatible"] = "rockchip,iommu-v2\0"s;
  files[iommu + "/reg"] = cells({0, 0xfde4b000, 0, 0x40});
  files[iommu + "/status"] = options.iommu ? "okay\0"s : "disabled\0"s;
  files[bus + "/status"] = "okay\0"s;
}

void add_frequencies(Board& board) {
  const std::string folder = fmt::format("{}/devfreq/fde40000.npu", kNpuDevice);
  board.files[folder + "/cur_freq"] = "600000000\n";
  board.files[folder + "/min_freq"] = "200000000\n";
  board.files[folder + "/max_freq"] = "900000000\n";
  board.files[folder + "/available_frequencies"] =
      "200000000 297000000 400000000 600000000 700000000 800000000 900000000\n";
  board.files[folder + "/governor"] = "rknpu_ondemand\n";
  board.links["/sys/class/devfreq/fde40000.npu"] = folder;
}

void add_device(Board& board) {
  const std::string device = kNpuDevice, driver = "/sys/bus/platform/drivers/RKNPU";
  board.files[device + "/uevent"] =
      "DRIVER=RKNPU\nOF_NAME=npu\nOF_FULLNAME=/npu@fde40000\nOF_COMPATIBLE_0=rockchip,rk3568-rknpu\n"
      "OF_COMPATIBLE_1=rockchip,rknpu\nOF_COMPATIBLE_N=2\nMODALIAS=of:NnpuT(null)Crockchip,rk3568-rknpu\n";
  board.folders.insert(driver);
  board.links[device + "/driver"] = driver;
  board.links[device + "/subsystem"] = "/sys/bus/platform";
  board.links[device + "/of_node"] = kNpuInTree;
  board.links["/sys/bus/platform/devices/fde40000.npu"] = device;
  add_frequencies(board);
}

void add_debugfs(Board& board, const Version& version) {
  const std::string top = "/sys/kernel/debug/rknpu";
  board.files[top + "/version"] = fmt::format("RKNPU driver: v{}.{}.{}\n", version.major, version.minor, version.patch);
  board.files[top + "/load"] = "NPU load:  0%\n";
  board.files[top + "/power"] = "on\n";
  board.files[top + "/freq"] = "600000000\n";
  board.files[top + "/delayms"] = "3000\n";
}

void add_drm_build(Board& board, unsigned number) {
  const std::string marker = "/sys/devices/platform/rknpu_dev.8.auto";  // by which a DRM build is known
  board.folders.insert(marker);
  board.links["/sys/bus/platform/devices/rknpu_dev.8.auto"] = marker;
  add_card(board, kNpuDevice, number);
  for (const BoardNode& node : board.nodes) {
    const char* const kind = node.node == Node::kCard ? "card" : "render";
    board.links.emplace(fmt::format("/dev/dri/by-path/platform-fde40000.npu-{}", kind), node.path);
  }
}

}  // namespace

void add_card(Board& board, const std::string& device, unsigned number) {
  for (const Node kind : {Node::kCard, Node::kRender}) {
    const unsigned minor = kind == Node::kCard ? number : kFirstRender + number;
    const std::string name = fmt::format("{}{}", kind == Node::kCard ? "card" : "renderD", minor);
    const std::string folder = fmt::format("{}/drm/{}", device, name), id = fmt::format("{}:{}", abi::kDrmMajor, minor);
    board.nodes.push_back({"/dev/dri/" + name, abi::kDrmMajor, minor, kind});
    board.files[folder + "/dev"] = id + "\n";
    board.files[folder + "/uevent"] =
        fmt::format("MAJOR={}\nMINOR={}\nDEVNAME=dri/{}\nDEVTYPE=drm_minor\n", abi::kDrmMajor, minor, name);
    board.links[folder + "/device"] = device;
    board.links[folder + "/subsystem"] = "/sys/class/drm";
    board.links["/sys/class/drm/" + name] = folder;
    board.links["/sys/dev/char/" + id] = folder;
  }
}

void add_driver(Board& board, const Options& options, unsigned number) {
  add_device(board);
  add_debugfs(board, options.version);
  if (options.build == Build::kDrm)
    add_drm_build(board, number);
  else
    board.nodes.push_back({MATTOCK_BOARD_MISC, abi::kMiscMajor, MATTOCK_BOARD_MISC_MINOR});
}

Board board_of(const Options& options) {
  Board board;
  add_device_tree(board, options);
  add_driver(board, options, kCard);
  return board;
}

}  // namespace mattock::fakekernel
