// The NPU as the driver sees it: some registers of the PC. A write of 1 to "operation enable" runs the chain that the
// other registers name, on the emulator and to its end; what interrupt it raises and how far it came is then read.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emulator/emulator.hpp"
#include "fakekernel/kernel.hpp"

namespace mattock::fakekernel {

/// Registers of the PC (kernel.md 2.6).
namespace pc {
inline constexpr std::uint32_t kVersion = 0x00, kVersionNumber = 0x04, kEnable = 0x08, kAddress = 0x10, kAmount = 0x14,
                               kIntMask = 0x20, kIntClear = 0x24, kIntStatus = 0x28, kIntRawStatus = 0x2c,
                               kTaskControl = 0x30, kDmaBase = 0x34, kTaskStatus = 0x3c;
inline constexpr unsigned kTaskBits = 12;
inline constexpr std::uint32_t kTaskMask = (1U << kTaskBits) - 1;
inline constexpr std::uint32_t kDmaReadError = 0x1000, kDmaWriteError = 0x2000;
}  // namespace pc

/// Bytes since the last clear.
struct Traffic {
  std::uint64_t written = 0, read = 0, weights = 0;
};

class Npu {
 public:
  Npu(const hw::Chip& chip, const Options& options);

  emulator::Emulator& memory() { return emulator_; }

  /// `fault` is what the next run meets.
  void set_fault(std::optional<Fault::Kind> fault) { fault_ = fault; }
  void write(std::uint32_t offset, std::uint32_t value);
  std::uint32_t read(std::uint32_t offset) const;
  /// Between jobs: forgets the writes listed so far.
  void begin_job() { writes_.clear(); }
  const std::vector<RegisterWrite>& writes() const { return writes_; }

  /// What the last run takes; nothing when it never ends.
  std::optional<std::uint64_t> nanoseconds() const { return nanoseconds_; }
  /// Looks at the last run as it stood after that long: the tasks done by then, and no interrupt.
  void stop_after(std::uint64_t nanoseconds);
  /// Why it never ends, and what the emulator has to say of it: for the log.
  std::vector<std::string> complaints() const;
  const Traffic& traffic() const { return traffic_; }
  void clear_traffic() { traffic_ = {}; }

 private:
  void run();
  void execute(const emulator::Submit& submit);
  void finish(std::uint32_t enable_mask, std::uint32_t tasks);
  std::uint64_t nanoseconds_of(const emulator::TaskReport& task) const;

  const hw::Chip& chip_;
  const Options& options_;
  emulator::Emulator emulator_;
  emulator::SubmitReport report_;
  std::optional<Fault::Kind> fault_;
  std::vector<RegisterWrite> writes_;
  std::uint32_t address_ = 0, amount_ = 0, int_mask_ = 0, task_control_ = 0, dma_base_ = 0;
  std::uint32_t raw_status_ = 0, tasks_done_ = 0;
  std::optional<std::uint64_t> nanoseconds_;
  std::string complaint_;
  Traffic traffic_;
};

/// Pairs of bits of a status, one of which is set, become two set bits; the bits above the pairs are dropped.
std::uint32_t folded(std::uint32_t status);

}  // namespace mattock::fakekernel
