// The calls themselves. Nothing is decided here: EINTR, missing files and refusals go to the caller as they are.
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>

#include "device/kernel/system.hpp"

namespace mattock::device::kernel {
namespace {

// MEM_MAP's offsets begin at 4 GiB, in programs of 32 bits too (CMakeLists.txt asks for the wide type).
static_assert(sizeof(off_t) == 8);

constexpr mode_t kForAll = 0666, kPermissions = 07777;
constexpr int kLogReadAll = 3, kLogSize = 10;  // of klogctl(3)

int result_of(int returned) { return returned < 0 ? -errno : returned; }

FileKind kind_of(const struct stat& status) {
  return {S_ISCHR(status.st_mode), static_cast<unsigned>(major(status.st_rdev)),
          static_cast<unsigned>(minor(status.st_rdev))};
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

class Linux final : public System {
 public:
  int open(const std::string& path, int flags) override { return result_of(::open(path.c_str(), flags, kForAll)); }
  int close(int fd) override { return result_of(::close(fd)); }
  int ioctl(int fd, std::uint32_t request, void* argument) override {
    return result_of(::ioctl(fd, static_cast<unsigned long>(request), argument));
  }

  int map(int fd, std::uint64_t offset, std::size_t bytes, void*& address) override {
    void* const mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, static_cast<off_t>(offset));
    if (mapped == MAP_FAILED) return -errno;
    address = mapped;
    return 0;
  }
  int unmap(void* address, std::size_t bytes) override { return result_of(::munmap(address, bytes)); }

  int kind(int fd, FileKind& kind) override {
    struct stat status = {};
    if (::fstat(fd, &status) < 0) return -errno;
    kind = kind_of(status);
    return 0;
  }

  int lock(int fd) override { return result_of(::flock(fd, LOCK_EX)); }
  int unlock(int fd) override { return result_of(::flock(fd, LOCK_UN)); }

  int list(const std::string& folder, std::vector<std::string>& names) override {
    names.clear();
    const std::unique_ptr<DIR, CloseFolder> open_folder(::opendir(folder.c_str()));
    if (!open_folder) return -errno;
    errno = 0;
    while (const dirent* entry = ::readdir(open_folder.get())) {
      const std::string name = static_cast<const char*>(entry->d_name);
      if (name != "." && name != "..") names.push_back(name);
    }
    std::ranges::sort(names);
    return -errno;
  }

  int read(const std::string& path, std::string& text) override {
    text.clear();
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    std::array<char, 4096> piece = {};
    int result = 0;
    while (true) {
      const ssize_t got = ::read(fd, piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) result = -errno;
      if (got <= 0) break;
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
    ::close(fd);
    return result;
  }

  int look(const std::string& path, PathKind& kind) override {
    struct stat status = {};
    if (::lstat(path.c_str(), &status) < 0) return -errno;
    kind = {.link = S_ISLNK(status.st_mode)};
    if (kind.link) {
      std::array<char, PATH_MAX> target = {};
      const ssize_t bytes = ::readlink(path.c_str(), target.data(), target.size());
      if (bytes < 0) return -errno;
      kind.target.assign(target.data(), static_cast<std::size_t>(bytes));
      if (::stat(path.c_str(), &status) < 0) return -errno;
    }
    kind.file = kind_of(status);
    kind.mode = status.st_mode & kPermissions;
    kind.user = status.st_uid;
    kind.group = status.st_gid;
    return 0;
  }

  int kernel_log(std::string& text) override {
    const int size = ::klogctl(kLogSize, nullptr, 0);
    if (size < 0) return -errno;
    text.resize(static_cast<std::size_t>(size));
    const int got = ::klogctl(kLogReadAll, text.data(), size);
    text.resize(static_cast<std::size_t>(std::max(got, 0)));
    return got < 0 ? -errno : 0;
  }

  int hold_signals(sigset_t& before) override {
    sigset_t all;
    ::sigfillset(&all);
    return -::pthread_sigmask(SIG_SETMASK, &all, &before);
  }
  int release_signals(const sigset_t& before) override { return -::pthread_sigmask(SIG_SETMASK, &before, nullptr); }
  int process() override { return ::getpid(); }
};

}  // namespace

std::shared_ptr<System> make_linux() { return std::make_shared<Linux>(); }

}  // namespace mattock::device::kernel
