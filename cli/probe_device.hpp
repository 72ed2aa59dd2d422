// The device that probes ask: any that Device::open knows, or the NPU of a fake board, for a run through the driver
// where there is none.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "device/device.hpp"
#include "fakekernel/kernel.hpp"

namespace mattock::cli {

struct ProbeDevice {
  Device device;
  bool emulated = false;
  std::function<double()> clock;                         ///< empty: the device's reports say what submits take
  std::shared_ptr<fakekernel::Kernel> kernel = nullptr;  ///< of a fake
  std::string hangs_at = {};                             ///< a probe that a fake does not survive
};

/// `name`: as Device::open, or fake[:VERSION[:drm|misc]][@PROBE]. Errors: kUsage for a fake that is none, and those of
/// opening.
Result<ProbeDevice> open_probe_device(const std::string& name);

}  // namespace mattock::cli
