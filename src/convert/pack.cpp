#include "convert/pack.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/math.hpp"
#include "layout/weights.hpp"

namespace mattock::convert {
namespace {

/// Matrix `index` with a kernel to a column.
ArrayView matrix_of(const lower::KernelNumbers& numbers, std::size_t index) {
  const auto i64 = [](std::size_t x) { return narrow<std::int64_t>(x); };
  const auto size = i64(element_bytes(numbers.array->dtype));
  ArrayView view{
      numbers.array->dtype,
      {i64(numbers.channels.count), i64(numbers.kernels.count)},
      {i64(numbers.count) * size, size},
      numbers.array->data.data() + index * numbers.inner * numbers.count * element_bytes(numbers.array->dtype)};
  if (numbers.are_rows) view.strides = {size, i64(numbers.inner) * size};
  view.data += i64(numbers.channels.first) * view.strides[0] + i64(numbers.kernels.first) * view.strides[1];
  return view;
}

Result<void> pack(lower::Tensor& tensor, const lower::KernelNumbers& numbers, const hw::Chip& chip) {
  const auto blocks = layout::declared_weight_blocks(chip, DType::kFloat16, {numbers.declared, numbers.kernels.count});
  if (tensor.bytes != numbers.matrices * blocks.bytes())
    return fail(Code::kInternal, fmt::format("tensor '{}': {} bytes of memory for kernels of {}", tensor.name,
                                             tensor.bytes, numbers.matrices * blocks.bytes()));
  tensor.data.resize(tensor.bytes);
  for (std::size_t m = 0; m < numbers.matrices; ++m) {
    const ArrayView view = matrix_of(numbers, m);
    layout::pack_weights(view, layout::whole(view), blocks,
                         std::span(tensor.data).subspan(m * blocks.bytes(), blocks.bytes()));
  }
  return {};
}

}  // namespace

Result<void> pack_kernels(lower::Module& module, const hw::Chip& chip) {
  for (lower::Tensor& tensor : module.tensors) {
    if (!tensor.unpacked) continue;
    const lower::KernelNumbers numbers = *std::exchange(tensor.unpacked, std::nullopt);
    if (const auto packed = pack(tensor, numbers, chip); !packed) return packed;
  }
  module.arrays.clear();
  return {};
}

}  // namespace mattock::convert
