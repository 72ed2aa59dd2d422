#include "device/choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "device/rknpu/open.hpp"

namespace mattock::device {
namespace {

constexpr std::string_view kEmulator = "emulator", kRknpu = "rknpu", kAuto = "auto";
constexpr const char* kVariable = "MATTOCK_DEVICE";

/// The chip of "KIND:CHIP"; empty for "KIND", nothing for other names.
std::optional<std::string_view> chip_in(std::string_view name, std::string_view kind) {
  if (name == kind) return std::string_view();
  if (!name.starts_with(kind) || name[kind.size()] != ':') return std::nullopt;
  const std::string_view chip = name.substr(kind.size() + 1);
  return hw::find_chip(chip) ? std::optional(chip) : std::nullopt;
}

std::shared_ptr<kernel::System> system_of(const DeviceOptions& options) {
  return options.system ? options.system : kernel::make_linux();
}

Error no_such_device(std::string_view name) {
  std::string names = fmt::format("{}, {}, a path such as /dev/dri/card1, {}", kAuto, kRknpu, kEmulator);
  for (const hw::Chip& chip : hw::chips()) names += fmt::format(", {}:{}", kEmulator, chip.name);
  return {Code::kDevice, fmt::format("no device '{}'", name), "", "devices: " + names};
}

Choice emulated(std::string_view chip_name, const DeviceOptions& options) {
  const hw::Chip& chip = *hw::find_chip(chip_name.empty() ? "rk3566" : chip_name);
  return {fmt::format("{}:{}", kEmulator, chip.name), std::string(kEmulator), "", make_emulator_backend(chip, options)};
}

/// The node that comes nearest to an NPU that can be used, or why there is none.
Error why_none(const std::vector<rknpu::Node>& nodes, const rknpu::Board& board) {
  const auto blame = [](const rknpu::Node& node) {
    Error error = node.why_not.value();
    error.where = node.path;
    return error;
  };
  const auto of_npu = std::ranges::find_if(nodes, [](const rknpu::Node& n) { return n.is_npu(); });
  if (of_npu != nodes.end()) return blame(*of_npu);
  // A node that may not be opened could be the NPU's if the device tree has one.
  const auto closed = std::ranges::find_if(nodes, [](const rknpu::Node& n) { return n.exists && n.driver.empty(); });
  if (board.npu_enabled && closed != nodes.end()) return blame(*closed);
  return rknpu::why_no_npu(board);
}

Result<Choice> found(std::string_view asked_chip, const DeviceOptions& options) {
  const auto system = system_of(options);
  std::vector<rknpu::Node> nodes = rknpu::find_nodes(system, false);
  const rknpu::Board board = rknpu::read_board(*system);
  // The search ends at a node that can be used, if there is one.
  if (nodes.empty() || !nodes.back().rknpu) return tl::unexpected<Error>(why_none(nodes, board));
  auto opened = rknpu::open_node(std::move(nodes.back()), board, asked_chip);
  if (!opened) return propagate(opened);
  return Choice{fmt::format("{}:{}", kRknpu, opened->backend->chip().name), std::string(kRknpu),
                std::move(opened->notice), std::move(opened->backend)};
}

Result<Choice> at_path(const std::string& path, const DeviceOptions& options) {
  const auto system = system_of(options);
  auto opened = rknpu::open_node(rknpu::look_at(system, path), rknpu::read_board(*system), "");
  if (!opened) return propagate(opened);
  return Choice{path, std::string(kRknpu), std::move(opened->notice), std::move(opened->backend)};
}

Result<Choice> automatic(const DeviceOptions& options) {
  auto npu = found("", options);
  if (npu) return npu;
  Choice choice = emulated("", options);
  choice.notice = fmt::format("{}: using the emulated {}", to_string(npu.error()), choice.backend->chip().name);
  return choice;
}

}  // namespace

Result<Choice> choose(std::string_view name, const DeviceOptions& options) {
  if (name == kAuto) {
    const char* const set = std::getenv(kVariable);
    if (set == nullptr || *set == '\0' || set == kAuto) return automatic(options);
    auto choice = choose(set, options);
    if (!choice) return propagate(choice, kVariable);
    return choice;
  }
  if (const auto chip = chip_in(name, kEmulator)) return emulated(*chip, options);
  if (const auto chip = chip_in(name, kRknpu)) return found(*chip, options);
  if (name.starts_with('/')) return at_path(std::string(name), options);
  return tl::unexpected<Error>(no_such_device(name));
}

std::vector<DeviceEntry> survey(const DeviceOptions& options) {
  std::vector<DeviceEntry> entries;
  const auto system = system_of(options);
  const rknpu::Board board = rknpu::read_board(*system);
  const auto chip = rknpu::chip_of(board, "");
  bool first = true;
  const auto nodes = rknpu::find_nodes(system, true);
  for (const rknpu::Node& node : nodes) {
    DeviceEntry entry{.name = node.path, .kind = node.driver, .path = node.path, .driver = node.driver};
    if (node.rknpu && node.rknpu->build() == rknpu::Build::kDrm)
      entry.driver = fmt::format("{} {}", node.driver, node.rknpu->version().text());
    if (node.why_not)
      entry.why_not = to_string(*node.why_not);
    else if (!chip)
      entry.why_not = to_string(chip.error());
    if (chip && node.is_npu()) entry.chip = chip->chip->name;
    if (entry.why_not.empty() && std::exchange(first, false)) entry.name = fmt::format("{}:{}", kRknpu, entry.chip);
    entries.push_back(std::move(entry));
  }
  if (std::ranges::none_of(nodes, &rknpu::Node::is_npu)) {
    DeviceEntry none{.name = std::string(kRknpu), .kind = std::string(kRknpu)};
    none.why_not = to_string(why_none(nodes, board));
    entries.insert(entries.begin(), std::move(none));
  }
  for (const hw::Chip& emulated_chip : hw::chips())
    entries.push_back({.name = fmt::format("{}:{}", kEmulator, emulated_chip.name),
                       .chip = std::string(emulated_chip.name),
                       .kind = std::string(kEmulator)});
  return entries;
}

}  // namespace mattock::device
