// The calls on a descriptor of exported memory, for system.cpp.
#pragma once

#include <cstdint>

#include "fakekernel/kernel.hpp"

namespace mattock::fakekernel {

/// DMA_BUF_IOCTL_SYNC of Linux' dma-buf.h: a u64 of flags.
inline constexpr std::uint32_t kDmaBufSync = 0x40086200;
inline constexpr std::uint64_t kSyncRead = 1, kSyncWrite = 2, kSyncEnd = 4;

/// 0, or an errno below 0.
int dma_buf_ioctl(Kernel& exporter, const Memory& memory, std::uint32_t request, const void* argument);

}  // namespace mattock::fakekernel
