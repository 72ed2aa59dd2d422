#include "verify/constants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/math.hpp"

namespace mattock::verify {
namespace {

using container::Tensor;

constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;

struct Extents {
  std::size_t kernels, channels, rows, columns;
};

Result<Extents> weight_extents(const Tensor& tensor) {
  std::int64_t count = 1;
  for (const std::int64_t dim : tensor.shape) {
    if (dim < 1 || dim > kMaxElements / count) count = 0;
    if (count == 0) break;
    count *= dim;
  }
  if (tensor.layout != container::Layout::kNativeWeight || tensor.shape.size() != 4 || count == 0)
    return fail(Code::kUnsupported,
                fmt::format("tensor '{}': shape {} is not that of native weights (four positive dimensions)",
                            tensor.name, shape_text(tensor.shape)));
  const auto dim = [&](std::size_t i) { return static_cast<std::size_t>(tensor.shape[i]); };
  return Extents{dim(0), dim(1), dim(2), dim(3)};
}

Result<void> expect_bytes(const Tensor& tensor, std::size_t bytes) {
  if (tensor.data.size() >= bytes) return {};
  return fail(Code::kBadFile,
              fmt::format("tensor '{}': {} bytes of data; shape {} of {} needs {}", tensor.name, tensor.data.size(),
                          shape_text(tensor.shape), dtype_name(tensor.dtype), bytes));
}

/// The channels of one kernel in slices: where each begins and how many it stores.
struct Slices {
  std::size_t element, slice, declared;

  Slices(const Tensor& tensor, std::size_t channels, const hw::Chip& chip)
      : element(element_bytes(tensor.dtype)),
        slice(chip.slice_bytes / element),
        declared(align_up(channels, chip.atom_bytes / element)) {}

  std::size_t count() const { return ceil_div(declared, slice); }
  /// Channels that slice `i` occupies: a short last one takes 8, 16 or 32 bytes.
  std::size_t stored(std::size_t i) const {
    const std::size_t rest = declared - i * slice;
    return rest >= slice ? slice : std::bit_ceil(rest * element) / element;
  }
  std::size_t row() const { return (count() - 1) * slice + stored(count() - 1); }
};

void copy_element(const Tensor& from, std::size_t source, Array& to, std::size_t target) {
  const std::size_t bytes = element_bytes(to.dtype);
  std::memcpy(&to.data[target * bytes], &from.data[source * bytes], bytes);
}

}  // namespace

Result<Array> decode_weights(const Tensor& tensor, const hw::Chip& chip) {
  const auto extents = weight_extents(tensor);
  if (!extents) return propagate(extents);
  const auto [kernels, channels, rows, columns] = *extents;
  const Slices slices(tensor, channels, chip);
  if (auto ok = expect_bytes(tensor, kernels * rows * columns * slices.row() * slices.element); !ok)
    return propagate(ok);
  const std::size_t group = slices.element == 1 ? chip.kernels_per_group_8bit : chip.kernels_per_group_16bit;
  Array result = Array::zeros(tensor.dtype, tensor.shape);
  std::size_t source = 0;
  for (std::size_t first = 0; first < kernels; first += group)
    for (std::size_t s = 0; s < slices.count(); ++s)
      for (std::size_t tap = 0; tap < rows * columns; ++tap)
        for (std::size_t kernel = first; kernel < std::min(kernels, first + group); ++kernel)
          for (std::size_t lane = 0; lane < slices.stored(s); ++lane, ++source) {
            const std::size_t channel = s * slices.slice + lane;
            if (channel >= channels) continue;
            copy_element(tensor, source, result, (kernel * channels + channel) * rows * columns + tap);
          }
  return result;
}

Result<Array> decode_depthwise_weights(const Tensor& tensor, const hw::Chip& chip) {
  const auto extents = weight_extents(tensor);
  if (!extents) return propagate(extents);
  const auto [kernels, channels, rows, columns] = *extents;
  if (kernels != 1)
    return fail(Code::kUnsupported,
                fmt::format("tensor '{}': depthwise weights {} with {} kernels per channel; one is known", tensor.name,
                            shape_text(tensor.shape), kernels));
  const Slices slices(tensor, channels, chip);
  if (auto ok = expect_bytes(tensor, rows * columns * slices.row() * slices.element); !ok) return propagate(ok);
  Array result = Array::zeros(tensor.dtype, {tensor.shape[1], 1, tensor.shape[2], tensor.shape[3]});
  std::size_t source = 0;
  for (std::size_t s = 0; s < slices.count(); ++s)
    for (std::size_t tap = 0; tap < rows * columns; ++tap)
      for (std::size_t lane = 0; lane < slices.stored(s); ++lane, ++source) {
        const std::size_t channel = s * slices.slice + lane;
        if (channel < channels) copy_element(tensor, source, result, channel * rows * columns + tap);
      }
  return result;
}

namespace {

Result<Array> decode_cube(const Tensor& tensor) {
  const Shape& shape = tensor.shape;
  const Shape& native = tensor.native_shape;
  const bool fits = shape.size() == 4 && native.size() == 5 && native[0] == shape[0] && native[2] == shape[2] &&
                    native[3] == shape[3] && native[4] >= 1 && native[1] == ceil_div(shape[1], native[4]);
  if (!fits)
    return fail(Code::kUnsupported, fmt::format("tensor '{}': native shape {} does not hold shape {}", tensor.name,
                                                shape_text(native), shape_text(shape)));
  const std::size_t lanes = static_cast<std::size_t>(native[4]);
  const std::size_t pixels = static_cast<std::size_t>(shape[2] * shape[3]);
  const std::size_t channels = static_cast<std::size_t>(shape[1]);
  Array result = Array::zeros(tensor.dtype, shape);
  if (auto ok = expect_bytes(tensor, element_count(native) * element_bytes(tensor.dtype)); !ok) return propagate(ok);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::size_t pixel = i % pixels;
    const std::size_t channel = i / pixels % channels;
    const std::size_t surface = i / pixels / channels * static_cast<std::size_t>(native[1]) + channel / lanes;
    copy_element(tensor, (surface * pixels + pixel) * lanes + channel % lanes, result, i);
  }
  return result;
}

}  // namespace

Result<Array> decode_constant(const Tensor& tensor) {
  std::int64_t count = 1;
  for (const std::int64_t dim : tensor.shape) {
    if (dim < 1 || dim > kMaxElements / count)
      return fail(Code::kUnsupported, fmt::format("tensor '{}': shape {}", tensor.name, shape_text(tensor.shape)));
    count *= dim;
  }
  if (tensor.layout == container::Layout::kNC1HWC2) return decode_cube(tensor);
  if (tensor.layout != container::Layout::kPlain)
    return fail(Code::kUnsupported, fmt::format("tensor '{}': layout {} of a constant operand", tensor.name,
                                                static_cast<int>(tensor.layout)));
  Array result{tensor.dtype, tensor.shape, {}};
  const std::size_t bytes = result.size() * element_bytes(tensor.dtype);
  if (auto ok = expect_bytes(tensor, bytes); !ok) return propagate(ok);
  result.data.assign(tensor.data.begin(), tensor.data.begin() + static_cast<std::ptrdiff_t>(bytes));
  return result;
}

}  // namespace mattock::verify
