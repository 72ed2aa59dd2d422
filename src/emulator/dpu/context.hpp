// What the blocks of one op-enable share.
#pragma once

#include "emulator/cna/convolution.hpp"
#include "emulator/memory.hpp"
#include "emulator/register_file.hpp"
#include "emulator/scratch.hpp"
#include "hw/chip.hpp"

namespace mattock::emulator {

/// `rdma` is null when DPU_RDMA is not started.
struct DpuContext {
  const Registers& dpu;
  const Registers* rdma;
  const Memory& memory;
  const hw::Chip& chip;
  Diagnostics& diagnostics;
  Scratch& scratch;
  TaskReport& report;
  const Variation& variation;
};

}  // namespace mattock::emulator
