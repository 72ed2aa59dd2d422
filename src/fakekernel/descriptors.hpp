// The descriptors and mappings of a process, for system.cpp, whose lock they rely on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "fakekernel/kernel.hpp"
#include "fakekernel/machine.hpp"

namespace mattock::fakekernel {

/// What a descriptor leads to: a device file, memory that was exported, a fence, or a plain file (none of them).
struct Opened {
  std::string path;
  const DeviceFile* device = nullptr;
  std::shared_ptr<File> file = {};        ///< of a device with a kernel
  std::shared_ptr<Kernel> exporter = {};  ///< of exported memory or a fence
  Memory memory = {};
  std::size_t bytes = 0;
  std::uint32_t fence = 0;  ///< of a fence, which is no memory
};

/// The last of it.
void closed(const Opened& opened);

class Descriptors {
 public:
  explicit Descriptors(std::size_t most) : most_(most) {}

  bool full() const { return opened_.size() >= most_; }
  /// The lowest free number.
  int add(Opened opened);
  const Opened* find(int fd) const;
  /// What was closed, so that it can end outside of the lock.
  Opened take(int fd);

  const std::map<int, Opened>& all() const { return opened_; }
  std::size_t count() const { return opened_.size(); }
  std::size_t device_files() const;

 private:
  std::size_t most_;
  std::map<int, Opened> opened_;
};

/// A mapping keeps its file open, as on Linux.
struct Mapped {
  std::size_t bytes = 0;  ///< whole pages
  std::shared_ptr<File> file;
};

}  // namespace mattock::fakekernel
