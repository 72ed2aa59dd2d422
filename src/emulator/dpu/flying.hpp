// A flying task: DPU_RDMA's main reader feeds the DPU from memory, without multipliers.
#pragma once

#include "emulator/dpu/context.hpp"

namespace mattock::emulator {

void run_flying(const DpuContext& context);

}  // namespace mattock::emulator
