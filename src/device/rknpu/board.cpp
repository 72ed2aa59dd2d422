#include "device/rknpu/board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "device/rknpu/errors.hpp"

namespace mattock::device::rknpu {
namespace {

constexpr std::string_view kTree = "/proc/device-tree";
constexpr std::string_view kVendor = "rockchip,";
constexpr std::array<std::string_view, 2> kNpuEndings{"-rknpu", "-rknn-core"};

/// Names of systems on a chip as device trees have them. `npu`: what the NPU's node is called after; `chip`: the row
/// of hw::chips() that drives it, or none.
struct SocRow {
  std::string_view name, npu, chip;
};
constexpr auto kSocs = std::to_array<SocRow>({
    {"rk3568", "rk3568", "rk3568"},  // first of its NPU: what an unknown board with such a node is taken for
    {"rk3568b2", "rk3568", "rk3568"},
    {"rk3568j", "rk3568", "rk3568"},
    {"rk3566", "rk3568", "rk3566"},
    {"rk3566t", "rk3568", "rk3566"},
    {"rk3588", "rk3588", ""},
    {"rk3588s", "rk3588", ""},
    {"rk3582", "rk3588", ""},
    {"rk3583", "rk3588", ""},
    {"rk3562", "rk3562", ""},
    {"rk3576", "rk3576", ""},
    {"rv1103", "rv1106", ""},
    {"rv1106", "rv1106", ""},
    {"rv1126b", "rv1126b", ""},
});

/// Hardware versions that were seen, and whose. Others, 0 among them, say nothing.
struct VersionRow {
  std::uint32_t version;
  std::string_view owners;
};
constexpr auto kVersions = std::to_array<VersionRow>({
    {0x46495245, "an RK3588 or RK3576"},
    {0x54524548, "an RV1103 or RV1106"},
});

std::vector<std::string> strings_in(const std::string& property) {
  std::vector<std::string> strings;
  std::size_t begin = 0;
  while (begin < property.size()) {
    const std::size_t end = std::min(property.find('\0', begin), property.size());
    if (end > begin) strings.push_back(property.substr(begin, end - begin));
    begin = end + 1;
  }
  return strings;
}

/// "rk3568" of "rockchip,rk3568-rknpu"; empty for other strings.
std::string_view npu_of(std::string_view compatible) {
  if (!compatible.starts_with(kVendor)) return {};
  const std::string_view rest = compatible.substr(kVendor.size());
  for (const std::string_view ending : kNpuEndings)
    if (rest.ends_with(ending)) return rest.substr(0, rest.size() - ending.size());
  return {};
}

bool is_npu(const std::vector<std::string>& compatible) {
  return std::ranges::any_of(compatible,
                             [](const std::string& s) { return !npu_of(s).empty() || s == "rockchip,rknpu"; });
}

int read(kernel::System& system, const std::string& path, std::string& text) {
  return std::min(kernel::uninterrupted([&] { return system.read(path, text); }), 0);
}

/// Nodes npu@... stand at the top of the tree or under soc.
void find_npu(kernel::System& system, Board& board) {
  for (const std::string& folder : {std::string(kTree), fmt::format("{}/soc", kTree)}) {
    std::vector<std::string> names;
    const int result = kernel::uninterrupted([&] { return system.list(folder, names); });
    if (result < 0 && result != -ENOENT && result != -ENOTDIR && board.npu_error == 0) board.npu_error = result;
    if (result < 0) continue;
    for (const std::string& name : names) {
      if (!name.starts_with("npu@")) continue;
      const std::string path = fmt::format("{}/{}", folder, name);
      std::string text;
      if (const int error = read(system, path + "/compatible", text); error < 0) {
        board.npu_error = error;
        continue;
      }
      const auto compatible = strings_in(text);
      if (!is_npu(compatible)) continue;
      // No status is "okay".
      const bool enabled = read(system, path + "/status", text) < 0 || text.starts_with("ok");
      if (board.has_npu && (board.npu_enabled || !enabled)) continue;
      board.has_npu = true;
      board.npu_enabled = enabled;
      board.npu_path = path;
      board.npu_compatible = compatible;
    }
  }
}

const SocRow* soc_of_board(const Board& board) {
  for (const std::string& string : board.compatible) {
    if (!string.starts_with(kVendor)) continue;
    const auto row = std::ranges::find(kSocs, std::string_view(string).substr(kVendor.size()), &SocRow::name);
    if (row != kSocs.end()) return &*row;
  }
  return nullptr;
}

/// The first row whose NPU is called what the node says.
const SocRow* soc_of_npu(const Board& board) {
  for (const std::string& string : board.npu_compatible) {
    const auto row = std::ranges::find(kSocs, npu_of(string), &SocRow::npu);
    if (row != kSocs.end()) return &*row;
  }
  return nullptr;
}

std::string joined(const std::vector<std::string>& strings) {
  std::string text;
  for (const std::string& string : strings) text += fmt::format("{}{}", text.empty() ? "" : ", ", string);
  return text.empty() ? "nothing" : text;
}

std::string chip_names() {
  std::string names;
  for (const hw::Chip& chip : hw::chips()) names += fmt::format("{}{}", names.empty() ? "" : ", ", chip.name);
  return names;
}

std::string unreadable(const Board& board) {
  return fmt::format("{}/compatible cannot be read: {}", kTree, errno_text(-board.error));
}

std::string npu_unreadable(const Board& board) {
  return fmt::format("whether {} has an NPU cannot be told: {}", kTree, errno_text(-board.npu_error));
}

constexpr std::string_view kNameIt =
    "say it, such as --device rknpu:rk3566; in a container, --security-opt systempaths=unconfined shows the tree";

}  // namespace

Board read_board(kernel::System& system) {
  Board board;
  std::string text;
  board.error = read(system, fmt::format("{}/compatible", kTree), text);
  if (board.error < 0) return board;
  board.compatible = strings_in(text);
  find_npu(system, board);
  return board;
}

Result<ChipChoice> chip_of(const Board& board, std::string_view asked) {
  const SocRow* const by_board = soc_of_board(board);
  const SocRow* const by_npu = soc_of_npu(board);
  const bool agree = !by_board || !by_npu || by_board->npu == by_npu->npu;
  // The NPU's own node decides when they disagree: the driver went by it.
  const SocRow* const soc = by_board && agree ? by_board : by_npu;
  if (!asked.empty()) {
    ChipChoice choice{hw::find_chip(asked), ""};
    if (soc && soc->chip != asked)
      choice.notice = fmt::format("taken for the {} that was asked for; the device tree says {}", asked, soc->name);
    return choice;
  }
  if (!soc && board.error < 0)
    return fail(Code::kDevice, "which chip this is cannot be told: " + unreadable(board), std::string(kNameIt));
  if (!soc)
    return fail(Code::kDevice,
                fmt::format("which chip this is cannot be told: the device tree says {}", joined(board.compatible)),
                std::string(kNameIt));
  const hw::Chip* const chip = hw::find_chip(soc->chip);
  if (!chip)
    return fail(Code::kDevice,
                fmt::format("this is an {}, whose NPU Mattock does not drive; it drives {}", soc->name, chip_names()));
  ChipChoice choice{chip, ""};
  if (!agree)
    choice.notice = fmt::format("the device tree calls the board {} and its NPU {}: taken for an {}", by_board->name,
                                by_npu->npu, chip->name);
  return choice;
}

Result<void> check_hardware(const hw::Chip& chip, std::uint32_t hw_version) {
  // Since 0.8 the version is a sum: one register, and the low half of another.
  constexpr std::uint32_t kAllOnes = ~std::uint32_t{0};
  if (hw_version == kAllOnes || hw_version == kAllOnes + 0xffff)
    return fail(Code::kDevice, "the NPU's registers read as all ones: it has no power or no clock",
                "look for 'npu' in dmesg");
  const auto row = std::ranges::find(kVersions, hw_version, &VersionRow::version);
  if (row == kVersions.end()) return {};
  return fail(Code::kDevice,
              fmt::format("the device tree says {}, the NPU's hardware version {:#x} is that of {}", chip.name,
                          hw_version, row->owners),
              "the image is made for another board");
}

Error why_no_npu(const Board& board) {
  const auto error = [](std::string message, std::string hint = {}) {
    return Error{Code::kDevice, std::move(message), "", std::move(hint)};
  };
  if (board.error == -ENOENT) return error("no Rockchip board (no device tree)");
  if (board.error < 0) return error(unreadable(board));
  if (!board.has_npu && board.npu_error < 0) return error(npu_unreadable(board));
  const SocRow* const soc = soc_of_board(board);
  if (!soc && !board.has_npu)
    return error(fmt::format("no chip with an NPU (the device tree says {})", joined(board.compatible)));
  if (soc && soc->chip.empty())
    return error(fmt::format("this is an {}, whose NPU Mattock does not drive; it drives {}", soc->name, chip_names()));
  if (!board.has_npu)
    return error("this kernel's device tree has no NPU",
                 "mainline kernels have none for this chip: use the board's vendor kernel (Radxa OS, Armbian vendor, "
                 "Orange Pi)");
  if (!board.npu_enabled)
    return error("the NPU is switched off in the device tree",
                 "Radxa: sudo rsetup, Overlays, Enable NPU, reboot; Armbian: an overlay that sets rknpu, rknpu_mmu and "
                 "bus_npu to okay");
  return error("the device tree has the NPU, but no driver shows a node for it",
               "kernel without CONFIG_ROCKCHIP_RKNPU, module not loaded (sudo modprobe rknpu), or look for 'npu' in "
               "dmesg");
}

}  // namespace mattock::device::rknpu
