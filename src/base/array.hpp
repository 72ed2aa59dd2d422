// A dense row-major tensor that owns its bytes: what users hand in and get back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/dtype.hpp"

namespace mattock {

using Shape = std::vector<std::int64_t>;

/// Product of the dimensions; 1 for a scalar. Dimensions must not be negative.
std::size_t element_count(std::span<const std::int64_t> shape);

/// "1x9x9"; "scalar" for rank 0.
std::string shape_text(std::span<const std::int64_t> shape);

struct Array {
  DType dtype = DType::kFloat32;
  Shape shape;
  std::vector<std::byte> data;  ///< element_count(shape) * element_bytes(dtype), row-major, little-endian

  std::size_t size() const { return element_count(shape); }

  /// An array of zeros.
  static Array zeros(DType dtype, Shape shape);
};

/// Element `index` (row-major) as a double: exact for every type up to 32 bits; int64 rounds to nearest.
double element_as_double(const Array& array, std::size_t index);
/// The same of elements in a row.
double element_as_double(DType dtype, std::span<const std::byte> data, std::size_t index);

/// Stores `value` as the array's type: floats round to nearest even (once), integers round to nearest even
/// and saturate, NaN becomes 0 in integers.
void set_element(Array& array, std::size_t index, double value);
void set_element(DType dtype, std::span<std::byte> data, std::size_t index, double value);

/// The same numbers in another type, by the rule of convert_elements.
Array converted(const Array& array, DType dtype);

}  // namespace mattock
