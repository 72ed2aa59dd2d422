// From a plan to command words. Every task writes all its registers, so a submit may begin at any of them and is valid
// whether all blocks change their register group with every task or only those that run (npu.md 2.3).
#pragma once

#include <cstdint>

#include "base/error.hpp"
#include "hw/chip.hpp"
#include "hw/program.hpp"
#include "plan/matmul.hpp"

namespace mattock::emit {

// The tensors that the program's relocations name; the plan says how they lie inside.
inline constexpr const char* kFeatures = "features";
inline constexpr const char* kWeights = "weights";
inline constexpr const char* kResults = "results";
inline constexpr const char* kRecords = "records";  ///< of int8 results, kRecordBytes for each padded kernel

/// The output converter of int8 results: ((record's stages) * multiplier / 2^shift) + offset.
struct OutputScale {
  std::int32_t multiplier = 1;
  unsigned shift = 0;
  std::int32_t offset = 0;
};

/// One chain for each submit of at most the chip's number of tasks; relocations for every address. Of its stages,
/// streams have records for all padded kernels, and an operand has as many channels; pixels that are row-major are its
/// lines. Errors: kUnsupported for stages that the registers cannot hold, kInternal when another value does not fit its
/// register, which a legal plan excludes.
Result<hw::Program> emit_matmul(const hw::Chip& chip, const plan::MatmulPlan& plan, const OutputScale& scale = {});

}  // namespace mattock::emit
