#include "fakekernel/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <string_view>

#include "device/kernel/abi.hpp"
#include "fakekernel/board.hpp"

namespace mattock::fakekernel {
namespace {

namespace abi = device::kernel;
using namespace std::string_literals;

constexpr int kMostLinks = 40;  // in one path, as Linux has it
constexpr const char* kDisplay = "/sys/devices/platform/display-subsystem";

bool lies_in(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// The path without the links that it leads through; nothing if they go in circles.
std::optional<std::string> followed(const Machine& machine, std::string path) {
  for (int i = 0; i < kMostLinks; ++i) {
    const auto link = std::ranges::find_if(machine.links, [&](const auto& one) { return lies_in(path, one.first); });
    if (link == machine.links.end()) return path;
    path.replace(0, link->first.size(), link->second);
  }
  return std::nullopt;
}

// What is there already stays as it is.
void add(Machine& machine, const Board& board, const DeviceFile& as) {
  machine.files.insert(board.files.begin(), board.files.end());
  machine.folders.insert(board.folders.begin(), board.folders.end());
  machine.links.insert(board.links.begin(), board.links.end());
  for (const BoardNode& node : board.nodes) {
    DeviceFile file = as;
    file.path = node.path;
    file.major = node.major;
    file.minor = node.minor;
    file.node = node.node;
    machine.devices.push_back(file);
  }
}

Board display() {
  Board board;
  board.files[fmt::format("{}/uevent", kDisplay)] = "DRIVER=rockchip-drm\nOF_FULLNAME=/display-subsystem\n";
  add_card(board, kDisplay, 0);
  return board;
}

void add_state(Machine& machine, const Options& options) {
  machine.files["/proc/interrupts"] =
      "           CPU0\n 35:          0     GICv3 183 Level     fde4b000.iommu, fde40000.npu\n";
  machine.files["/proc/meminfo"] = fmt::format(
      "MemTotal:     {} kB\nCmaTotal:      131072 kB\nCmaFree:       131072 kB\n", options.memory_bytes / 1024);
  machine.errors["/sys/kernel/debug"] = EACCES;  // root's
}

// With the links that lead there.
void erase_under(Machine& machine, std::string_view path) {
  const auto there = [&](const auto& one) { return lies_in(one.first, path); };
  std::erase_if(machine.files, there);
  std::erase_if(machine.folders, [&](const std::string& one) { return lies_in(one, path); });
  std::erase_if(machine.links, [&](const auto& one) { return there(one) || lies_in(one.second, path); });
}

// What lies under `folder`, one name per path.
std::set<std::string> names_in(const Machine& machine, const std::string& folder) {
  std::set<std::string> names;
  const auto add = [&, prefix = folder + "/"](const std::string& path) {
    if (path.starts_with(prefix))
      names.insert(path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size()));
  };
  for (const DeviceFile& device : machine.devices) add(device.path);
  for (const auto& [path, text] : machine.files) add(path);
  for (const auto& [path, target] : machine.links) add(path);
  for (const auto* folders : {&machine.folders, &machine.open_folders})
    for (const std::string& path : *folders) add(path);
  return names;
}

// The path, or a folder above it, is closed to us.
int error_of(const Machine& machine, const std::string& path) {
  for (const auto& [closed, error] : machine.errors)
    if (lies_in(path, closed)) return -error;
  return 0;
}

}  // namespace

Machine radxa_zero_3w(const std::shared_ptr<Kernel>& kernel) {
  Machine machine;
  machine.open_folders = {"/run/lock", "/dev/shm"};
  add_state(machine, kernel->options());
  add(machine, display(), {.path = {}, .other_driver = "rockchip"});
  add(machine, board_of(kernel->options()), {.path = {}, .kernel = kernel});
  return machine;
}

void add_kernel(Machine& machine, const std::shared_ptr<Kernel>& kernel, unsigned number) {
  Board board;
  add_driver(board, kernel->options(), number);
  add(machine, board, {.path = {}, .kernel = kernel});
}

void switch_off(Machine& machine) {
  machine.files[std::string(kNpuInTree) + "/status"] = "disabled\0"s;
  Board driver;
  add_driver(driver, {}, 1);
  for (const auto& [path, text] : driver.files) machine.files.erase(path);
  for (const std::string& folder : driver.folders) erase_under(machine, folder);
  erase_under(machine, kNpuDevice);
  for (const DeviceFile& device : machine.devices)
    if (device.kernel) erase_under(machine, device.path);
  std::erase_if(machine.devices, [](const DeviceFile& device) { return device.kernel != nullptr; });
}

void remove_npu(Machine& machine) {
  switch_off(machine);
  for (const char* node : {kNpuInTree, kIommuInTree, kBusInTree}) erase_under(machine, node);
}

const DeviceFile* find_device(const Machine& machine, const std::string& path) {
  const auto real = followed(machine, path);
  for (const DeviceFile& device : machine.devices)
    if (device.path == path || device.path == real) return &device;
  return nullptr;
}

int list_folder(const Machine& machine, const std::string& folder, std::vector<std::string>& names) {
  const auto real = followed(machine, folder);
  if (!real) return -ELOOP;
  for (const std::string& path : {folder, *real})
    if (const int error = error_of(machine, path); error != 0) return error;
  const std::set<std::string> found = names_in(machine, *real);
  if (found.empty() && !machine.open_folders.contains(*real) && !machine.folders.contains(*real))
    return machine.files.contains(*real) ? -ENOTDIR : -ENOENT;
  names.assign(found.begin(), found.end());
  return 0;
}

int read_file(const Machine& machine, const std::string& path, std::string& text) {
  const auto real = followed(machine, path);
  if (!real) return -ELOOP;
  for (const std::string& one : {path, *real})
    if (const int error = error_of(machine, one); error != 0) return error;
  const auto found = machine.files.find(*real);
  if (found == machine.files.end()) {
    std::vector<std::string> names;
    return list_folder(machine, *real, names) == 0 ? -EISDIR : -ENOENT;
  }
  text = found->second;
  return 0;
}

int look_at(const Machine& machine, const std::string& path, device::kernel::PathKind& kind) {
  constexpr unsigned kVideo = 44, kRenderGroup = 106, kForGroup = 0660, kForRoot = 0600, kForAll = 0644;
  const auto link = machine.links.find(path);
  const auto real = followed(machine, path);
  if (!real) return -ELOOP;
  const DeviceFile* const device = find_device(machine, path);
  if (device == nullptr && !machine.files.contains(*real) && names_in(machine, *real).empty()) return -ENOENT;
  const auto told = machine.kinds.find(*real);
  kind = told == machine.kinds.end() ? device::kernel::PathKind{.mode = kForAll} : told->second;
  if (device != nullptr) {
    kind.file = {.character_device = true, .major = device->major, .minor = device->minor};
    if (told == machine.kinds.end() && device->major == abi::kMiscMajor) kind.mode = kForRoot;
    if (told == machine.kinds.end() && device->major != abi::kMiscMajor) {
      kind.mode = kForGroup;
      kind.group = device->node == Node::kRender ? kRenderGroup : kVideo;
    }
  }
  kind.link = link != machine.links.end();
  if (kind.link) kind.target = link->second;
  return 0;
}

int make_file(Machine& machine, const std::string& path) {
  if (const int error = error_of(machine, path); error != 0) return error;
  const std::string folder = path.substr(0, path.rfind('/'));
  if (!machine.open_folders.contains(folder)) return names_in(machine, folder).empty() ? -ENOENT : -EACCES;
  machine.files.try_emplace(path);
  return 0;
}

}  // namespace mattock::fakekernel
