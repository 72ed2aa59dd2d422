// Private to the room: the registers of BS, BN and EW, and of what DPU_RDMA reads for them. Words: vendor-lowering.md
// 6, vector-ops.md 2.1 and 3.1.
#pragma once

#include <cstddef>
#include <optional>

#include "base/error.hpp"
#include "emit/task_writer.hpp"
#include "plan/stages.hpp"

namespace mattock::emit {

/// Errors: kInternal for a factor that fp16 does not hold, or another number that is not finite.
Result<void> check_numbers(const plan::Stages& stages);

/// Something is read from memory.
bool reads(const plan::Stages& stages);

/// Where a task stands in the matrix: channels for streams, bytes for the EW operand.
struct TaskPlace {
  std::size_t first_channel = 0, channels = 0, operand_offset = 0;
};

// The DPU's registers in order: 4040..404c, 4060..406c, 4070..407c, 4090..40ac.
void write_bs(TaskWriter& out, const plan::Stage& stage);
void write_bn(TaskWriter& out, const plan::Stage& stage);
void write_ew(TaskWriter& out, const std::optional<plan::Combine>& combine);
void write_ew_numbers(TaskWriter& out, const std::optional<plan::Combine>& combine);

// DPU_RDMA's: 501c..5030, 5034..5040.
void write_streams(TaskWriter& out, const plan::Stages& stages, const TaskPlace& place);
void write_operand(TaskWriter& out, const std::optional<plan::Combine>& combine, const TaskPlace& place,
                   std::size_t atom_bytes);

/// Atoms behind each line of the operand (5010[28:16]). assumed: counted in pixels of 8 bytes, as the main reader's
/// notch is; settled by a product in rows with a residual on a board.
std::size_t operand_notch(const std::optional<plan::Combine>& combine, std::size_t width, std::size_t atom_bytes);

}  // namespace mattock::emit
