// What stands behind the name of a device: the emulator, or an NPU that is looked for.
//
//   emulator, emulator:CHIP   software, on any machine
//   rknpu                     the first node of the vendor's driver that can be used
//   rknpu:CHIP                the same, whatever chip the device tree says
//   /dev/dri/card1            this node
//   auto                      what MATTOCK_DEVICE says; otherwise rknpu if it answers, else the emulator
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "device/backend.hpp"
#include "device/device.hpp"

namespace mattock::device {

struct Choice {
  std::string name;    ///< what Device::open takes to get the same again
  std::string kind;    ///< "rknpu" or "emulator"
  std::string notice;  ///< one line, or empty
  std::shared_ptr<Backend> backend;
};

Result<Choice> choose(std::string_view name, const DeviceOptions& options);

/// Nodes of NPU drivers in the order of preference, then the emulated chips; what cannot be used says why. Without any
/// node one entry says why there is none.
std::vector<DeviceEntry> survey(const DeviceOptions& options);

}  // namespace mattock::device
