// Element types of tensors, on the host and in files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mattock {

enum class DType : std::uint8_t {
  kFloat16,
  kFloat32,
  kFloat64,
  kBfloat16,
  kInt8,
  kUint8,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kInt64,
  kUint64,
  kBool,
};

/// Bytes of one element.
std::size_t element_bytes(DType dtype);

/// NumPy's name of the type ("float16", "int8"); "bfloat16" for the one NumPy lacks.
std::string_view dtype_name(DType dtype);

std::optional<DType> dtype_from_name(std::string_view name);

}  // namespace mattock
