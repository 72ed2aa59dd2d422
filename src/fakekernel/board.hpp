// What the file system of a board tells about its NPU: device tree, /sys, debugfs and device nodes of a Radxa Zero 3W
// (rk3568: a ROCK 3A) whose NPU is switched on. Written from hardware/board-setup.md 1 and 3. The fake machine answers
// from it (machine.hpp), and `mattock emulate` writes it into a folder.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "fakekernel/kernel.hpp"
#include "fakekernel/nodes.h"

namespace mattock::fakekernel {

struct BoardNode {
  std::string path;
  unsigned major = 0, minor = 0;
  Node node = Node::kRender;
};

/// Paths are absolute and lead through no link.
struct Board {
  std::map<std::string, std::string> files;  ///< path and contents
  std::set<std::string> folders;             ///< with nothing in them; the others follow from the paths
  std::map<std::string, std::string> links;  ///< path, and the path it leads to
  std::vector<BoardNode> nodes;
};

/// The folders of the NPU's nodes in the device tree, and that of its device in /sys.
inline constexpr const char* kNpuInTree = "/sys/firmware/devicetree/base/npu@fde40000";
inline constexpr const char* kIommuInTree = "/sys/firmware/devicetree/base/iommu@fde4b000";
inline constexpr const char* kBusInTree = "/sys/firmware/devicetree/base/bus-npu";
inline constexpr const char* kNpuDevice = "/sys/devices/platform/fde40000.npu";

/// The whole of it: the device tree, and the driver as card 1.
Board board_of(const Options& options);

/// What the driver shows when it is card `number`; a misc build has one node, whatever the number.
void add_driver(Board& board, const Options& options, unsigned number);
/// The two DRM nodes of the device whose folder in /sys is `device`, as card `number`.
void add_card(Board& board, const std::string& device, unsigned number);

}  // namespace mattock::fakekernel
