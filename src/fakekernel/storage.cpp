#include "fakekernel/storage.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <new>

#include "base/math.hpp"

namespace mattock::fakekernel {
namespace {

constexpr std::size_t kLineBytes = 64;
constexpr std::byte kFresh{0x7f};

struct Lines {
  std::size_t begin, end;
};
Lines lines_of(std::size_t offset, std::size_t bytes, std::size_t all) {
  if (bytes == 0) return {offset, offset};
  return {offset / kLineBytes * kLineBytes, std::min(align_up(offset + bytes, kLineBytes), all)};
}

}  // namespace

std::shared_ptr<Storage> Storage::create(std::size_t bytes, bool two_copies, bool zeroed) {
  std::shared_ptr<Storage> storage(new Storage);
  storage->fd_ = memfd_create("rknpu object", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (storage->fd_ < 0 || ftruncate(storage->fd_, narrow<off_t>(bytes)) != 0) return nullptr;
  // Whoever maps it must not take it away from under us.
  if (fcntl(storage->fd_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) return nullptr;
  storage->identity_ = identity_of(storage->fd_);
  void* const at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, storage->fd_, 0);
  if (at == MAP_FAILED) return nullptr;
  storage->cpu_ = {static_cast<std::byte*>(at), bytes};
  if (!two_copies) return storage;
  storage->copy_.reset(new (std::nothrow) std::byte[bytes]);
  if (!storage->copy_) return nullptr;
  storage->fresh_value_ = zeroed ? std::byte{0} : kFresh;
  storage->fresh_.assign(align_up(bytes, kLineBytes) / kLineBytes, true);
  std::fill_n(storage->copy_.get(), bytes, storage->fresh_value_);
  if (!zeroed) std::ranges::fill(storage->cpu_, kFresh);
  return storage;
}

Storage::~Storage() {
  if (!cpu_.empty()) munmap(cpu_.data(), cpu_.size());
  if (fd_ >= 0) close(fd_);
}

void Storage::to_device(std::size_t offset, std::size_t bytes) {
  if (!copy_) return;
  const Lines lines = lines_of(offset, bytes, cpu_.size());
  std::copy(cpu_.data() + lines.begin, cpu_.data() + lines.end, copy_.get() + lines.begin);
  settle(lines.begin, lines.end);
}

void Storage::from_device(std::size_t offset, std::size_t bytes) {
  if (!copy_) return;
  const Lines lines = lines_of(offset, bytes, cpu_.size());
  std::copy(copy_.get() + lines.begin, copy_.get() + lines.end, cpu_.data() + lines.begin);
  settle(lines.begin, lines.end);
}

void Storage::settle(std::size_t begin, std::size_t end) {
  for (std::size_t line = begin / kLineBytes; line * kLineBytes < end && line < fresh_.size(); ++line)
    fresh_[line] = false;
}

std::size_t Storage::write_back_fresh() {
  const auto is_fresh = [this](std::span<const std::byte> bytes) {
    return std::ranges::all_of(bytes, [this](std::byte value) { return value == fresh_value_; });
  };
  std::size_t lost = 0;
  for (std::size_t line = 0; line < fresh_.size(); ++line) {
    const std::size_t begin = line * kLineBytes, bytes = std::min(kLineBytes, cpu_.size() - begin);
    if (!fresh_[line] || !is_fresh(cpu_.subspan(begin, bytes))) continue;
    const std::span<std::byte> seen(copy_.get() + begin, bytes);
    if (!is_fresh(seen)) ++lost;
    std::ranges::fill(seen, fresh_value_);
  }
  fresh_.clear();
  return lost;
}

std::uint64_t identity_of(int fd) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) return 0;
  return std::uint64_t{status.st_dev} << 48 ^ std::uint64_t{status.st_ino};
}

}  // namespace mattock::fakekernel
