// What a kernel gives and wants back, owned: a descriptor is closed and a mapping undone when its owner goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "device/kernel/system.hpp"

namespace mattock::device::kernel {

class Descriptor {
 public:
  Descriptor() = default;
  /// Takes over an open descriptor.
  Descriptor(std::shared_ptr<System> system, int fd) : system_(std::move(system)), fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : system_(std::move(other.system_)), fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;

  /// Opens `path`, again if a signal came between. 0 or an errno below 0; then the descriptor is closed.
  int open(std::shared_ptr<System> system, const std::string& path, int flags);
  void reset();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  std::shared_ptr<System> system_;
  int fd_ = -1;
};

class Mapping {
 public:
  Mapping() = default;
  ~Mapping() { reset(); }
  Mapping(Mapping&& other) noexcept
      : system_(std::move(other.system_)), bytes_(std::exchange(other.bytes_, std::span<std::byte>())) {}
  Mapping& operator=(Mapping&& other) noexcept;

  /// 0 or an errno below 0; then nothing is mapped.
  int map(std::shared_ptr<System> system, int fd, std::uint64_t offset, std::size_t bytes);
  void reset();

  std::span<std::byte> bytes() const { return bytes_; }

 private:
  std::shared_ptr<System> system_;
  std::span<std::byte> bytes_;
};

}  // namespace mattock::device::kernel
