// Rules for the convolution buffer: banks, entries, what stays from the task before; and for the image converter,
// which fills it.
#pragma once

#include "check/convolution.hpp"

namespace mattock::check {

/// For a convolution whose shape obeys its rules. Notes in `loaded` what the task leaves in the buffer.
Result<void> check_cbuf(const Convolution& conv, Loaded& loaded);

}  // namespace mattock::check
