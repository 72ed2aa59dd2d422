// What the files of a machine say about its NPU (board-setup.md 3). Reading them opens no device and powers nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "device/kernel/system.hpp"
#include "device/rknpu/board.hpp"

namespace mattock::doctor {

/// A device node as it lies in /dev.
struct NodeFile {
  std::string path;
  device::kernel::PathKind kind = {};
  std::string group = {};   ///< its name, or its number where /etc/group does not have it
  std::string driver = {};  ///< what sysfs says is behind it: "RKNPU", "rocket"; empty when it says nothing
};

/// How fast the NPU runs and may run, in Hz; 0: not said.
struct Clock {
  bool known = false;
  std::uint64_t now = 0, most = 0;
  std::vector<std::uint64_t> steps;
  std::string governor;
};

struct Facts {
  std::string kernel;  ///< release: "6.1.75-vendor-rk35xx"
  std::string system;  ///< what the distribution calls itself: "Armbian 24.8 bookworm"
  std::string model;   ///< "Radxa ZERO 3"
  bool armbian = false, dietpi = false, rsetup = false, container = false;

  device::rknpu::Board board;
  std::string npu_name;                            ///< of the node, as sysfs has it: "fde40000.npu"
  std::string npu_status, mmu_status, bus_status;  ///< as the tree has them; "okay" where it says none
  bool has_mmu = false, has_bus = false;           ///< the tree has such nodes
  bool uses_mmu = false, has_supply = false, has_memory_region = false;  ///< properties of the NPU's node

  bool bound = false;              ///< a driver has taken the NPU
  bool drm_build = false;          ///< of the driver
  std::string module_version;      ///< of the driver as a module
  std::optional<bool> configured;  ///< the kernel's options have the driver
  std::vector<NodeFile> nodes;

  std::uint64_t memory_bytes = 0, contiguous_bytes = 0;  ///< MemTotal, CmaTotal
  Clock clock;
  std::vector<std::string> runtimes;   ///< files of the vendor's runtime
  std::vector<std::string> log_lines;  ///< of the kernel's log, about the NPU; the last few
  bool log_closed = false;             ///< the log is root's
};

Facts read_facts(device::kernel::System& system);

}  // namespace mattock::doctor
