#include "base/array.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/bytes.hpp"
#include "base/convert.hpp"

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
  return element_as_double(array.dtype, array.data, index);
}

double element_as_double(DType dtype, std::span<const std::byte> data, std::size_t index) {
  const std::size_t bytes = element_bytes(dtype);
  std::array<std::byte, sizeof(double)> value;
  convert_elements(dtype, data.subspan(index * bytes, bytes), DType::kFloat64, value);
  return load_le<double>(value);
}

void set_element(Array& array, std::size_t index, double value) { set_element(array.dtype, array.data, index, value); }

void set_element(DType dtype, std::span<std::byte> data, std::size_t index, double value) {
  std::array<std::byte, sizeof(double)> bytes;
  store_le(bytes, 0, value);
  convert_elements(DType::kFloat64, bytes, dtype, data.subspan(index * element_bytes(dtype)));
}

Array converted(const Array& array, DType dtype) {
  Array result = Array::zeros(dtype, array.shape);
  convert_elements(array.dtype, array.data, dtype, result.data);
  return result;
}

}  // namespace mattock
