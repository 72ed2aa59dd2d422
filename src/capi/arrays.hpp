// mattock_array, checked and turned into the views that sessions and products take.
#pragma once

#include <mattock/mattock.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/array.hpp"
#include "base/view.hpp"
#include "capi/call.hpp"
#include "session/session.hpp"

namespace mattock::capi {

mattock_dtype dtype_number(DType dtype);

/// The arrays of a call; `what` ("input", "output") names them in messages. Errors: MATTOCK_USAGE for structures that
/// contradict themselves, MATTOCK_BAD_INPUT for types and shapes that cannot be.
Outcome<std::vector<InputArray>> input_arrays(const mattock_array* arrays, size_t count);
Outcome<std::vector<MutableView>> output_arrays(const mattock_array* arrays, size_t count);

/// One array of a product; `name` ("A", "C") is the one in messages. Errors as above.
Outcome<MutableView> matrix_array(const mattock_array* array, const std::string& name);

/// Calls `visit` with an array of ours; bfloat16 as float32.
void show(mattock_visitor visit, void* user, const std::string& name, const Array& array);

}  // namespace mattock::capi
