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
  std::size_t bytes() const { return data_bytes; }
};

using Form = std::variant<Plain, layout::Cube, layout::Image>;

/// Errors: kBadFile (shapes that contradict each other or overflow), kUnsupported (a layout not covered).
Result<Form> form_of(const container::Tensor& tensor, const hw::Chip& chip);

/// Bytes the data occupies, from shapes alone (Tensor.size may be larger).
std::size_t bytes_of(const Form& form);

/// The tensor as an array of its own type and logical shape. `memory` holds at least bytes_of(form).
Array read_tensor(const container::Tensor& tensor, const Form& form, std::span<const std::byte> memory);

/// The way back, for an array of the tensor's type and element count; lanes without a channel become 0, image
/// lines are padded with `padding`.
void write_tensor(const Form& form, const Array& array, std::span<std::byte> memory, std::byte padding = std::byte{0});

}  // namespace mattock::session
