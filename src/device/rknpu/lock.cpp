#include "device/rknpu/lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "device/rknpu/errors.hpp"

namespace mattock::device::rknpu {
namespace {

constexpr std::array<std::string_view, 2> kFolders{"/run/lock", "/dev/shm"};
constexpr std::string_view kName = "mattock-rknpu.lock";

// In folders where everybody may write, Linux lets nobody create over a file of another user, but all may open it; so
// opening comes first, and once more if somebody was quicker. Reading is all that a lock needs.
int open_lock(const std::shared_ptr<kernel::System>& system, const std::string& path, kernel::Descriptor& file) {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW;
  int result = file.open(system, path, kFlags);
  if (result != -ENOENT) return result;
  result = file.open(system, path, kFlags | O_CREAT);
  return result == -EACCES ? file.open(system, path, kFlags) : result;
}

/// Whether everybody meets this in the folder, so that everybody's lock is in the next one. What only this process
/// meets (no descriptors, no memory) must not lead it to another file than the others'.
bool is_closed_to_all(int result) {
  constexpr std::array kClosed{-ENOENT, -ENOTDIR, -EACCES, -EPERM, -EROFS, -ELOOP};
  return std::ranges::find(kClosed, result) != kClosed.end();
}

}  // namespace

Result<ProcessLock> ProcessLock::open(const std::shared_ptr<kernel::System>& system) {
  ProcessLock lock(system);
  std::string tried;
  int result = 0;
  for (const std::string_view folder : kFolders) {
    const std::string path = fmt::format("{}/{}", folder, kName);
    result = open_lock(system, path, lock.file_);
    if (result == 0) return lock;
    tried += fmt::format("{}{}", tried.empty() ? "" : " and ", path);
    if (!is_closed_to_all(result)) break;
  }
  return tl::unexpected<Error>(call_error(Step::kLock, "no lock file could be opened, " + tried, result));
}

int ProcessLock::take() {
  return kernel::uninterrupted([&] { return system_->lock(file_.get()); });
}

}  // namespace mattock::device::rknpu
