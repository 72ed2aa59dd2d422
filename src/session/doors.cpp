#include "session/doors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/bytes.hpp"

namespace mattock::session {
namespace {

bool is_float(DType dtype) {
  return dtype == DType::kFloat16 || dtype == DType::kFloat32 || dtype == DType::kFloat64 || dtype == DType::kBfloat16;
}

bool is_quantised(const container::Tensor& tensor) {
  return !tensor.scale.empty() && (tensor.dtype == DType::kInt8 || tensor.dtype == DType::kInt16);
}

/// The types this input takes, for a message.
std::string accepted_types(const container::Tensor& tensor) {
  if (is_float(tensor.dtype)) return "float16, float32, float64, bfloat16 or uint8";
  if (!is_quantised(tensor)) return std::string(dtype_name(tensor.dtype));
  return fmt::format("float16, float32, float64, bfloat16, uint8 (real numbers) or {} (quantised already)",
                     dtype_name(tensor.dtype));
}

/// mean 0 and std 1 mean nothing to do.
bool changes_numbers(const container::InputNorm& norm) {
  return std::ranges::any_of(norm.mean, [](float m) { return m != 0; }) ||
         std::ranges::any_of(norm.std, [](float s) { return s != 1; });
}

/// (x - mean) / std in binary32: per channel for rank 4, entry 0 for everything else.
Array normalised(const container::InputNorm& norm, const Array& array) {
  Array result = converted(array, DType::kFloat32);
  const bool per_channel = array.shape.size() == 4;
  const std::size_t channels = per_channel ? static_cast<std::size_t>(array.shape[1]) : 1;
  const std::size_t plane = per_channel ? static_cast<std::size_t>(array.shape[2] * array.shape[3]) : 1;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::size_t c = per_channel ? i / plane % channels : 0;
    const float mean = c < norm.mean.size() ? norm.mean[c] : 0;
    const float std = c < norm.std.size() ? norm.std[c] : 1;
    store_le(result.data, i * 4, (load_le<float>(result.data, i * 4) - mean) / std);
  }
  return result;
}

std::string conversion_notice(const container::Tensor& tensor, DType from) {
  if (from == tensor.dtype) return {};
  if (is_quantised(tensor))
    return fmt::format("input '{}': {} quantised to {}", tensor.name, dtype_name(from), dtype_name(tensor.dtype));
  return fmt::format("input '{}': {} converted to {}", tensor.name, dtype_name(from), dtype_name(tensor.dtype));
}

template <class Integer>
Array quantise_to(const container::Tensor& tensor, const Array& real) {
  constexpr auto kLowest = static_cast<float>(std::numeric_limits<Integer>::min());
  constexpr auto kLargest = static_cast<float>(std::numeric_limits<Integer>::max());
  const float scale = tensor.scale.front();
  const auto zero_point = static_cast<float>(tensor.zero_point.empty() ? 0 : tensor.zero_point.front());
  Array result = Array::zeros(tensor.dtype, real.shape);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const float x = load_le<float>(real.data, i * 4);
    float q = std::nearbyint(x / scale) + zero_point;
    q = std::isnan(q) ? kLargest : std::clamp(q, kLowest, kLargest);
    store_le(result.data, i * sizeof(Integer), static_cast<Integer>(q));
  }
  return result;
}

}  // namespace

Array quantise(const container::Tensor& tensor, const Array& real) {
  const Array numbers = converted(real, DType::kFloat32);
  return tensor.dtype == DType::kInt8 ? quantise_to<std::int8_t>(tensor, numbers)
                                      : quantise_to<std::int16_t>(tensor, numbers);
}

Result<ConvertedInput> convert_input(const container::Tensor& tensor, const container::InputNorm& norm, bool image,
                                     const Array& array) {
  const bool numbers = is_float(array.dtype) || array.dtype == DType::kUint8;
  if (array.dtype == tensor.dtype && !is_float(tensor.dtype)) return ConvertedInput{array, {}, false};
  if (!numbers || (!is_float(tensor.dtype) && !is_quantised(tensor)))
    return fail(Code::kBadInput, fmt::format("input '{}' is {}, but the model takes {}", tensor.name,
                                             dtype_name(array.dtype), accepted_types(tensor)));
  const bool normalise = changes_numbers(norm);
  if (image && array.dtype == DType::kUint8 && tensor.dtype == DType::kInt8 && !normalise) {
    ConvertedInput pixels{array, {}, true};
    pixels.array.dtype = DType::kInt8;  // the bytes are what counts
    return pixels;
  }
  const Array real = normalise ? normalised(norm, array) : array;
  Array result = is_quantised(tensor) ? quantise(tensor, real) : converted(real, tensor.dtype);
  return ConvertedInput{std::move(result), conversion_notice(tensor, array.dtype), false};
}

Array to_float32(const container::Tensor& tensor, const Array& array) {
  if (!is_quantised(tensor)) return converted(array, DType::kFloat32);
  const float scale = tensor.scale.front();
  const auto zero_point = static_cast<float>(tensor.zero_point.empty() ? 0 : tensor.zero_point.front());
  Array result = converted(array, DType::kFloat32);
  for (std::size_t i = 0; i < result.size(); ++i)
    store_le(result.data, i * 4, (load_le<float>(result.data, i * 4) - zero_point) * scale);
  return result;
}

}  // namespace mattock::session
