// What a program finds on a machine around the driver: device nodes, and the files of /proc and /sys that tell about
// the NPU (board.hpp). Tests change them before they make a system of it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "device/kernel/system.hpp"
#include "fakekernel/kernel.hpp"

namespace mattock::fakekernel {

struct DeviceFile {
  std::string path;
  unsigned major = 0, minor = 0;
  std::shared_ptr<Kernel> kernel = {};  ///< none: another driver, which answers VERSION with its name and nothing else
  Node node = Node::kRender;
  std::string other_driver = {};
};

struct Machine {
  std::vector<DeviceFile> devices = {};
  /// Path and contents; folders follow from the paths. The path leads through no link: the device tree's files are
  /// those of /sys/firmware/devicetree/base, and /proc/device-tree is a link to it.
  std::map<std::string, std::string> files = {};
  std::set<std::string> folders = {};             ///< with nothing in them
  std::map<std::string, std::string> links = {};  ///< path, and the path it leads to
  std::set<std::string> open_folders = {};        ///< where anybody may make files, as in /run/lock
  std::map<std::string, int> errors = {};         ///< what opening, listing or reading a path meets, such as EACCES
  /// Of nodes that have another owner or mode than a board's: root's, 0660, group video (44) or render (106);
  /// /dev/rknpu 0600, root's alone.
  std::map<std::string, device::kernel::PathKind> kinds = {};
  std::optional<std::string> log = {};  ///< of the kernel; nothing: it is root's
};

/// A Radxa Zero 3W with the NPU switched on: the display's card0 and renderD128, the NPU's card1 and renderD129, or
/// /dev/rknpu when the kernel is a misc build.
Machine radxa_zero_3w(const std::shared_ptr<Kernel>& kernel);

/// The nodes of one more kernel, as card `number`, and what it shows in /sys.
void add_kernel(Machine& machine, const std::shared_ptr<Kernel>& kernel, unsigned number);

/// The same machine under a kernel without the driver, the NPU's node switched off, or not in the device tree.
void switch_off(Machine& machine);
void remove_npu(Machine& machine);

/// Nothing for a path that is no device.
const DeviceFile* find_device(const Machine& machine, const std::string& path);
/// The names in a folder, and a file whole: 0, or an errno below 0.
int list_folder(const Machine& machine, const std::string& folder, std::vector<std::string>& names);
int read_file(const Machine& machine, const std::string& path, std::string& text);
/// What stands at a path: 0, or an errno below 0.
int look_at(const Machine& machine, const std::string& path, device::kernel::PathKind& kind);
/// An empty file, where there is none. 0, or an errno below 0.
int make_file(Machine& machine, const std::string& path);

}  // namespace mattock::fakekernel
