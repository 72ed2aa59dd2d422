// How a tensor of the file lies in memory, as one checked description: shapes in files are claims until they
// pass through form_of.
#pragma once

#include <cstddef>
#include <span>
#include <variant>

#include "base/array.hpp"
#include "base/error.hpp"
#include "container/model.hpp"
#include "hw/chip.hpp"
#include "layout/cube.hpp"
#include "layout/image.hpp"

namespace mattock::session {

struct Plain {
  std::size_t data_bytes = 0;
  std::size_t element_bytes = 1;
  std::size_t bytes() const { return data_bytes; }
};

using Form = std::variant<Plain, layout::Cube, layout::Image>;

/// Errors: kBadFile (shapes that contradict each other or overflow), kUnsupported (a layout not covered).
Result<Form> form_of(const container::Tensor& tensor, const hw::Chip& chip);

/// Bytes the data occupies, from shapes alone (Tensor.size may be larger).
std::size_t bytes_of(const Form& form);

/// What must be done once before a tensor is written in parts: lanes without a channel become 0, the padding of
/// image lines becomes `padding`. `memory` holds at least bytes_of(form), here and below.
void begin_writing(const Form& form, std::span<std::byte> memory, std::byte padding = std::byte{0});

/// Elements [first, first + n) in row-major order, of the tensor's own type and without gaps; n follows from the
/// bytes of `elements`.
void write_part(const Form& form, std::size_t first, std::span<const std::byte> elements, std::span<std::byte> memory);
void read_part(const Form& form, std::size_t first, std::span<const std::byte> memory, std::span<std::byte> elements);

/// The tensor as an array of its own type and logical shape.
Array read_tensor(const container::Tensor& tensor, const Form& form, std::span<const std::byte> memory);

/// The way back, for all elements of the tensor's type.
void write_tensor(const Form& form, std::span<const std::byte> elements, std::span<std::byte> memory);

}  // namespace mattock::session
