// Constant kernels into the multipliers' layout.
#pragma once

#include "base/error.hpp"
#include "hw/chip.hpp"
#include "lower/lower.hpp"

namespace mattock::convert {

/// Makes the data of every tensor that lowering left unpacked, while the graph's constants are still there, and lets
/// the module's own arrays go. Errors: kInternal for a tensor whose place is not that of its kernels.
Result<void> pack_kernels(lower::Module& module, const hw::Chip& chip);

}  // namespace mattock::convert
