#include "fakekernel/dma_buf.hpp"

#include <cerrno>
#include <cstring>

namespace mattock::fakekernel {

int dma_buf_ioctl(Kernel& exporter, const Memory& memory, std::uint32_t request, const void* argument) {
  if (request != kDmaBufSync) return -ENOTTY;
  if (argument == nullptr) return -EFAULT;
  std::uint64_t flags = 0;
  std::memcpy(&flags, argument, sizeof(flags));
  return exporter.sync_descriptor(memory, flags);
}

}  // namespace mattock::fakekernel
