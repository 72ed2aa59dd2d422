// Numbers in a model file: element types, and initializers or constants as arrays.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/array.hpp"
#include "base/error.hpp"
#include "onnx/external.hpp"
#include "onnx/schema.hpp"

namespace mattock::onnx {

/// Limits of one tensor. Beyond them nothing downstream works, and sums of sizes stay far from 64 bits.
inline constexpr std::size_t kMaxRank = 8;
inline constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;

/// The type of an ONNX number (TensorProto.DataType); nothing for strings, complex numbers and those below 8 bits.
std::optional<DType> dtype_of(std::int32_t onnx_type);

/// The way back, for files we write.
schema::TensorProto::DataType onnx_type_of(DType dtype);

/// "float16"; "string", "complex64", "type 23" for what has no DType.
std::string type_text(std::int32_t onnx_type);

/// Accepts a shape within the limits. Errors: kUnsupported (beyond them, or no elements), kBadFile (negative).
Result<void> check_shape(const Shape& shape);

/// The array a tensor holds, in raw, typed or external form. Errors: kUnsupported (type), kBadFile (shape, amount or
/// range of data), and those of ExternalData. They do not name the tensor.
Result<Array> array_of(const schema::TensorProto& tensor, ExternalData& external);

}  // namespace mattock::onnx
