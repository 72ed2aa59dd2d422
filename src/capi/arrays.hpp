// mattock_array, checked and turned into the views the session takes.
#pragma once

#include <mattock/mattock.h>

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/view.hpp"
#include "capi/call.hpp"
#include "session/session.hpp"

namespace mattock::capi {

mattock_dtype dtype_number(DType dtype);

/// The arrays of a call; `what` ("input", "output") names them in messages. Errors: MATTOCK_USAGE for structures that
/// contradict themselves, MATTOCK_BAD_INPUT for types and shapes that cannot be.
Outcome<std::vector<InputArray>> input_arrays(const mattock_array* arrays, size_t count);
Outcome<std::vector<MutableView>> output_arrays(const mattock_array* arrays, size_t count);

}  // namespace mattock::capi
