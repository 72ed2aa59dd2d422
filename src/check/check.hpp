// The last look at a program before a device runs it. Boards often have no IOMMU: a wrong address there
// writes anywhere in memory, and a wrong chain hangs the bus. So nothing reaches a device unchecked, the
// emulator included.
//
//   words.cpp         what one word may write
//   check.cpp         tasks, chain and op-enable, walked as the PC walks them, with both register groups
//   convolution.cpp   CNA, CMAC and CORE: shapes that agree, features and weights inside their buffers
//   cbuf.cpp          banks, entries, what stays in the convolution buffer
//   formats.cpp       the DPU: types and counts that agree; stages.cpp its arithmetic
//   readers.cpp       DPU_RDMA: whole extents of what it reads; writer.cpp those of the result
//   unsupported.cpp   what a chip may do and Mattock does not
//
// A rule is one sentence and one function (rule.hpp). The checker judges the emulator, too: it computes from the
// register description and the chip's numbers alone and shares no code with it.
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
  std::span<const Memory> buffers;  ///< do not overlap
};

/// Refuses a job unless
/// - its tasks are at most the chip's, each at most hw::kMaxTaskWords words with the tail, inside one buffer;
/// - every word goes to a register that is known and sets no bit that is not; addresses are 0 (not in use) or
///   in a buffer of the job;
/// - each task ends in the tail the PC needs, starts the blocks its record says, and names the next task;
/// - a block that starts finds every register it reads written in this submit, in the group that runs;
/// - the blocks of a task agree with each other, stay within the chip's limits, and everything they read and
///   write lies inside one buffer each, from the first byte to the last; nothing overwrites the job's words;
/// - nothing is asked for that Mattock does not support.
/// What it accepts the strict emulator executes. Errors: kUnsupported for the last, else kBadInput; the message names
/// task, register, field, value, the word that wrote it, the rule, and what is allowed.
Result<void> check(const Job& job);

}  // namespace mattock::check
