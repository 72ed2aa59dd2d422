// The last look at a program before a device runs it. Boards often have no IOMMU: a wrong address there
// writes anywhere in memory, and a wrong chain hangs the bus. So nothing reaches a device unchecked, the
// emulator included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "hw/chip.hpp"
#include "hw/command.hpp"

namespace mattock::check {

/// A buffer the job may use.
struct Memory {
  std::uint64_t address = 0;
  std::span<const std::byte> bytes;
  std::string_view name;
};

/// Tasks in the order they run, as a submit hands them over: regcmd_addr is a DMA address.
struct Job {
  const hw::Chip& chip;
  std::span<const hw::TaskRecord> tasks;
  std::span<const Memory> buffers;
};

/// Refuses a job unless
/// - its tasks are at most the chip's, each at most hw::kMaxTaskWords words with the tail, inside one buffer;
/// - every word goes to a register that is known, and sets no bit that is not;
/// - every address is 0 (not in use) or inside a buffer of the job;
/// - each task ends in the tail the PC needs, starts the blocks its record says, and names the next task.
/// Errors: kBadInput; the message names task, word, register and value.
Result<void> check(const Job& job);

}  // namespace mattock::check
