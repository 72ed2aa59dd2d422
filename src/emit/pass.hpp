// Tasks of the DPU and its reader alone.
#pragma once

#include "base/error.hpp"
#include "hw/chip.hpp"
#include "hw/program.hpp"
#include "plan/stages.hpp"

namespace mattock::emit {

// The tensors that relocations name, beside those of matmul.hpp.
inline constexpr const char* kSource = "source";    ///< what a pass reads
inline constexpr const char* kOperand = "operand";  ///< of EW
inline constexpr const char* kBsStream = "bs";      ///< operands of BS for each channel
inline constexpr const char* kBnStream = "bn";      ///< of BN

/// A chain of whole tasks for each submit of at most the chip's number. A pass wider, higher or of more channels than a
/// task can be is cut into several. Errors: kUnsupported for a walk or a number that registers do not hold, with the
/// reason; kInternal for what this overlooks.
Result<hw::Program> emit_pass(const hw::Chip& chip, const plan::Pass& pass);

}  // namespace mattock::emit
