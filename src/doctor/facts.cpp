#include "doctor/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <string_view>

namespace mattock::doctor {
namespace {

using device::kernel::System;

constexpr std::string_view kTree = "/proc/device-tree", kPlatform = "/sys/bus/platform/devices";
constexpr std::size_t kMostLogLines = 12;
/// What a line of the kernel's log about the NPU has in it ("input" has the letters, too).
constexpr std::array<std::string_view, 5> kNpuWords{"RKNPU", "rknpu", ".npu", "'npu'", "npu_"};
constexpr std::array<std::string_view, 4> kRuntimes{"/usr/lib/librknnrt.so", "/usr/lib/aarch64-linux-gnu/librknnrt.so",
                                                    "/usr/local/lib/librknnrt.so", "/usr/bin/rknn_server"};

/// The file's text, or nothing.
std::string text_of(System& system, const std::string& path) {
  std::string text;
  return system.read(path, text) < 0 ? std::string() : text;
}
bool exists(System& system, std::string_view path) {
  device::kernel::PathKind kind;
  return system.look(std::string(path), kind) == 0;
}

std::string up_to(std::string text, std::string_view ends) { return text.substr(0, text.find_first_of(ends)); }
/// A property with one string.
std::string string_in(System& system, const std::string& path) {
  return up_to(text_of(system, path), std::string_view("\0\n", 2));
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(at), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// The digits a text begins with after blanks; 0 without any.
std::uint64_t number_in(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// What follows `key` at the beginning of a line.
std::string value_of(std::string_view text, std::string_view key) {
  for (const std::string& line : split(text, '\n'))
    if (line.starts_with(key)) return line.substr(key.size());
  return {};
}

std::string unquoted(std::string text) {
  std::erase(text, '"');
  return text;
}

void read_system(System& system, Facts& facts) {
  facts.kernel = up_to(text_of(system, "/proc/sys/kernel/osrelease"), "\n");
  facts.armbian = exists(system, "/etc/armbian-release");
  facts.dietpi = exists(system, "/boot/dietpi");
  facts.rsetup = exists(system, "/usr/bin/rsetup");
  facts.container = exists(system, "/.dockerenv") || exists(system, "/run/.containerenv");
  facts.system = unquoted(value_of(text_of(system, "/etc/os-release"), "PRETTY_NAME="));
  const std::string config = text_of(system, "/boot/config-" + facts.kernel);
  if (!config.empty()) facts.configured = config.find("CONFIG_ROCKCHIP_RKNPU=") != std::string::npos;
}

/// The first node of the tree whose name begins so, at the top or under soc; empty without one.
std::string node_like(System& system, std::string_view beginning) {
  for (const std::string& folder : {std::string(kTree), fmt::format("{}/soc", kTree)}) {
    std::vector<std::string> names;
    if (system.list(folder, names) < 0) continue;
    const auto name = std::ranges::find_if(names, [&](const std::string& n) { return n.starts_with(beginning); });
    if (name != names.end()) return fmt::format("{}/{}", folder, *name);
  }
  return {};
}

std::string status_of(System& system, const std::string& node) {
  const std::string status = string_in(system, node + "/status");
  return status.empty() ? "okay" : status;
}

/// The NPU's MMU has its registers in the page block after the NPU's: npu@fde40000 and iommu@fde4b000.
std::string mmu_of(const std::string& npu) {
  constexpr std::size_t kSameDigits = 4;
  const std::string_view address = std::string_view(npu).substr(npu.rfind('@') + 1);
  return fmt::format("iommu@{}", address.substr(0, kSameDigits));
}

void read_tree(System& system, Facts& facts) {
  facts.board = device::rknpu::read_board(system);
  facts.model = string_in(system, fmt::format("{}/model", kTree));
  if (!facts.board.has_npu) return;
  const std::string& npu = facts.board.npu_path;
  facts.npu_name = fmt::format("{}.npu", npu.substr(npu.rfind('@') + 1));
  facts.npu_status = status_of(system, npu);
  const std::string mmu = node_like(system, mmu_of(npu)), bus = node_like(system, "bus-npu");
  facts.has_mmu = !mmu.empty();
  facts.has_bus = !bus.empty();
  if (facts.has_mmu) facts.mmu_status = status_of(system, mmu);
  if (facts.has_bus) facts.bus_status = status_of(system, bus);
  facts.uses_mmu = exists(system, npu + "/iommus");
  facts.has_supply = exists(system, npu + "/rknpu-supply");
  facts.has_memory_region = exists(system, npu + "/memory-region");
}

void read_driver(System& system, Facts& facts) {
  std::vector<std::string> names;
  facts.bound =
      !facts.npu_name.empty() && system.list(fmt::format("{}/{}/driver", kPlatform, facts.npu_name), names) == 0;
  if (system.list(std::string(kPlatform), names) == 0)
    facts.drm_build = std::ranges::any_of(names, [](const std::string& n) { return n.starts_with("rknpu_dev."); });
  facts.module_version = up_to(text_of(system, "/sys/module/rknpu/version"), "\n");
}

std::string group_name(const std::vector<std::string>& groups, unsigned number) {
  for (const std::string& line : groups) {
    const std::vector<std::string> fields = split(line, ':');  // render:x:106:
    if (fields.size() >= 3 && fields[2] == std::to_string(number)) return fields[0];
  }
  return std::to_string(number);
}

void read_nodes(System& system, Facts& facts) {
  const std::vector<std::string> groups = split(text_of(system, "/etc/group"), '\n');
  const auto add = [&](const std::string& path, const std::string& uevent) {
    NodeFile node{.path = path};
    if (system.look(path, node.kind) < 0) return;
    node.group = group_name(groups, node.kind.group);
    node.driver = value_of(text_of(system, uevent), "DRIVER=");
    facts.nodes.push_back(std::move(node));
  };
  struct Place {
    std::string_view folder, kind, beginning;
  };
  for (const Place& place :
       {Place{"/dev/dri", "drm", "renderD"}, Place{"/dev/dri", "drm", "card"}, Place{"/dev/accel", "accel", "accel"}}) {
    std::vector<std::string> names;
    if (system.list(std::string(place.folder), names) < 0) continue;
    for (const std::string& name : names)
      if (name.starts_with(place.beginning))
        add(fmt::format("{}/{}", place.folder, name), fmt::format("/sys/class/{}/{}/device/uevent", place.kind, name));
  }
  add("/dev/rknpu", "");
}

void read_memory(System& system, Facts& facts) {
  constexpr std::uint64_t kKibi = 1024;
  const std::string text = text_of(system, "/proc/meminfo");
  facts.memory_bytes = number_in(value_of(text, "MemTotal:")) * kKibi;
  facts.contiguous_bytes = number_in(value_of(text, "CmaTotal:")) * kKibi;
}

void read_clock(System& system, Facts& facts) {
  if (facts.npu_name.empty()) return;
  const std::string folder = fmt::format("/sys/class/devfreq/{}/", facts.npu_name);
  Clock& clock = facts.clock;
  const std::string now = text_of(system, folder + "cur_freq");
  clock.known = !now.empty();
  clock.now = number_in(now);
  clock.most = number_in(text_of(system, folder + "max_freq"));
  clock.governor = up_to(text_of(system, folder + "governor"), "\n");
  for (const std::string& step : split(up_to(text_of(system, folder + "available_frequencies"), "\n"), ' '))
    clock.steps.push_back(number_in(step));
}

void read_log(System& system, Facts& facts) {
  std::string text;
  facts.log_closed = system.kernel_log(text) < 0;
  if (facts.log_closed) return;
  const auto about_npu = [](std::string_view line) {
    return std::ranges::any_of(kNpuWords, [&](std::string_view word) { return line.find(word) != line.npos; });
  };
  std::ranges::copy_if(split(text, '\n'), std::back_inserter(facts.log_lines), about_npu);
  if (facts.log_lines.size() > kMostLogLines)
    facts.log_lines.erase(facts.log_lines.begin(), facts.log_lines.end() - kMostLogLines);
}

}  // namespace

Facts read_facts(System& system) {
  Facts facts;
  read_system(system, facts);
  read_tree(system, facts);
  read_driver(system, facts);
  read_nodes(system, facts);
  read_memory(system, facts);
  read_clock(system, facts);
  for (const std::string_view path : kRuntimes)
    if (exists(system, path)) facts.runtimes.emplace_back(path);
  read_log(system, facts);
  return facts;
}

}  // namespace mattock::doctor
