#include "session/doors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/bytes.hpp"
#include "base/convert.hpp"

namespace mattock::session {
namespace {

// Elements that are converted at a time; the buffers for them lie on the stack.
constexpr std::size_t kPiece = 512;
using Piece = std::array<std::byte, kPiece * sizeof(double)>;

bool is_float(DType dtype) {
  return dtype == DType::kFloat16 || dtype == DType::kFloat32 || dtype == DType::kFloat64 || dtype == DType::kBfloat16;
}

bool is_quantised(const container::Tensor& tensor) {
  return !tensor.scale.empty() && (tensor.dtype == DType::kInt8 || tensor.dtype == DType::kInt16);
}

float zero_point_of(const container::Tensor& tensor) {
  return static_cast<float>(tensor.zero_point.empty() ? 0 : tensor.zero_point.front());
}

/// mean 0 and std 1 mean nothing to do.
bool changes_numbers(const container::InputNorm& norm) {
  return std::ranges::any_of(norm.mean, [](float m) { return m != 0; }) ||
         std::ranges::any_of(norm.std, [](float s) { return s != 1; });
}

template <class Integer>
void quantise_to(const container::Tensor& tensor, std::span<const std::byte> float32, std::span<std::byte> own) {
  constexpr auto kLowest = static_cast<float>(std::numeric_limits<Integer>::min());
  constexpr auto kLargest = static_cast<float>(std::numeric_limits<Integer>::max());
  const float scale = tensor.scale.front(), zero_point = zero_point_of(tensor);
  for (std::size_t i = 0; i < float32.size() / sizeof(float); ++i) {
    const float x = load_le<float>(float32, i * sizeof(float));
    float q = std::nearbyint(x / scale) + zero_point;
    q = std::isnan(q) ? kLargest : std::clamp(q, kLowest, kLargest);
    store_le(own, i * sizeof(Integer), static_cast<Integer>(q));
  }
}

/// Calls visit(first element, number of elements) for every piece of `size` elements.
template <class Visit>
void for_each_piece(std::size_t size, const Visit& visit) {
  for (std::size_t first = 0; first < size; first += kPiece) visit(first, std::min(kPiece, size - first));
}

}  // namespace

Result<InputDoor> InputDoor::open(const container::Tensor& tensor, const container::InputNorm& norm, bool image,
                                  DType given, bool as_is) {
  const auto refused = [&](std::string_view takes, std::string_view why) {
    return fail(Code::kBadInput,
                fmt::format("input '{}' is {}, but the model takes {}{}", tensor.name, dtype_name(given), takes, why));
  };
  const bool normalise = !as_is && changes_numbers(norm);
  const auto door = [&](Kind kind) { return InputDoor(tensor, norm, given, kind, normalise); };
  if (as_is && given != tensor.dtype) return refused(dtype_name(tensor.dtype), " when numbers are passed through");
  if (given == tensor.dtype && (as_is || !is_float(given) || !normalise)) return door(Kind::kSame);
  if (is_float(tensor.dtype)) return door(Kind::kNumbers);
  if (!is_quantised(tensor)) return refused(dtype_name(tensor.dtype), "");
  if (image && given == DType::kUint8 && tensor.dtype == DType::kInt8 && !normalise) return door(Kind::kRawPixels);
  return door(Kind::kQuantised);
}

std::string InputDoor::notice() const {
  if (given_ == tensor_->dtype || raw_pixels()) return {};
  return fmt::format("input '{}': {} {} to {}", tensor_->name, dtype_name(given_),
                     kind_ == Kind::kQuantised ? "quantised" : "converted", dtype_name(tensor_->dtype));
}

/// (x - mean) / std in binary32: per channel for rank 4, entry 0 for everything else.
void InputDoor::normalise(std::size_t first, std::span<std::byte> float32) const {
  const Shape& shape = tensor_->shape;
  const bool per_channel = shape.size() == 4;
  const std::size_t channels = per_channel ? static_cast<std::size_t>(shape[1]) : 1;
  const std::size_t plane = per_channel ? static_cast<std::size_t>(shape[2] * shape[3]) : 1;
  for (std::size_t i = 0; i < float32.size() / sizeof(float); ++i) {
    const std::size_t c = per_channel ? (first + i) / plane % channels : 0;
    const float mean = c < norm_->mean.size() ? norm_->mean[c] : 0;
    const float std = c < norm_->std.size() ? norm_->std[c] : 1;
    const std::size_t at = i * sizeof(float);
    store_le(float32, at, (load_le<float>(float32, at) - mean) / std);
  }
}

void InputDoor::convert(std::size_t first, std::span<const std::byte> given, std::span<std::byte> own) const {
  if (kind_ == Kind::kSame || kind_ == Kind::kRawPixels) {
    std::ranges::copy(given, own.begin());
    return;
  }
  if (kind_ == Kind::kNumbers && !normalise_) return convert_elements(given_, given, tensor_->dtype, own);
  const std::size_t count = given.size() / element_bytes(given_);
  for_each_piece(count, [&](std::size_t at, std::size_t n) {
    std::array<std::byte, kPiece * sizeof(float)> buffer;
    const auto real = std::span(buffer).first(n * sizeof(float));
    const std::size_t own_bytes = element_bytes(tensor_->dtype);
    convert_elements(given_, given.subspan(at * element_bytes(given_), n * element_bytes(given_)), DType::kFloat32,
                     real);
    if (normalise_) normalise(first + at, real);
    const auto result = own.subspan(at * own_bytes, n * own_bytes);
    if (kind_ == Kind::kQuantised)
      quantise(*tensor_, real, result);
    else
      convert_elements(DType::kFloat32, real, tensor_->dtype, result);
  });
}

/// What lies behind the pixels of an image line: a quantised 0.
std::byte InputDoor::padding() const {
  const bool zero_point = is_quantised(*tensor_) && !raw_pixels() && element_bytes(tensor_->dtype) == 1;
  return zero_point && !tensor_->zero_point.empty() ? static_cast<std::byte>(tensor_->zero_point.front())
                                                    : std::byte{0};
}

std::size_t InputDoor::write(const ArrayView& array, const Form& form, std::span<std::byte> memory) const {
  begin_writing(form, memory, padding());
  const bool copies = kind_ == Kind::kSame || kind_ == Kind::kRawPixels;
  if (copies && array.is_dense()) {
    write_part(form, 0, {array.data, array.bytes()}, memory);
    return 0;
  }
  std::size_t overflows = 0;
  for_each_piece(array.size(), [&](std::size_t first, std::size_t n) {
    Piece given_buffer, own_buffer;
    const auto given = std::span(given_buffer).first(n * element_bytes(given_));
    const auto own = std::span(own_buffer).first(n * element_bytes(tensor_->dtype));
    gather(array, first, given);
    if (copies) return write_part(form, first, given, memory);
    convert(first, given, own);
    const std::size_t after = count_infinities(tensor_->dtype, own), before = count_infinities(given_, given);
    overflows += after - std::min(after, before);
    write_part(form, first, own, memory);
  });
  return overflows;
}

void quantise(const container::Tensor& tensor, std::span<const std::byte> float32, std::span<std::byte> own) {
  tensor.dtype == DType::kInt8 ? quantise_to<std::int8_t>(tensor, float32, own)
                               : quantise_to<std::int16_t>(tensor, float32, own);
}

void to_float32(const container::Tensor& tensor, std::span<const std::byte> own, std::span<std::byte> float32) {
  convert_elements(tensor.dtype, own, DType::kFloat32, float32);
  if (!is_quantised(tensor)) return;
  const float scale = tensor.scale.front(), zero_point = zero_point_of(tensor);
  const std::size_t count = own.size() / element_bytes(tensor.dtype);
  for (std::size_t at = 0; at < count * sizeof(float); at += sizeof(float))
    store_le(float32, at, (load_le<float>(float32, at) - zero_point) * scale);
}

Result<void> check_output(const container::Tensor& tensor, const MutableView& array) {
  if (array.shape != tensor.shape)
    return fail(Code::kBadInput, fmt::format("the array for output '{}' has shape {}, the output {}", tensor.name,
                                             shape_text(array.shape), shape_text(tensor.shape)));
  if (array.dtype != tensor.dtype && array.dtype != DType::kFloat32)
    return fail(Code::kBadInput, fmt::format("the array for output '{}' is {}, but it can be float32 or the model's "
                                             "own type {}",
                                             tensor.name, dtype_name(array.dtype), dtype_name(tensor.dtype)));
  return {};
}

void read_into(const container::Tensor& tensor, const Form& form, std::span<const std::byte> memory,
               const MutableView& array) {
  const bool own_type = array.dtype == tensor.dtype;
  if (own_type && array.is_dense()) return read_part(form, 0, memory, {array.data, array.bytes()});
  for_each_piece(array.size(), [&](std::size_t first, std::size_t n) {
    Piece own_buffer, real_buffer;
    const auto own = std::span(own_buffer).first(n * element_bytes(tensor.dtype));
    const auto real = std::span(real_buffer).first(n * sizeof(float));
    read_part(form, first, memory, own);
    if (!own_type) to_float32(tensor, own, real);
    scatter(own_type ? own : real, array, first);
  });
}

}  // namespace mattock::session
