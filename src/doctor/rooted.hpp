// The files of another machine, kept in a folder: an unpacked image, or what somebody sent. Nothing in it can be asked.
#pragma once

#include <memory>
#include <string>

#include "device/kernel/system.hpp"

namespace mattock::doctor {

/// Paths are taken below `root`; links in it lead nowhere outside of it. Every call but looking, listing and reading is
/// refused (-EACCES, -ENOTTY). The kernel's log is var/log/dmesg. Thread-safe.
std::shared_ptr<device::kernel::System> make_rooted(std::string root);

}  // namespace mattock::doctor
