#include "device/rknpu/object.hpp"

#include <fmt/format.h>

#include <utility>

#include "device/rknpu/errors.hpp"

namespace mattock::device::rknpu {

std::uint32_t memory_flags(const Driver& driver, bool iommu, BufferUse use) {
  constexpr unsigned kLimitsAlignment = 907;  // 0.9.7 on
  std::uint32_t flags = kernel::kCacheable;
  if (driver.build() == Build::kDrm && iommu) {
    flags |= kernel::kNonContiguous;
    if (driver.version().code() >= kLimitsAlignment) flags |= kernel::kLimitAlignment;
  }
  if (use == BufferUse::kTaskRecords) flags |= kernel::kKernelMapping;
  return flags;
}

Result<Object> Object::create(std::shared_ptr<Driver> driver, std::size_t bytes, std::uint32_t flags, BufferUse use,
                              std::uint64_t limit, std::string_view name) {
  kernel::MemCreate made{.flags = flags, .size = bytes};
  if (const int result = driver->create(made); result < 0)
    return tl::unexpected<Error>(
        call_error(Step::kCreate, fmt::format("buffer '{}' of {} bytes", name, bytes), result));
  Object object(std::move(driver));
  object.handle_ = made.handle;
  object.token_ = made.token;
  object.address_ = made.address;
  if (object.driver_->build() == Build::kMisc)
    object.memory_file_ = kernel::Descriptor(object.driver_->system(), static_cast<int>(made.handle));
  if (made.size < bytes)
    return fail(Code::kDevice, fmt::format("buffer '{}': the driver gave {} of {} bytes", name, made.size, bytes));
  if (made.address >= limit || bytes > limit - made.address)
    return fail(
        Code::kDevice,
        fmt::format("buffer '{}': the driver gave {} bytes at address {:#x}, beyond {:#x} where the NPU's reach "
                    "ends",
                    name, bytes, made.address, limit),
        "driver and device tree are not made for this chip");
  if (const auto mapped = object.map(bytes, name); !mapped) return propagate(mapped);
  // Lines that the kernel left dirty when it cleared the pages must not fall on what the NPU writes. Memory that the
  // NPU only reads needs no such thing: what is read there the CPU wrote, and whoever wrote it syncs it.
  if (use == BufferUse::kData)
    if (const auto synced = object.sync(kernel::kToDevice, 0, bytes, name); !synced) return propagate(synced);
  return object;
}

Result<void> Object::map(std::size_t bytes, std::string_view name) {
  const auto refused = [&](int result) {
    return tl::unexpected<Error>(
        call_error(Step::kMap, fmt::format("buffer '{}' of {} bytes cannot be mapped", name, bytes), result));
  };
  if (memory_file_) {
    const int result = mapping_.map(driver_->system(), memory_file_.get(), 0, bytes);
    return result < 0 ? refused(result) : Result<void>{};
  }
  kernel::MemMap place{.handle = handle_};
  if (const int result = driver_->map(place); result < 0) return refused(result);
  const int result = mapping_.map(driver_->system(), driver_->fd(), place.offset, bytes);
  return result < 0 ? refused(result) : Result<void>{};
}

Object::~Object() {
  if (!driver_) return;
  mapping_.reset();
  // In a child after a fork the object is the parent's.
  if (!driver_->is_ours()) return;
  kernel::MemDestroy object;
  if (driver_->build() == Build::kDrm)
    object.handle = handle_;
  else
    object.token = token_;
  driver_->destroy(object);
}

Result<void> Object::sync(std::uint32_t direction, std::size_t offset, std::size_t bytes, std::string_view name) const {
  if (bytes == 0) return {};
  kernel::MemSync range{.flags = direction, .token = token_, .offset = offset, .size = bytes};
  if (const int result = driver_->sync(range); result < 0)
    return tl::unexpected<Error>(call_error(Step::kSync, fmt::format("caches of buffer '{}'", name), result));
  return {};
}

}  // namespace mattock::device::rknpu
