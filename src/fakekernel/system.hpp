// System calls that end at fake kernels in this process, for tests of what stands on device/kernel/system.hpp.
// Descriptors are numbers of its own, from 1000 up, so that a real one given to it, or the other way round, is found
// out; memory is really mapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "device/kernel/system.hpp"
#include "fakekernel/kernel.hpp"
#include "fakekernel/machine.hpp"

namespace mattock::fakekernel {

struct SystemOptions {
  /// What the n-th call (from 1, every function of System counts) meets instead of its own result: an errno. A close
  /// that fails so has closed, as on Linux; every other call has done nothing.
  struct Fault {
    std::uint64_t call = 0;
    int error = 0;
  };
  std::vector<Fault> faults = {};
  std::size_t most_descriptors = 1024;  ///< open at a time, else EMFILE
};

class FakeSystem : public device::kernel::System {
 public:
  virtual std::uint64_t calls() const = 0;
  /// The calls so far by name, such as "open /dev/dri/card1" or "ioctl 0xc0086440".
  virtual std::vector<std::string> history() const = 0;
  /// What was not given back: `files` are the open device files among the descriptors; `objects` stays 0.
  virtual Held held() const = 0;
};

std::shared_ptr<FakeSystem> make_system(Machine machine, const SystemOptions& options = {});

}  // namespace mattock::fakekernel
