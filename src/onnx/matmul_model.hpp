// Writes the smallest useful ONNX model: one matrix product.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/array.hpp"
#include "base/error.hpp"

namespace mattock::onnx {

/// c [batch, m, n] = a [batch, m, k] times b [batch, k, n]; without a batch all are matrices.
struct MatMulModel {
  std::int64_t m = 0, k = 0, n = 0;
  std::optional<std::int64_t> batch{};
  DType dtype = DType::kFloat32;  ///< of all three: float32 or float16
  /// Stored in the model instead of being an input: [k, n], or [batch, k, n] with a batch; of `dtype`.
  std::optional<Array> b{};
};

/// Whether a constant of this shape can be the model's b, before anybody reads its numbers. Errors: kBadInput.
Result<void> check_constant(const MatMulModel& model, const Shape& b);

/// The file's bytes: opset 13, inputs "a" and "b" (unless constant), output "c". The same model gives the same bytes.
/// May be called from any thread. Errors: kBadInput (sizes, type, shape of b), kUnsupported (beyond 2 GiB).
Result<std::vector<std::byte>> write_matmul(const MatMulModel& model);

}  // namespace mattock::onnx
