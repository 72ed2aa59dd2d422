#include "device/kernel/owned.hpp"

namespace mattock::device::kernel {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this == &other) return *this;
  reset();
  system_ = std::move(other.system_);
  fd_ = std::exchange(other.fd_, -1);
  return *this;
}

int Descriptor::open(std::shared_ptr<System> system, const std::string& path, int flags) {
  reset();
  const int fd = uninterrupted([&] { return system->open(path, flags); });
  if (fd < 0) return fd;
  system_ = std::move(system);
  fd_ = fd;
  return 0;
}

void Descriptor::reset() {
  // A second close after EINTR could hit what another thread opened in between: Linux has closed it already.
  if (fd_ >= 0) system_->close(fd_);
  fd_ = -1;
}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  if (this == &other) return *this;
  reset();
  system_ = std::move(other.system_);
  bytes_ = std::exchange(other.bytes_, std::span<std::byte>());
  return *this;
}

int Mapping::map(std::shared_ptr<System> system, int fd, std::uint64_t offset, std::size_t bytes) {
  reset();
  void* address = nullptr;
  const int result = uninterrupted([&] { return system->map(fd, offset, bytes, address); });
  if (result < 0) return result;
  system_ = std::move(system);
  bytes_ = {static_cast<std::byte*>(address), bytes};
  return 0;
}

void Mapping::reset() {
  // Where the kernel is short of memory it unmaps nothing, and may have some a moment later; nobody else has the range.
  if (!bytes_.empty() && system_->unmap(bytes_.data(), bytes_.size()) < 0) system_->unmap(bytes_.data(), bytes_.size());
  bytes_ = {};
}

}  // namespace mattock::device::kernel
