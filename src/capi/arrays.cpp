#include "capi/arrays.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace mattock::capi {
namespace {

constexpr std::array kDTypes{DType::kFloat16, DType::kFloat32, DType::kFloat64, DType::kBfloat16, DType::kInt8,
                             DType::kUint8,   DType::kInt16,   DType::kUint16,  DType::kInt32,    DType::kUint32,
                             DType::kInt64,   DType::kUint64,  DType::kBool};  // from MATTOCK_FLOAT16 on

// No array is larger: sums of offsets then fit 64 bits.
constexpr std::int64_t kMaxBytes = std::numeric_limits<std::int64_t>::max() / 4;

bool is_dtype(mattock_dtype dtype) { return dtype >= MATTOCK_FLOAT16 && dtype <= MATTOCK_BOOL; }

/// Every step the strides allow stays within kMaxBytes, and so does the number of elements.
bool is_addressable(const MutableView& view) {
  std::int64_t elements = 1, reach = 0;
  for (std::size_t d = 0; d < view.shape.size(); ++d) {
    const std::int64_t size = view.shape[d], stride = view.strides[d];
    if (size == 0) return true;
    std::int64_t span = 0;
    if (__builtin_mul_overflow(elements, size, &elements) || elements > kMaxBytes / 8) return false;
    if (stride == std::numeric_limits<std::int64_t>::min()) return false;
    if (__builtin_mul_overflow(size - 1, stride < 0 ? -stride : stride, &span)) return false;
    if (__builtin_add_overflow(reach, span, &reach) || reach > kMaxBytes) return false;
  }
  return true;
}

Outcome<void> check_structure(const mattock_array& array, std::string_view name, std::uint32_t allowed_flags) {
  if (!is_dtype(array.dtype))
    return refuse(MATTOCK_BAD_INPUT, fmt::format("{}: dtype {} is none", name, array.dtype),
                  "MATTOCK_FLOAT16 to MATTOCK_BOOL");
  if (array.rank < 0 || array.rank > MATTOCK_MAX_RANK)
    return refuse(MATTOCK_BAD_INPUT,
                  fmt::format("{}: rank {} is not from 0 to {}", name, array.rank, MATTOCK_MAX_RANK));
  if (array.rank > 0 && array.shape == nullptr) return refuse(MATTOCK_USAGE, fmt::format("{}: shape is NULL", name));
  if ((array.flags & ~allowed_flags) != 0)
    return refuse(MATTOCK_USAGE, fmt::format("{}: flags {:#x} has bits that mean nothing here", name, array.flags));
  if (array.reserved != 0) return refuse(MATTOCK_USAGE, fmt::format("{}: reserved is {}, not 0", name, array.reserved));
  return {};
}

Outcome<MutableView> view_of(const mattock_array& array, const std::string& name, std::uint32_t allowed_flags) {
  if (const auto good = check_structure(array, name, allowed_flags); !good) return hand_on(good);
  MutableView view{
      kDTypes[static_cast<std::size_t>(array.dtype - MATTOCK_FLOAT16)], {}, {}, static_cast<std::byte*>(array.data)};
  view.shape.assign(array.shape, array.shape + array.rank);
  for (const std::int64_t size : view.shape)
    if (size < 0) return refuse(MATTOCK_BAD_INPUT, fmt::format("{}: shape has the negative number {}", name, size));
  // Strides of 0 stand in until it is known that the product of the shape is a number.
  if (array.strides != nullptr)
    view.strides.assign(array.strides, array.strides + array.rank);
  else
    view.strides.assign(view.shape.size(), 0);
  if (!is_addressable(view))
    return refuse(MATTOCK_BAD_INPUT, fmt::format("{}: shape and strides go beyond what memory can hold", name));
  if (array.strides == nullptr) view.strides = dense_strides(view.dtype, view.shape);
  if (view.data == nullptr && view.size() > 0)
    return refuse(MATTOCK_USAGE, fmt::format("{}: data is NULL, but the array has {} elements", name, view.size()));
  return view;
}

Outcome<const mattock_array*> array_at(const mattock_array* arrays, size_t index, const std::string& name) {
  // All structures of a call have the size of the first.
  const auto* bytes = reinterpret_cast<const char*>(arrays);
  const std::uint64_t step = arrays->struct_size;
  if (step < sizeof(mattock_array) || step > 4096 || step % alignof(mattock_array) != 0)
    return refuse(
        MATTOCK_USAGE,
        fmt::format("{}: struct_size is {}, but mattock_array has {} bytes", name, step, sizeof(mattock_array)),
        "set struct_size to sizeof(mattock_array)");
  const auto* array = reinterpret_cast<const mattock_array*>(bytes + index * step);
  if (array->struct_size != step)
    return refuse(MATTOCK_USAGE,
                  fmt::format("{}: struct_size is {}, that of the first array {}", name, array->struct_size, step));
  return array;
}

/// Calls take(view, array) for each array.
template <class Take>
Outcome<void> for_each_array(const mattock_array* arrays, size_t count, std::string_view what,
                             std::uint32_t allowed_flags, const Take& take) {
  if (count > 0)
    if (const auto there = require(arrays, fmt::format("{}s", what)); !there) return there;
  for (size_t i = 0; i < count; ++i) {
    const std::string name = fmt::format("{} {}", what, i);
    const auto array = array_at(arrays, i, name);
    if (!array) return hand_on(array);
    auto view = view_of(**array, name, allowed_flags);
    if (!view) return hand_on(view);
    take(std::move(*view), **array);
  }
  return {};
}

}  // namespace

mattock_dtype dtype_number(DType dtype) {
  for (std::size_t i = 0; i < kDTypes.size(); ++i)
    if (kDTypes[i] == dtype) return static_cast<mattock_dtype>(i) + MATTOCK_FLOAT16;
  return 0;
}

Outcome<std::vector<InputArray>> input_arrays(const mattock_array* arrays, size_t count) {
  std::vector<InputArray> result;
  const auto done =
      for_each_array(arrays, count, "input", MATTOCK_PASS_THROUGH, [&](MutableView view, const mattock_array& array) {
        result.push_back({{view.dtype, std::move(view.shape), std::move(view.strides), view.data},
                          (array.flags & MATTOCK_PASS_THROUGH) != 0});
      });
  if (!done) return hand_on(done);
  return result;
}

Outcome<std::vector<MutableView>> output_arrays(const mattock_array* arrays, size_t count) {
  std::vector<MutableView> result;
  const auto done = for_each_array(arrays, count, "output", 0,
                                   [&](MutableView view, const mattock_array&) { result.push_back(std::move(view)); });
  if (!done) return hand_on(done);
  return result;
}

Outcome<MutableView> matrix_array(const mattock_array* array, const std::string& name) {
  if (const auto there = require(array, name); !there) return hand_on(there);
  const auto first = array_at(array, 0, name);
  if (!first) return hand_on(first);
  return view_of(**first, name, 0);
}

void show(mattock_visitor visit, void* user, const std::string& name, const Array& array) {
  if (array.dtype == DType::kBfloat16) return show(visit, user, name, converted(array, DType::kFloat32));
  mattock_array shown{};
  shown.struct_size = sizeof shown;
  shown.dtype = dtype_number(array.dtype);
  shown.rank = static_cast<std::int32_t>(array.shape.size());
  shown.shape = array.shape.data();
  shown.data = const_cast<std::byte*>(array.data.data());  // to be read: the interface has one structure for both
  visit(user, name.c_str(), &shown);
}

}  // namespace mattock::capi
