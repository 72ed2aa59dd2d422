// The files by which a program finds out about a board and its NPU: device tree, sysfs, debugfs, as on a Radxa Zero 3W
// (rk3568: a ROCK 3A) whose NPU is switched on. Written from hardware/board-setup.md 1 and 3.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "fakekernel/kernel.hpp"

namespace mattock::emulate {

/// Writes them below `folder`, under the paths programs know. Errors: kInternal.
Result<void> write_tree(const std::filesystem::path& folder, const fakekernel::Options& kernel);

}  // namespace mattock::emulate
