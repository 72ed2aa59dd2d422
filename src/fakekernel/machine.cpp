#include "fakekernel/machine.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <set>
#include <string_view>

#include "device/kernel/abi.hpp"

namespace mattock::fakekernel {
namespace {

namespace abi = device::kernel;
using namespace std::string_literals;

constexpr unsigned kFirstRender = 128, kMiscMinor = 122;
constexpr std::string_view kNpu = "/proc/device-tree/npu@fde40000";

std::string uevent(std::string_view driver) { return fmt::format("DRIVER={}\nOF_FULLNAME=/npu@fde40000\n", driver); }

// Strings of the device tree end in a zero byte; references are numbers, most significant byte first.
void add_device_tree(Machine& machine, const Options& options) {
  const std::string npu(kNpu);
  auto& files = machine.files;
  files["/proc/device-tree/compatible"] = "radxa,zero3\0rockchip,rk3566\0"s;
  files["/proc/device-tree/model"] = "Radxa ZERO 3\0"s;
  files[npu + "/status"] = "okay\0"s;
  files[npu + "/compatible"] = "rockchip,rk3568-rknpu\0rockchip,rknpu\0"s;
  files["/proc/device-tree/iommu@fde4b000/compatible"] = "rockchip,iommu-v2\0"s;
  files["/proc/device-tree/iommu@fde4b000/status"] = options.iommu ? "okay\0"s : "disabled\0"s;
  files["/proc/device-tree/bus-npu/status"] = "okay\0"s;
  if (options.iommu) files[npu + "/iommus"] = "\0\0\0\x8a"s;
  if (options.supply) files[npu + "/rknpu-supply"] = "\0\0\0\x25"s;
}

void add_state(Machine& machine, const Options& options) {
  auto& files = machine.files;
  files["/sys/bus/platform/devices/fde40000.npu/uevent"] = uevent("RKNPU");
  files["/sys/bus/platform/devices/fde40000.npu/driver/uevent"] = "";
  if (options.build == Build::kDrm) files["/sys/bus/platform/devices/rknpu_dev.8.auto/uevent"] = "";
  const std::string frequency = "/sys/class/devfreq/fde40000.npu/";
  files[frequency + "cur_freq"] = "600000000\n";
  files[frequency + "available_frequencies"] =
      "200000000 297000000 400000000 600000000 700000000 800000000 900000000\n";
  files[frequency + "governor"] = "rknpu_ondemand\n";
  files[frequency + "min_freq"] = "200000000\n";
  files[frequency + "max_freq"] = "900000000\n";
  files["/proc/interrupts"] = "           CPU0\n 35:          0     GICv3 183 Level     fde4b000.iommu, fde40000.npu\n";
  files["/proc/meminfo"] = fmt::format("MemTotal:     {} kB\nCmaTotal:      131072 kB\nCmaFree:       131072 kB\n",
                                       options.memory_bytes / 1024);
  machine.errors["/sys/kernel/debug/rknpu"] = EACCES;  // root's
}

void add_card(Machine& machine, unsigned number, const DeviceFile& as, std::string_view driver) {
  for (const bool render : {false, true}) {
    const std::string name = render ? fmt::format("renderD{}", kFirstRender + number) : fmt::format("card{}", number);
    DeviceFile file = as;
    file.path = "/dev/dri/" + name;
    file.major = abi::kDrmMajor;
    file.minor = render ? kFirstRender + number : number;
    file.node = render ? Node::kRender : Node::kCard;
    machine.devices.push_back(file);
    machine.files["/sys/class/drm/" + name + "/device/uevent"] = uevent(driver);
  }
}

void erase_under(Machine& machine, std::string_view path) {
  std::erase_if(machine.files, [&](const auto& file) { return file.first.starts_with(path); });
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
  for (const std::string& path : machine.open_folders) add(path);
  return names;
}

// The path, or a folder above it, is closed to us.
int error_of(const Machine& machine, const std::string& path) {
  for (const auto& [closed, error] : machine.errors)
    if (path == closed || path.starts_with(closed + "/")) return -error;
  return 0;
}

}  // namespace

Machine radxa_zero_3w(const std::shared_ptr<Kernel>& kernel) {
  Machine machine;
  machine.open_folders = {"/run/lock", "/dev/shm"};
  add_device_tree(machine, kernel->options());
  add_state(machine, kernel->options());
  add_card(machine, 0, {.path = {}, .other_driver = "rockchip"}, "rockchip-drm");
  add_kernel(machine, kernel, 1);
  return machine;
}

void add_kernel(Machine& machine, const std::shared_ptr<Kernel>& kernel, unsigned number) {
  if (kernel->options().build == Build::kDrm)
    add_card(machine, number, {.path = {}, .kernel = kernel}, "RKNPU");
  else
    machine.devices.push_back({.path = "/dev/rknpu", .major = abi::kMiscMajor, .minor = kMiscMinor, .kernel = kernel});
}

void switch_off(Machine& machine) {
  machine.files[std::string(kNpu) + "/status"] = "disabled\0"s;
  std::erase_if(machine.devices, [](const DeviceFile& device) { return device.kernel != nullptr; });
  erase_under(machine, "/sys/bus/platform/devices/");
  erase_under(machine, "/sys/class/devfreq/");
  std::erase_if(machine.files, [](const auto& file) {
    return file.first.starts_with("/sys/class/drm/") && file.second == uevent("RKNPU");
  });
}

void remove_npu(Machine& machine) {
  switch_off(machine);
  erase_under(machine, kNpu);
  erase_under(machine, "/proc/device-tree/iommu@fde4b000");
  erase_under(machine, "/proc/device-tree/bus-npu");
}

const DeviceFile* find_device(const Machine& machine, const std::string& path) {
  for (const DeviceFile& device : machine.devices)
    if (device.path == path) return &device;
  return nullptr;
}

int list_folder(const Machine& machine, const std::string& folder, std::vector<std::string>& names) {
  if (const int error = error_of(machine, folder); error != 0) return error;
  const std::set<std::string> found = names_in(machine, folder);
  if (found.empty() && !machine.open_folders.contains(folder))
    return machine.files.contains(folder) ? -ENOTDIR : -ENOENT;
  names.assign(found.begin(), found.end());
  return 0;
}

int read_file(const Machine& machine, const std::string& path, std::string& text) {
  if (const int error = error_of(machine, path); error != 0) return error;
  const auto found = machine.files.find(path);
  if (found == machine.files.end()) return names_in(machine, path).empty() ? -ENOENT : -EISDIR;
  text = found->second;
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
