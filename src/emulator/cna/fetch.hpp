// The CNA's two readers: features and weights, from memory into the CBUF.
#pragma once

#include <cstddef>

#include "emulator/cna/cbuf.hpp"
#include "emulator/cna/convolution.hpp"
#include "emulator/memory.hpp"

namespace mattock::emulator {

/// Fills the data banks, or checks that what lies there may be reused. Counts bytes in `report`.
void fetch_features(const Convolution& conv, const Memory& memory, const hw::Chip& chip, Cbuf& cbuf,
                    Diagnostics& diagnostics, TaskReport& report);

/// Hands out kernel groups. Weights that fit their banks are loaded at once and stay; larger ones stream: a
/// group is loaded when it is asked for, over the one before it.
class WeightReader {
 public:
  WeightReader(const Convolution& conv, const Memory& memory, const hw::Chip& chip, Cbuf& cbuf,
               Diagnostics& diagnostics, TaskReport& report, bool repeats_group = false);

  /// Bytes of kernel group `group` (depthwise: all channels are one group 0), in CBUF.
  std::span<const std::byte> group(std::size_t group);

  /// What group() will load if memory does not change before; empty if it would be refused. Loads and counts nothing.
  std::span<const std::byte> look_ahead(std::size_t group) const;

  /// All groups lie in the CBUF.
  bool resident() const { return resident_; }

  /// Kernels in that group: the last one may be short.
  std::size_t kernels_in_group(std::size_t group) const;

 private:
  std::size_t streamed_offset(std::size_t group) const;
  std::span<std::byte> load(std::size_t offset, std::size_t size, std::size_t position);

  const Convolution& conv_;
  const Memory& memory_;
  Cbuf& cbuf_;
  Diagnostics& diagnostics_;
  TaskReport& report_;
  bool resident_ = false, repeats_group_;
};

}  // namespace mattock::emulator
