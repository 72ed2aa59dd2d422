#include "onnx/tensors.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/bytes.hpp"

namespace mattock::onnx {
namespace {

using schema::TensorProto;

struct TypeRow {
  TensorProto::DataType onnx;
  DType dtype;
};

constexpr std::array<TypeRow, 13> kTypes{{
    {TensorProto::FLOAT, DType::kFloat32},
    {TensorProto::FLOAT16, DType::kFloat16},
    {TensorProto::BFLOAT16, DType::kBfloat16},
    {TensorProto::DOUBLE, DType::kFloat64},
    {TensorProto::INT8, DType::kInt8},
    {TensorProto::UINT8, DType::kUint8},
    {TensorProto::INT16, DType::kInt16},
    {TensorProto::UINT16, DType::kUint16},
    {TensorProto::INT32, DType::kInt32},
    {TensorProto::UINT32, DType::kUint32},
    {TensorProto::INT64, DType::kInt64},
    {TensorProto::UINT64, DType::kUint64},
    {TensorProto::BOOL, DType::kBool},
}};

template <class Stored, class Field>
Result<Array> typed(Array array, const Field& field) {
  if (static_cast<std::size_t>(field.size()) != array.size())
    return fail(Code::kBadFile, fmt::format("shape {} takes {} elements, but its data are {}", shape_text(array.shape),
                                            array.size(), field.size()));
  for (int i = 0; i < field.size(); ++i) {
    if constexpr (std::is_integral_v<Stored>)
      if (!std::in_range<Stored>(field[i]))
        return fail(Code::kBadFile,
                    fmt::format("element {} is {}, which is no {}", i, field[i], dtype_name(array.dtype)));
    store_le(std::span(array.data), static_cast<std::size_t>(i) * sizeof(Stored), static_cast<Stored>(field[i]));
  }
  return array;
}

/// Which of the typed fields holds a type, as the schema's comments say.
Result<Array> from_fields(Array array, const TensorProto& tensor) {
  switch (array.dtype) {
    case DType::kFloat32: return typed<float>(std::move(array), tensor.float_data());
    case DType::kFloat64: return typed<double>(std::move(array), tensor.double_data());
    case DType::kFloat16:
    case DType::kBfloat16:  // bit patterns
    case DType::kUint16: return typed<std::uint16_t>(std::move(array), tensor.int32_data());
    case DType::kInt8: return typed<std::int8_t>(std::move(array), tensor.int32_data());
    case DType::kUint8: return typed<std::uint8_t>(std::move(array), tensor.int32_data());
    case DType::kInt16: return typed<std::int16_t>(std::move(array), tensor.int32_data());
    case DType::kInt32: return typed<std::int32_t>(std::move(array), tensor.int32_data());
    case DType::kUint32: return typed<std::uint32_t>(std::move(array), tensor.uint64_data());
    case DType::kInt64: return typed<std::int64_t>(std::move(array), tensor.int64_data());
    case DType::kUint64: return typed<std::uint64_t>(std::move(array), tensor.uint64_data());
    case DType::kBool: return typed<std::uint8_t>(std::move(array), tensor.int32_data());
  }
  return fail(Code::kInternal, "an element type without a field");
}

int stored_elements(const TensorProto& tensor) {
  return tensor.float_data_size() + tensor.double_data_size() + tensor.int32_data_size() + tensor.int64_data_size() +
         tensor.uint64_data_size();
}

}  // namespace

std::optional<DType> dtype_of(std::int32_t onnx_type) {
  for (const TypeRow& row : kTypes)
    if (row.onnx == onnx_type) return row.dtype;
  return std::nullopt;
}

TensorProto::DataType onnx_type_of(DType dtype) {
  for (const TypeRow& row : kTypes)
    if (row.dtype == dtype) return row.onnx;
  return TensorProto::UNDEFINED;
}

std::string type_text(std::int32_t onnx_type) {
  if (const auto dtype = dtype_of(onnx_type)) return std::string(dtype_name(*dtype));
  if (onnx_type == TensorProto::STRING) return "string";
  if (onnx_type == TensorProto::COMPLEX64) return "complex64";
  if (onnx_type == TensorProto::COMPLEX128) return "complex128";
  return fmt::format("type {}", onnx_type);
}

Result<void> check_shape(const Shape& shape) {
  if (shape.size() > kMaxRank)
    return fail(Code::kUnsupported, fmt::format("has {} dimensions; at most {} are supported", shape.size(), kMaxRank));
  std::int64_t count = 1;
  for (const std::int64_t dim : shape) {
    if (dim < 1)
      return fail(dim < 0 ? Code::kBadFile : Code::kUnsupported,
                  fmt::format("dimension {} in shape {}; they begin at 1", dim, shape_text(shape)));
    if (dim > kMaxElements / count)
      return fail(Code::kUnsupported,
                  fmt::format("shape {} has more than {} elements", shape_text(shape), kMaxElements));
    count *= dim;
  }
  return {};
}

Result<Array> array_of(const TensorProto& tensor, ExternalData& external) {
  const auto dtype = dtype_of(tensor.data_type());
  if (!dtype) return fail(Code::kUnsupported, fmt::format("holds {}", type_text(tensor.data_type())));
  if (tensor.has_segment()) return fail(Code::kUnsupported, "is stored in segments");
  const Shape shape(tensor.dims().begin(), tensor.dims().end());
  if (auto ok = check_shape(shape); !ok) return propagate(ok);

  const bool is_external = tensor.data_location() == TensorProto::EXTERNAL;
  const bool is_raw = tensor.has_raw_data();
  if ((is_external && is_raw) || ((is_external || is_raw) && stored_elements(tensor) > 0))
    return fail(Code::kBadFile, "has its data in two places");
  std::span<const std::byte> raw = std::as_bytes(std::span(tensor.raw_data()));
  if (is_external) {
    const auto found = external.bytes_of(tensor);
    if (!found) return propagate(found);
    raw = *found;
  }
  // The amount is compared before memory is taken for it: a file may claim any shape.
  const std::size_t count = element_count(shape);
  const std::size_t bytes = count * element_bytes(*dtype);
  if (is_external || is_raw) {
    if (raw.size() != bytes)
      return fail(Code::kBadFile, fmt::format("{} {} takes {} bytes, but its data are {}", dtype_name(*dtype),
                                              shape_text(shape), bytes, raw.size()));
    return Array{*dtype, shape, {raw.begin(), raw.end()}};
  }
  if (static_cast<std::size_t>(stored_elements(tensor)) != count)
    return fail(Code::kBadFile, fmt::format("{} {} takes {} elements, but its data are {}", dtype_name(*dtype),
                                            shape_text(shape), count, stored_elements(tensor)));
  return from_fields(Array::zeros(*dtype, shape), tensor);
}

}  // namespace mattock::onnx
