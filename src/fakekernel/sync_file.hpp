// The calls on a descriptor of a fence, for system.cpp.
#pragma once

#include <cstdint>

#include "fakekernel/kernel.hpp"

namespace mattock::fakekernel {

/// SYNC_IOC_FILE_INFO of Linux' sync_file.h; there is no other call. 0, or an errno below 0.
int sync_file_ioctl(const Kernel& kernel, std::uint32_t fence, std::uint32_t request, void* argument);

}  // namespace mattock::fakekernel
