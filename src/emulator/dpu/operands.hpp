// Per-channel operands of BS and BN: a register, or a stream in memory with one record per channel in groups of
// four: int32 or fp32 addend x 4, int16 OW x 4, 16-bit multiplier x 4, of which a task selects what it needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "emulator/dpu/context.hpp"

namespace mattock::emulator {

/// The same bits for every channel, or one entry per channel.
struct OperandSource {
  std::uint32_t constant = 0;
  bool per_channel = false;
  std::span<const std::uint32_t> values;

  std::uint32_t at(std::size_t channel) const { return per_channel ? values[channel] : constant; }
};

struct StreamSelection {
  bool addend = false, ow = false, factor = false;
  std::size_t record_bytes() const {
    return (addend ? std::size_t{4} : 0) + (ow ? std::size_t{2} : 0) + (factor ? std::size_t{2} : 0);
  }
};

struct OperandStream {
  std::span<std::uint32_t> addend, ow, factor;  ///< empty when not selected; 16-bit values sign-extended
};

/// Reads `bytes` of records at `address` and counts what it took; `user` names the address register in messages. The
/// stream lies in the context's scratch.
OperandStream read_operands(const StreamSelection& selection, std::uint64_t address, std::size_t bytes,
                            std::string_view user, const DpuContext& context);

}  // namespace mattock::emulator
