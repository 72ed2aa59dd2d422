// What a back end provides; Device adds what is common to all: names, checks, one submit at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/error.hpp"
#include "device/buffer.hpp"
#include "device/device.hpp"
#include "hw/command.hpp"

namespace mattock::device {

class Backend {
 public:
  virtual ~Backend() = default;

  virtual const hw::Chip& chip() const = 0;
  /// What Device::identity() says.
  virtual DeviceIdentity identity() { return {}; }

  /// `bytes` is a multiple of kPageBytes and not 0. `self` is what keeps this back end alive; the memory
  /// holds it.
  virtual Result<std::unique_ptr<Buffer::Memory>> allocate(std::size_t bytes, std::string name, BufferUse use,
                                                           std::shared_ptr<Backend> self) = 0;
  virtual Result<void> sync_to_device(const Buffer& buffer, std::size_t offset, std::size_t bytes) = 0;
  virtual Result<void> sync_from_device(const Buffer& buffer, std::size_t offset, std::size_t bytes) = 0;

  /// What Device asks of a job, given all memory of the device that is allocated.
  using Check = std::function<Result<void>(std::span<const Buffer::Memory* const> memories)>;

  /// Calls `check` as submit() would, and runs nothing.
  virtual Result<void> inspect(const Check& check) = 0;

  /// `tasks` are the decoded records of the range; `records` and `range` are what a kernel wants, and were
  /// compared with each other. `check` is called
  /// before anything runs; until the submit ends no memory it saw is given back, whichever thread asks.
  /// What `report` holds is replaced; its memory is used again.
  virtual Result<void> submit(std::span<const hw::TaskRecord> tasks, const Buffer& records, TaskRange range,
                              const Check& check, SubmitReport& report) = 0;

  /// Of the last submit that failed in a driver.
  virtual std::optional<DeviceFault> last_fault() const { return std::nullopt; }
};

std::shared_ptr<Backend> make_emulator_backend(const hw::Chip& chip, const DeviceOptions& options);

}  // namespace mattock::device
