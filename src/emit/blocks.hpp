// Private to the room: all registers of a block for one task, in the vendor's order.
#pragma once

#include "emit/matmul.hpp"
#include "emit/task_shape.hpp"
#include "emit/task_writer.hpp"

namespace mattock::emit {

inline constexpr std::uint32_t kReaderBurst = 8;              // other values can hang the bus
inline constexpr std::uint32_t kReaderWeights = 0x0101'0101;  // of the arbiter, as every vendor task has them
inline constexpr std::uint32_t kRecordShift = 14;             ///< multipliers of records are of 2^14

/// CNA, CMAC and CORE: features and kernels into the multipliers.
void write_convolution(TaskWriter& out, const TaskShape& t);
/// DPU: stages, and results into memory.
void write_dpu(TaskWriter& out, const TaskShape& t, const OutputScale& scale);
/// DPU_RDMA: records and sums for the DPU.
void write_reader(TaskWriter& out, const TaskShape& t);

}  // namespace mattock::emit
