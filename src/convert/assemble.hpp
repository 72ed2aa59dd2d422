// From nodes and tensors to a model file's values: words linked, tensors placed, texts written.
#pragma once

#include "base/error.hpp"
#include "container/model.hpp"
#include "hw/chip.hpp"
#include "lower/lower.hpp"

namespace mattock::convert {

/// The constants' bytes move from `module` into the model. Errors: those of link(); kInternal for a tensor whose place
/// does not hold its elements.
Result<container::Model> assemble(lower::Module& module, const hw::Chip& chip);

}  // namespace mattock::convert
