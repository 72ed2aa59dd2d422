// The DPU's registers, decoded: stages with their operands loaded, and where results go.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/dpu/context.hpp"
#include "emulator/dpu/stages.hpp"
#include "emulator/dpu/writer.hpp"

namespace mattock::emulator {

/// The zero-point term of the weights: ow times the sum of the features under the kernel.
struct OwTerm {
  bool on = false;
  OperandSource factor;
};

/// Where the EW operand of a channel and pixel lies.
struct ElementOperand {
  std::uint64_t address = 0;
  std::size_t element_bytes = 0;
  std::size_t pixel_bytes = 0;  ///< of a surface: an atom, or a wide pixel for 32 bits
  std::size_t pixel_lanes = 0;
  std::size_t surface_stride_bytes = 0;
  std::size_t line_stride_bytes = 0;
  Extent map;
  bool per_pixel = false;
};

struct DpuSetup {
  Variation variation;
  bool real = false;  ///< float work
  hw::Precision work{}, operand_precision{}, output{};
  Stage bs, bn;
  OwTerm ow;
  ElementWise ew;
  ElementOperand ew_operand;
  OutputConverter converter;
  std::size_t original_channels = 0;  ///< lanes from here on are stored as `pend`
  std::uint32_t pend = 0;
  WriterSetup writer;
  std::size_t steps = 0;  ///< that the DPU's cube takes
  std::size_t contiguous_bytes = 0;
};

/// `lanes`: channels of a step, `channels`: of the source.
DpuSetup decode_dpu(const DpuContext& context, bool flying, std::size_t lanes, std::size_t channels);

}  // namespace mattock::emulator
