// Element types as the file numbers them: with the numbers of ONNX.
#pragma once

#include <cstdint>
#include <optional>

#include "base/dtype.hpp"

namespace mattock::container {

/// Nothing for a number that stands for no type of ours.
std::optional<DType> dtype_from_number(unsigned number);

/// Nothing for a value that is no type.
std::optional<std::uint8_t> number_of_dtype(DType dtype);

}  // namespace mattock::container
