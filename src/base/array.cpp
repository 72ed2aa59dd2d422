#include "base/array.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/bytes.hpp"
#include "base/half.hpp"

namespace mattock {
namespace {

struct TypeRow {
  DType dtype;
  std::string_view name;
  std::size_t bytes;
};

constexpr std::array<TypeRow, 13> kTypes{{
    {DType::kFloat16, "float16", 2},
    {DType::kFloat32, "float32", 4},
    {DType::kFloat64, "float64", 8},
    {DType::kBfloat16, "bfloat16", 2},
    {DType::kInt8, "int8", 1},
    {DType::kUint8, "uint8", 1},
    {DType::kInt16, "int16", 2},
    {DType::kUint16, "uint16", 2},
    {DType::kInt32, "int32", 4},
    {DType::kUint32, "uint32", 4},
    {DType::kInt64, "int64", 8},
    {DType::kUint64, "uint64", 8},
    {DType::kBool, "bool", 1},
}};

const TypeRow& row(DType dtype) { return kTypes[static_cast<std::size_t>(dtype)]; }

template <class T>
double load_number(const Array& array, std::size_t index) {
  return static_cast<double>(load_le<T>(array.data, index * sizeof(T)));
}

template <class T>
void store_integer(Array& array, std::size_t index, double value) {
  // 2^digits is exact in binary64 while max() of a 64-bit type is not: compare against the power of two.
  const double above = std::ldexp(1.0, std::numeric_limits<T>::digits);
  const double rounded = std::nearbyint(value);
  T stored = 0;
  if (rounded >= above)
    stored = std::numeric_limits<T>::max();
  else if (rounded <= static_cast<double>(std::numeric_limits<T>::min()))
    stored = std::numeric_limits<T>::min();
  else if (!std::isnan(rounded))
    stored = static_cast<T>(rounded);
  store_le(array.data, index * sizeof(T), stored);
}

}  // namespace

std::size_t element_bytes(DType dtype) { return row(dtype).bytes; }

std::string_view dtype_name(DType dtype) { return row(dtype).name; }

std::optional<DType> dtype_from_name(std::string_view name) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRow& r) { return r.name == name; });
  if (found == kTypes.end()) return std::nullopt;
  return found->dtype;
}

std::size_t element_count(std::span<const std::int64_t> shape) {
  std::size_t count = 1;
  for (const std::int64_t dim : shape) count *= static_cast<std::size_t>(dim);
  return count;
}

std::string shape_text(std::span<const std::int64_t> shape) {
  if (shape.empty()) return "scalar";
  std::string text;
  for (const std::int64_t dim : shape) {
    if (!text.empty()) text += 'x';
    text += std::to_string(dim);
  }
  return text;
}

Array Array::zeros(DType dtype, Shape shape) {
  Array array{dtype, std::move(shape), {}};
  array.data.resize(array.size() * element_bytes(dtype));
  return array;
}

double element_as_double(const Array& array, std::size_t index) {
  switch (array.dtype) {
    case DType::kFloat16: return to_double(half{load_le<std::uint16_t>(array.data, index * 2)});
    case DType::kBfloat16: return to_double(bfloat16{load_le<std::uint16_t>(array.data, index * 2)});
    case DType::kFloat32: return load_number<float>(array, index);
    case DType::kFloat64: return load_number<double>(array, index);
    case DType::kInt8: return load_number<std::int8_t>(array, index);
    case DType::kUint8: return load_number<std::uint8_t>(array, index);
    case DType::kInt16: return load_number<std::int16_t>(array, index);
    case DType::kUint16: return load_number<std::uint16_t>(array, index);
    case DType::kInt32: return load_number<std::int32_t>(array, index);
    case DType::kUint32: return load_number<std::uint32_t>(array, index);
    case DType::kInt64: return load_number<std::int64_t>(array, index);
    case DType::kUint64: return load_number<std::uint64_t>(array, index);
    case DType::kBool: return array.data[index] == std::byte{0} ? 0.0 : 1.0;
  }
  return 0;
}

void set_element(Array& array, std::size_t index, double value) {
  switch (array.dtype) {
    case DType::kFloat16: return store_le(array.data, index * 2, half_from_double(value).bits);
    case DType::kBfloat16: return store_le(array.data, index * 2, bfloat16_from_double(value).bits);
    case DType::kFloat32: return store_le(array.data, index * 4, static_cast<float>(value));
    case DType::kFloat64: return store_le(array.data, index * 8, value);
    case DType::kInt8: return store_integer<std::int8_t>(array, index, value);
    case DType::kUint8: return store_integer<std::uint8_t>(array, index, value);
    case DType::kInt16: return store_integer<std::int16_t>(array, index, value);
    case DType::kUint16: return store_integer<std::uint16_t>(array, index, value);
    case DType::kInt32: return store_integer<std::int32_t>(array, index, value);
    case DType::kUint32: return store_integer<std::uint32_t>(array, index, value);
    case DType::kInt64: return store_integer<std::int64_t>(array, index, value);
    case DType::kUint64: return store_integer<std::uint64_t>(array, index, value);
    case DType::kBool: array.data[index] = value == 0 ? std::byte{0} : std::byte{1}; return;
  }
}

Array converted(const Array& array, DType dtype) {
  if (dtype == array.dtype) return array;
  Array result = Array::zeros(dtype, array.shape);
  const std::size_t count = array.size();
  for (std::size_t i = 0; i < count; ++i) set_element(result, i, element_as_double(array, i));
  return result;
}

}  // namespace mattock
