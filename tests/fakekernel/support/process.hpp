// A program that talks to the driver by raw ioctls through a fake system: each function is one call, with the request
// the driver of that version and build expects, and gives back what the kernel said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "device/kernel/abi.hpp"
#include "fakekernel/system.hpp"

namespace mattock::test {

namespace abi = device::kernel;

/// What Options::crash throws in these tests.
struct KernelCrash {
  std::string what;
};
fakekernel::Options with_crash(fakekernel::Options options);

struct MappedObject {
  std::uint32_t handle = 0;  ///< on a misc node a descriptor
  std::uint32_t flags = 0;
  std::uint64_t size = 0, token = 0, address = 0;
  std::span<std::byte> bytes = {};
};

class Process {
 public:
  /// On the render node, or /dev/rknpu of a misc build.
  explicit Process(const fakekernel::Options& options = {}, const fakekernel::SystemOptions& system = {});

  /// Another process on the same kernel.
  explicit Process(std::shared_ptr<fakekernel::Kernel> kernel, const fakekernel::SystemOptions& system = {});

  fakekernel::Kernel& kernel() { return *kernel_; }
  std::shared_ptr<fakekernel::Kernel> shared_kernel() { return kernel_; }
  fakekernel::FakeSystem& system() { return *system_; }
  bool misc() const { return misc_; }
  int fd() const { return fd_; }
  void use(int fd) { fd_ = fd; }
  int open(const std::string& path) { return system_->open(path, 2); }

  int action(abi::Ask ask, std::uint32_t& value);
  /// The struct of the version's own size, or of `bytes`.
  int create(abi::MemCreate& create, std::size_t bytes = 0);
  int map_offset(abi::MemMap& map) { return call(abi::Call::kMemMap, &map, sizeof(map)); }
  int destroy(const MappedObject& object);
  int sync(const MappedObject& object, std::uint32_t flags) { return sync(object.token, flags, 0, object.size); }
  int sync(std::uint64_t token, std::uint32_t flags, std::uint64_t offset, std::uint64_t size);
  int submit(abi::Submit& submit) { return call(abi::Call::kSubmit, &submit, sizeof(submit)); }
  int call(abi::Call call, void* argument, std::size_t bytes);
  int ioctl(std::uint32_t request, void* argument) { return system_->ioctl(fd_, request, argument); }

  /// MEM_CREATE, MEM_MAP and mmap; NON_CONTIGUOUS only where it is possible. A failure is one of the test.
  MappedObject object(std::size_t bytes, std::uint32_t flags);

 private:
  std::shared_ptr<fakekernel::Kernel> kernel_;
  std::shared_ptr<fakekernel::FakeSystem> system_;
  bool misc_ = false;
  int fd_ = -1;
};

}  // namespace mattock::test
