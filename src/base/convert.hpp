// Numbers from one element type to another, many at a time: the one place that knows how each type is loaded
// and how it rounds.
#pragma once

#include <cstddef>
#include <span>

#include "base/dtype.hpp"

namespace mattock {

/// The numbers of `from` (elements of type `from_type` without gaps) as elements of `to_type` in `to`, which has
/// room for as many. Floats round to nearest even, once, also from 64-bit integers; integers round to nearest
/// even and saturate; NaN becomes 0 in integers; bool is 0 or 1. Equal types are copied bit for bit.
void convert_elements(DType from_type, std::span<const std::byte> from, DType to_type, std::span<std::byte> to);

/// How many elements are an infinity; 0 for integers.
std::size_t count_infinities(DType dtype, std::span<const std::byte> elements);

}  // namespace mattock
