// A piece of memory that the driver made: mapped while it lives, given back when it goes.
//
// Its CPU mapping is cached, as the vendor's runtime has it: what the CPU writes must be synced before the NPU reads
// it, and what the NPU writes before the CPU does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "device/buffer.hpp"
#include "device/kernel/owned.hpp"
#include "device/rknpu/driver.hpp"

namespace mattock::device::rknpu {

/// The flags that a buffer is asked for with. Below 4 GiB needs none on an RK356x: until 0.8 that is what a cleared bit
/// 7 means, and since 0.9 the driver's own 32-bit mask sees to it, while a set bit 7 means the opposite in either.
std::uint32_t memory_flags(const Driver& driver, bool iommu, BufferUse use);

class Object {
 public:
  /// `bytes` is whole pages, made with `flags` for `use`. `name` stands in messages. Errors: kDevice when the kernel
  /// refuses, or when it gives memory that reaches `limit`, the first address the NPU cannot.
  static Result<Object> create(std::shared_ptr<Driver> driver, std::size_t bytes, std::uint32_t flags, BufferUse use,
                               std::uint64_t limit, std::string_view name);
  ~Object();
  Object(Object&&) noexcept = default;
  Object& operator=(Object&&) = delete;

  std::uint64_t address() const { return address_; }
  std::uint64_t token() const { return token_; }
  std::span<std::byte> bytes() const { return mapping_.bytes(); }

  /// `direction`: kernel::kToDevice, kFromDevice or both.
  Result<void> sync(std::uint32_t direction, std::size_t offset, std::size_t bytes, std::string_view name) const;

 private:
  explicit Object(std::shared_ptr<Driver> driver) : driver_(std::move(driver)) {}
  Result<void> map(std::size_t bytes, std::string_view name);

  std::shared_ptr<Driver> driver_;  // moved from: nothing to give back
  std::uint32_t handle_ = 0;
  std::uint64_t token_ = 0, address_ = 0;
  kernel::Descriptor memory_file_;  // of a misc build's object
  kernel::Mapping mapping_;
};

}  // namespace mattock::device::rknpu
