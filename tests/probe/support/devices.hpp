// Devices to ask: the emulator, and the NPU behind a fake driver, with their time.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "device/kernel/abi.hpp"
#include "fakekernel/machine.hpp"
#include "fakekernel/system.hpp"
#include "probe/probe.hpp"

namespace mattock::test {

struct Emulated {
  explicit Emulated(const emulator::Variation& variation)
      : device(Device::open("emulator", {.variation = variation}).value()) {}
  Device device;
  probe::Context context{device};
};

/// A kernel whose n-th sync for the CPU is lost.
class LosesSync : public device::kernel::System {
 public:
  LosesSync(std::shared_ptr<System> system, int lost) : system_(std::move(system)), lost_(lost) {}

  int ioctl(int fd, std::uint32_t request, void* argument) override {
    using namespace device::kernel;
    if (request == drm_request(Call::kMemSync, sizeof(MemSync)) &&
        static_cast<const MemSync*>(argument)->flags == kFromDevice && ++syncs_ == lost_)
      return 0;
    return system_->ioctl(fd, request, argument);
  }
  int open(const std::string& path, int flags) override { return system_->open(path, flags); }
  int close(int fd) override { return system_->close(fd); }
  int map(int fd, std::uint64_t offset, std::size_t bytes, void*& address) override {
    return system_->map(fd, offset, bytes, address);
  }
  int unmap(void* address, std::size_t bytes) override { return system_->unmap(address, bytes); }
  int kind(int fd, device::kernel::FileKind& kind) override { return system_->kind(fd, kind); }
  int lock(int fd) override { return system_->lock(fd); }
  int unlock(int fd) override { return system_->unlock(fd); }
  int list(const std::string& folder, std::vector<std::string>& names) override { return system_->list(folder, names); }
  int read(const std::string& path, std::string& text) override { return system_->read(path, text); }

 private:
  std::shared_ptr<System> system_;
  int lost_, syncs_ = 0;
};

struct Fake {
  explicit Fake(const fakekernel::Options& options, int lost_sync = 0)
      : kernel(fakekernel::Kernel::create(options).value()),
        device(Device::open("rknpu", {.system = std::make_shared<LosesSync>(
                                          fakekernel::make_system(fakekernel::radxa_zero_3w(kernel)), lost_sync)})
                   .value()) {}
  std::shared_ptr<fakekernel::Kernel> kernel;
  Device device;
  probe::Context context{device, [this] { return static_cast<double>(kernel->nanoseconds()) * 1e-9; }};
};

inline bool is_as_assumed(const probe::Outcome& outcome) {
  using probe::Verdict;
  return outcome.verdict == Verdict::kAgreed || outcome.verdict == Verdict::kMeasured ||
         (outcome.verdict == Verdict::kAnswer && outcome.as_assumed);
}

}  // namespace mattock::test
