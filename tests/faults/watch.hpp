// Stands between the back end and a fake system: says in words which calls come by, keeps what they allocate there out
// of the counters, and lets a test play a back end that forgets a sync or fills in a submit wrongly.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "device/kernel/abi.hpp"
#include "device/kernel/system.hpp"

namespace mattock::test {

namespace abi = device::kernel;

class Watch final : public abi::System {
 public:
  /// `objects`: what the memory objects are called, in the order they are made; further ones are "object N".
  Watch(std::shared_ptr<abi::System> next, std::vector<std::string> objects)
      : next_(std::move(next)), names_(std::move(objects)) {}

  /// "sync to device of features [0, 512)", "submit", "take turn", "create".
  std::vector<std::string> calls;

  /// Whether the n-th sync (from 0) is left out: the back end is told that it was made.
  std::function<bool(std::size_t)> leaves_out;
  /// What a submit is sent with instead. The back end gets its own fields back, with what the driver wrote.
  std::function<void(abi::Submit&)> changes;

  /// The syncs so far, in words.
  const std::vector<std::string>& syncs() const { return syncs_; }
  std::uint64_t token_of(std::size_t object) const { return tokens_.at(object); }
  std::size_t objects() const { return tokens_.size(); }
  /// What would have crashed the kernel; the call was then given EFAULT.
  const std::string& crash() const { return crash_; }

  int open(const std::string& path, int flags) override;
  int close(int fd) override;
  int ioctl(int fd, std::uint32_t request, void* argument) override;
  int map(int fd, std::uint64_t offset, std::size_t bytes, void*& address) override;
  int unmap(void* address, std::size_t bytes) override;
  int kind(int fd, abi::FileKind& kind) override;
  int lock(int fd) override;
  int unlock(int fd) override;
  int list(const std::string& folder, std::vector<std::string>& names) override;
  int read(const std::string& path, std::string& text) override;

 private:
  int driver_call(int fd, std::uint32_t request, void* argument);
  int sync(int fd, std::uint32_t request, abi::MemSync& sync);
  int submit(int fd, std::uint32_t request, abi::Submit& submit);
  std::string name_of(std::uint64_t token) const;

  std::shared_ptr<abi::System> next_;
  std::vector<std::string> names_, syncs_;
  std::vector<std::uint64_t> tokens_;  // in the order the objects were made
  std::string crash_;
};

/// For Options::crash of a kernel behind a Watch.
struct KernelCrash {
  std::string what;
};
[[noreturn]] void throw_crash(const std::string& what);

}  // namespace mattock::test
