// The DPU and its readers, in plain numbers: what arrives, in which types it is worked on, what is read beside it
// and where the result goes. The rules stand in formats.cpp (types, agreement), stages.cpp (BS, BN, EW and the output
// converter), readers.cpp (DPU_RDMA) and writer.cpp.
#pragma once

#include <cstdint>

#include "check/convolution.hpp"
#include "check/rule.hpp"

namespace mattock::check {

/// BS or BN operands in memory: one record per channel, holding what is selected, in groups of four channels
/// (npu.md 3.3).
struct Stream {
  bool on = false;
  bool addend = false, ow = false, factor = false;
  std::int64_t address = 0;
  std::int64_t bytes = 0;

  std::int64_t record_bytes() const { return (addend ? 4 : 0) + (ow ? 2 : 0) + (factor ? 2 : 0); }
  /// Channels with a whole group of records.
  std::int64_t channels() const;
};

struct Pipeline {
  /// `conv` is what feeds the DPU, or nothing (nullptr) when DPU_RDMA's main reader does.
  Pipeline(const Started& started, const Convolution* conv);

  const Started& at;
  const Convolution* conv;
  bool reads = false;  ///< DPU_RDMA is started

  hw::Precision work{}, operand{}, output{}, source{};
  bool floats = false;  ///< the work
  Size map;             ///< what arrives
  std::int64_t channels = 0;
  std::int64_t step_channels = 1;       ///< of a pixel that arrive together
  std::int64_t source_pixel_bytes = 8;  ///< flying
  std::int64_t computed_channels = 0;   ///< lanes that are computed: whole steps, but not above the original channels

  Stream bs, bn;
  std::int64_t element_operand_bytes = 1;  ///< of EW's operand in memory

  std::int64_t output_atom_bytes = 8;     ///< 16 for 32-bit types
  std::int64_t step_atoms = 0;            ///< of the output in a step, 0 if they do not come out even
  bool contiguous = false, rows = false;  ///< the stream of atoms; the transposed write
  Size cube;                              ///< the DPU's own width and height, which may regroup the map's
  std::int64_t steps = 0;                 ///< that the cube takes

  std::int64_t arriving_steps() const { return map.pixels() * ((channels + step_channels - 1) / step_channels); }
  std::int64_t output_length() const { return arriving_steps() * step_atoms * output_atom_bytes; }
  bool flies() const { return conv == nullptr; }
};

Result<void> check_formats(const Pipeline& pipeline);
Result<void> check_stages(const Pipeline& pipeline);
Result<void> check_readers(const Pipeline& pipeline);
Result<void> check_writer(const Pipeline& pipeline);

}  // namespace mattock::check
