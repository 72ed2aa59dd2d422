#include "faults/watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "support/allocations.hpp"

namespace mattock::test {
namespace {

/// What a kernel, the emulator in it and this class allocate is not the back end's.
class Uncounted {
 public:
  Uncounted() = default;
  ~Uncounted() {
    allocations = count_;
    allocated_bytes = bytes_;
  }
  Uncounted(const Uncounted&) = delete;
  Uncounted& operator=(const Uncounted&) = delete;

 private:
  std::size_t count_ = allocations, bytes_ = allocated_bytes;
};

bool is_driver_call(std::uint32_t request) {
  return (request >> 8 & 0xff) == 'd' && (request & 0xff) >= abi::kDriverNumbers && (request & 0xff) < 0x50;
}

std::string direction(std::uint32_t flags) {
  switch (flags) {
    case abi::kToDevice: return "to device";
    case abi::kFromDevice: return "from device";
    default: return "both ways";
  }
}

}  // namespace

void throw_crash(const std::string& what) { throw KernelCrash{what}; }

std::string Watch::name_of(std::uint64_t token) const {
  const auto place = static_cast<std::size_t>(std::ranges::find(tokens_, token) - tokens_.begin());
  return place < names_.size() ? names_[place] : fmt::format("object {}", place);
}

int Watch::sync(int fd, std::uint32_t request, abi::MemSync& sync) {
  syncs_.push_back(fmt::format("{} of {} [{:#x}, {:#x})", direction(sync.flags), name_of(sync.token), sync.offset,
                               sync.offset + sync.size));
  calls.push_back("sync " + syncs_.back());
  if (leaves_out && leaves_out(syncs_.size() - 1)) return 0;
  return next_->ioctl(fd, request, &sync);
}

int Watch::submit(int fd, std::uint32_t request, abi::Submit& submit) {
  calls.emplace_back("submit");
  abi::Submit sent = submit;
  if (changes) changes(sent);
  int result = -EFAULT;
  try {
    result = next_->ioctl(fd, request, &sent);
  } catch (const KernelCrash& crash) {
    crash_ = crash.what;
  }
  submit.task_counter = sent.task_counter;
  submit.elapsed = sent.elapsed;
  submit.core_mask = sent.core_mask;
  return result;
}

int Watch::driver_call(int fd, std::uint32_t request, void* argument) {
  switch (static_cast<abi::Call>((request & 0xff) - abi::kDriverNumbers)) {
    case abi::Call::kMemSync: return sync(fd, request, *static_cast<abi::MemSync*>(argument));
    case abi::Call::kSubmit: return submit(fd, request, *static_cast<abi::Submit*>(argument));
    case abi::Call::kMemCreate: {
      calls.emplace_back("create");
      const int result = next_->ioctl(fd, request, argument);
      if (result == 0) tokens_.push_back(static_cast<abi::MemCreate*>(argument)->token);
      return result;
    }
    default: calls.push_back(fmt::format("ioctl {:#x}", request)); return next_->ioctl(fd, request, argument);
  }
}

int Watch::ioctl(int fd, std::uint32_t request, void* argument) {
  const Uncounted ours;
  if (is_driver_call(request)) return driver_call(fd, request, argument);
  calls.push_back(fmt::format("ioctl {:#x}", request));
  return next_->ioctl(fd, request, argument);
}

int Watch::open(const std::string& path, int flags) {
  const Uncounted ours;
  calls.push_back("open " + path);
  return next_->open(path, flags);
}

int Watch::close(int fd) {
  const Uncounted ours;
  calls.emplace_back("close");
  return next_->close(fd);
}

int Watch::map(int fd, std::uint64_t offset, std::size_t bytes, void*& address) {
  const Uncounted ours;
  calls.emplace_back("map");
  return next_->map(fd, offset, bytes, address);
}

int Watch::unmap(void* address, std::size_t bytes) {
  const Uncounted ours;
  calls.emplace_back("unmap");
  return next_->unmap(address, bytes);
}

int Watch::kind(int fd, abi::FileKind& kind) {
  const Uncounted ours;
  calls.emplace_back("kind");
  return next_->kind(fd, kind);
}

int Watch::lock(int fd) {
  const Uncounted ours;
  calls.emplace_back("take turn");
  return next_->lock(fd);
}

int Watch::unlock(int fd) {
  const Uncounted ours;
  calls.emplace_back("give turn back");
  return next_->unlock(fd);
}

int Watch::list(const std::string& folder, std::vector<std::string>& names) {
  const Uncounted ours;
  calls.push_back("list " + folder);
  return next_->list(folder, names);
}

int Watch::read(const std::string& path, std::string& text) {
  const Uncounted ours;
  calls.push_back("read " + path);
  return next_->read(path, text);
}

}  // namespace mattock::test
