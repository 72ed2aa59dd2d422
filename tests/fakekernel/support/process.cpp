#include "fakekernel/support/process.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace mattock::test {

fakekernel::Options with_crash(fakekernel::Options options) {
  options.crash = [](const std::string& what) { throw KernelCrash{what}; };
  return options;
}

Process::Process(const fakekernel::Options& options, const fakekernel::SystemOptions& system)
    : Process(fakekernel::Kernel::create(options).value(), system) {}

Process::Process(std::shared_ptr<fakekernel::Kernel> kernel, const fakekernel::SystemOptions& system)
    : kernel_(std::move(kernel)),
      system_(fakekernel::make_system(fakekernel::radxa_zero_3w(kernel_), system)),
      misc_(kernel_->options().build == fakekernel::Build::kMisc) {
  fd_ = open(misc_ ? "/dev/rknpu" : "/dev/dri/renderD129");
}

int Process::call(abi::Call call, void* argument, std::size_t bytes) {
  return ioctl(misc_ ? abi::misc_request(call, bytes) : abi::drm_request(call, bytes), argument);
}

int Process::action(abi::Ask ask, std::uint32_t& value) {
  abi::Action action{.code = static_cast<std::uint32_t>(ask), .value = value};
  const int result = call(abi::Call::kAction, &action, sizeof(action));
  value = action.value;
  return result;
}

int Process::create(abi::MemCreate& create, std::size_t bytes) {
  const fakekernel::Version& version = kernel_->options().version;
  const std::size_t own = version.minor < 8 ? 32 : version.minor < 9 ? 40 : 48;
  return call(abi::Call::kMemCreate, &create, bytes != 0 ? bytes : own);
}

int Process::destroy(const MappedObject& object) {
  abi::MemDestroy destroy{.handle = object.handle, .token = misc_ ? object.token : 0};
  return call(abi::Call::kMemDestroy, &destroy, sizeof(destroy));
}

int Process::sync(std::uint64_t token, std::uint32_t flags, std::uint64_t offset, std::uint64_t size) {
  abi::MemSync sync{.flags = flags, .token = token, .offset = offset, .size = size};
  return call(abi::Call::kMemSync, &sync, sizeof(sync));
}

MappedObject Process::object(std::size_t bytes, std::uint32_t flags) {
  if (misc_ || !kernel_->options().iommu) flags &= ~abi::kNonContiguous;
  abi::MemCreate create{.flags = flags, .size = bytes};
  EXPECT_EQ(this->create(create), 0);
  MappedObject object{create.handle, flags, create.size, create.token, create.address, {}};
  abi::MemMap map{.handle = create.handle};
  if (!misc_) {
    EXPECT_EQ(map_offset(map), 0);
  }
  void* at = nullptr;
  EXPECT_EQ(system_->map(misc_ ? static_cast<int>(create.handle) : fd_, map.offset, object.size, at), 0);
  if (at != nullptr) object.bytes = {static_cast<std::byte*>(at), object.size};
  return object;
}

}  // namespace mattock::test
