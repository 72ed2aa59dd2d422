#include "fakekernel/sync_file.hpp"

#include <cerrno>
#include <cstring>

namespace mattock::fakekernel {
namespace {

constexpr std::uint32_t kFileInfo = 0xc0383e04;

struct FenceInfo {
  char object[32] = {}, driver[32] = {};
  std::int32_t status = 0;
  std::uint32_t flags = 0;
  std::uint64_t nanoseconds = 0;
};
struct FileInfo {
  char name[32] = {};
  std::int32_t status = 0;
  std::uint32_t flags = 0;
  std::uint32_t fences = 0;  ///< in: room for so many
  std::uint32_t padding = 0;
  std::uint64_t fence_info = 0;  ///< the address of that room
};
static_assert(sizeof(FenceInfo) == 80 && sizeof(FileInfo) == 56);

}  // namespace

int sync_file_ioctl(const Kernel& kernel, std::uint32_t fence, std::uint32_t request, void* argument) {
  if (request != kFileInfo) return -ENOTTY;
  if (argument == nullptr) return -EFAULT;
  FileInfo info;
  std::memcpy(static_cast<void*>(&info), argument, sizeof(info));
  if (info.flags != 0 || info.padding != 0) return -EINVAL;
  std::strcpy(info.name, "rknpu");
  info.status = kernel.fence_state(fence);
  if (info.fences != 0 && info.fence_info != 0) {
    FenceInfo one{.status = info.status};
    std::strcpy(one.driver, "rknpu");
    std::memcpy(reinterpret_cast<void*>(static_cast<std::uintptr_t>(info.fence_info)), &one, sizeof(one));
  }
  info.fences = 1;
  std::memcpy(argument, &info, sizeof(info));
  return 0;
}

}  // namespace mattock::fakekernel
