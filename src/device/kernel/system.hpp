// The one class through which the project talks to a kernel. `Linux` makes the calls; a fake kernel stands behind the
// same class in tests. Results are those of the kernel itself: 0 or more, or an errno below 0.
#pragma once

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mattock::device::kernel {

/// What an open file is.
struct FileKind {
  bool character_device = false;
  unsigned major = 0, minor = 0;
};

/// What stands at a path, without opening it.
struct PathKind {
  bool link = false;        ///< the path itself is a symbolic link; the rest is about what it leads to
  std::string target = {};  ///< of the link, as it is written
  FileKind file = {};
  unsigned mode = 0;  ///< permissions: 0660
  unsigned user = 0, group = 0;
};

class System {
 public:
  virtual ~System() = default;

  /// `flags` as open(2) has them; a file that is made is open to all but the umask. The descriptor, or an errno below
  /// 0.
  virtual int open(const std::string& path, int flags) = 0;
  virtual int close(int fd) = 0;
  /// Once: who calls decides what EINTR means.
  virtual int ioctl(int fd, std::uint32_t request, void* argument) = 0;
  /// Shared, for reading and writing. `address` is set when the result is 0.
  virtual int map(int fd, std::uint64_t offset, std::size_t bytes, void*& address) = 0;
  virtual int unmap(void* address, std::size_t bytes) = 0;
  virtual int kind(int fd, FileKind& kind) = 0;
  /// Waits for the exclusive right to the file, which ends with its descriptor or unlock().
  virtual int lock(int fd) = 0;
  virtual int unlock(int fd) = 0;

  /// Names in a folder, sorted, without "." and "..".
  virtual int list(const std::string& folder, std::vector<std::string>& names) = 0;
  /// A small file of /proc or /sys, whole.
  virtual int read(const std::string& path, std::string& text) = 0;

  // What a device needs ends here; what follows may say -ENOSYS.

  /// What stands at a path.
  virtual int look(const std::string& path, PathKind& kind);
  /// What the kernel has written to its log, oldest first. -EPERM where that is root's.
  virtual int kernel_log(std::string& text);

  /// Keeps signals from this thread until release_signals(), for a wait that a signal would break off. A fake needs
  /// neither.
  virtual int hold_signals(sigset_t& before);
  virtual int release_signals(const sigset_t& before);
  /// Who holds what was opened: after a fork a child has the descriptors, too, but nothing in them is its own.
  virtual int process();
};

inline int System::look(const std::string& /*path*/, PathKind& /*kind*/) { return -ENOSYS; }
inline int System::kernel_log(std::string& /*text*/) { return -ENOSYS; }
inline int System::hold_signals(sigset_t& /*before*/) { return 0; }
inline int System::release_signals(const sigset_t& /*before*/) { return 0; }
inline int System::process() { return 0; }

/// Makes a call again as long as a signal breaks it off.
template <class Call>
int uninterrupted(const Call& call) {
  int result = -EINTR;
  while (result == -EINTR) result = call();
  return result;
}

/// The kernel this program runs on.
std::shared_ptr<System> make_linux();

}  // namespace mattock::device::kernel
