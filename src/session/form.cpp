#include "session/form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <optional>

#include "base/math.hpp"

namespace mattock::session {
namespace {

// Larger than any tensor a 32-bit DMA address can reach, small enough that sums of sizes cannot overflow.
constexpr std::size_t kMaxTensorBytes = std::size_t{1} << 32;

/// The product, or nothing if a dimension is negative or the product exceeds kMaxTensorBytes.
std::optional<std::size_t> checked_product(std::span<const std::int64_t> dimensions, std::size_t product) {
  if (std::ranges::any_of(dimensions, [](std::int64_t d) { return d < 0; })) return std::nullopt;
  for (const std::int64_t dimension : dimensions) {
    if (dimension == 0) return 0;
    if (static_cast<std::uint64_t>(dimension) > kMaxTensorBytes / product) return std::nullopt;
    product *= static_cast<std::size_t>(dimension);
  }
  return product;
}

tl::unexpected<Error> bad(const container::Tensor& tensor, const char* what) {
  return fail(Code::kBadFile, fmt::format("tensor '{}': shape {}, native shape {}: {}", tensor.name,
                                          shape_text(tensor.shape), shape_text(tensor.native_shape), what));
}

/// Interleaved pixels: a model input whose native shape ends in its 1 or 3 real channels (rule 13).
bool is_image(const container::Tensor& tensor) {
  const Shape& native = tensor.native_shape;
  return tensor.kind == container::TensorKind::kInput && native[1] == 1 && native[4] == tensor.shape[1] &&
         (native[4] == 1 || native[4] == 3);
}

Result<Form> native_form(const container::Tensor& tensor, const hw::Chip& chip) {
  const Shape& shape = tensor.shape;
  const Shape& native = tensor.native_shape;
  if (shape.size() != 4 || native.size() != 5)
    return bad(tensor, "an NC1HWC2 tensor has 4 dimensions and 5 native ones");
  if (std::ranges::any_of(shape, [](auto d) { return d < 1; }) ||
      std::ranges::any_of(native, [](auto d) { return d < 1; }))
    return bad(tensor, "every dimension must be at least 1");
  if (native[0] != shape[0] || native[2] != shape[2] || native[3] != shape[3])
    return bad(tensor, "N, H and W must agree");
  if (native[1] < ceil_div(shape[1], native[4])) return bad(tensor, "the surfaces do not hold all channels");
  const auto size = [](std::int64_t dimension) { return static_cast<std::size_t>(dimension); };
  const std::size_t element = element_bytes(tensor.dtype);

  if (is_image(tensor)) {
    const std::size_t line = align_up(size(shape[3]) * size(shape[1]) * element, chip.atom_bytes);
    return layout::Image{size(shape[0]), size(shape[1]), size(shape[2]), size(shape[3]), element, line};
  }
  // Model inputs are dense; all other cubes have rounded surfaces (rule 2).
  const std::size_t surface = tensor.kind == container::TensorKind::kInput
                                  ? size(shape[2]) * size(shape[3])
                                  : layout::usual_surface_pixels(chip, size(shape[2]), size(shape[3]));
  const std::size_t pixel = element * size(native[4]);
  if (!checked_product({{native[0], native[1], narrow<std::int64_t>(surface)}}, pixel))
    return bad(tensor, "larger than the NPU's address range");
  return layout::Cube{size(shape[0]), size(shape[1]),  size(shape[2]),  size(shape[3]),
                      element,        size(native[4]), size(native[1]), surface};
}

}  // namespace

Result<Form> form_of(const container::Tensor& tensor, const hw::Chip& chip) {
  const auto bytes = checked_product(tensor.shape, element_bytes(tensor.dtype));
  if (!bytes) return bad(tensor, "negative or larger than the NPU's address range");
  switch (tensor.layout) {
    case container::Layout::kPlain:
    case container::Layout::kNchw: return Plain{*bytes, element_bytes(tensor.dtype)};
    case container::Layout::kNC1HWC2:
      // Bound every native dimension before any arithmetic on it.
      if (!checked_product(tensor.native_shape, element_bytes(tensor.dtype)))
        return bad(tensor, "negative or larger than the NPU's address range");
      return native_form(tensor, chip);
    case container::Layout::kNhwc:
    case container::Layout::kNativeWeight: break;
  }
  return fail(Code::kUnsupported, fmt::format("tensor '{}' has layout {}, which host operators cannot read yet",
                                              tensor.name, static_cast<int>(tensor.layout)));
}

std::size_t bytes_of(const Form& form) {
  return std::visit([](const auto& f) { return f.bytes(); }, form);
}

void begin_writing(const Form& form, std::span<std::byte> memory, std::byte padding) {
  assert(memory.size() >= bytes_of(form));
  if (const auto* cube = std::get_if<layout::Cube>(&form)) {
    layout::clear_lanes(*cube, memory);
  } else if (const auto* image = std::get_if<layout::Image>(&form)) {
    layout::clear_lines(*image, memory, padding);
  }
}

void write_part(const Form& form, std::size_t first, std::span<const std::byte> elements, std::span<std::byte> memory) {
  if (const auto* plain = std::get_if<Plain>(&form)) {
    std::ranges::copy(elements, memory.subspan(first * plain->element_bytes, elements.size()).begin());
  } else if (const auto* cube = std::get_if<layout::Cube>(&form)) {
    layout::pack_part(*cube, first, elements, memory);
  } else {
    layout::pack_part(std::get<layout::Image>(form), first, elements, memory);
  }
}

void read_part(const Form& form, std::size_t first, std::span<const std::byte> memory, std::span<std::byte> elements) {
  if (const auto* plain = std::get_if<Plain>(&form)) {
    std::ranges::copy(memory.subspan(first * plain->element_bytes, elements.size()), elements.begin());
  } else if (const auto* cube = std::get_if<layout::Cube>(&form)) {
    layout::unpack_part(*cube, first, memory, elements);
  } else {
    layout::unpack_part(std::get<layout::Image>(form), first, memory, elements);
  }
}

Array read_tensor(const container::Tensor& tensor, const Form& form, std::span<const std::byte> memory) {
  assert(memory.size() >= bytes_of(form));
  Array array = Array::zeros(tensor.dtype, tensor.shape);
  read_part(form, 0, memory, array.data);
  return array;
}

void write_tensor(const Form& form, std::span<const std::byte> elements, std::span<std::byte> memory) {
  begin_writing(form, memory);
  write_part(form, 0, elements, memory);
}

}  // namespace mattock::session
