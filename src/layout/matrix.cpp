#include "layout/matrix.hpp"

namespace mattock::layout {

std::size_t Cells::offset(std::size_t row, std::size_t column) const {
  return row * row_bytes + column / lanes * group_bytes + column % lanes * element_bytes(element);
}

std::size_t Cells::bytes(const Extent& extent) const {
  if (extent.rows == 0 || extent.columns == 0) return 0;
  const std::size_t last_group = (extent.columns - 1) / lanes;
  const std::size_t used_lanes = is_row_major() ? extent.columns : lanes;
  return (extent.rows - 1) * row_bytes + last_group * group_bytes + used_lanes * element_bytes(element);
}

Cells row_major(DType element, std::size_t row_bytes) { return {element, kAllColumns, row_bytes, 0}; }

Cells surfaces(DType element, std::size_t lanes, std::size_t surface_rows) {
  const std::size_t pixel_bytes = lanes * element_bytes(element);
  return {element, lanes, pixel_bytes, surface_rows * pixel_bytes};
}

}  // namespace mattock::layout
