// Finds out why an NPU does not work: files first, then the driver's name, then questions that power the NPU, at last
// a product. Nothing is changed on the machine. The order is that of board-setup.md 4.1, so that what could hang a
// badly powered board comes last and is announced.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "device/device.hpp"
#include "device/kernel/system.hpp"
#include "doctor/report.hpp"

namespace mattock::doctor {

/// What a product on the device came to.
struct ProductResult {
  unsigned runs = 0, wrong = 0;
  std::string shape = {};  ///< "9x9 by 9x9 in fp16"
  std::optional<Error> error = {};
  std::optional<DeviceFault> fault = {};  ///< of the submit that failed, if one did
};

struct Options {
  bool files_only = false;  ///< open no device
  /// Called before each step that powers the NPU: what is written by then survives a board that freezes.
  std::function<void(std::string_view step, const Report& so_far)> announce = {};
  /// Multiplies on the device of this name; the rooms that can do so stand above this one.
  std::function<ProductResult(const std::string& device)> multiply = {};
};

/// The report is whole whatever is wrong. Not thread-safe beside other users of the device.
Report examine(const std::shared_ptr<device::kernel::System>& system, const Options& options);

}  // namespace mattock::doctor
