// Private to the room: the registers of BS, BN and EW in fp16 work, and of what reads their operands.
#pragma once

#include "emit/task_writer.hpp"
#include "emit/walk.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "plan/matmul.hpp"
#include "plan/stages.hpp"

namespace mattock::emit {

/// Errors: kUnsupported for a number that its register does not hold, for stages that do not go together, and for an
/// operand of `cube` that EW's reader cannot walk.
Result<void> stages_fit(const hw::Chip& chip, const plan::Stages& stages, const Cube& cube, bool lines_alone = false);

/// BS and BN without what BS has behind its own: OW.
void write_bs(TaskWriter& out, const plan::Stage& stage);
void write_bn(TaskWriter& out, const plan::Stage& stage);
hw::dpu::EwCfg combining_stage(const std::optional<plan::Combine>& ew);
/// The eight registers of EW's operand: a number, or 0.
void write_number(TaskWriter& out, const std::optional<plan::Combine>& ew);

/// The readers of streams, for these channels of the tensor, or off.
void write_bs_stream(TaskWriter& out, const plan::Stage& stage, const plan::Range& channels);
void write_bn_stream(TaskWriter& out, const plan::Stage& stage, const plan::Range& channels);

/// The reader of EW's operand; `walk` is that of the task.
void write_operand(TaskWriter& out, const plan::Combine& ew, const plan::Walk& walk, const hw::Chip& chip,
                   const Cube& cube);
void write_no_operand(TaskWriter& out);
/// Pixels behind the operand's lines, for the height register.
std::size_t operand_line_notch(const plan::Combine& ew, const plan::Walk& walk, const hw::Chip& chip, const Cube& cube);

}  // namespace mattock::emit
