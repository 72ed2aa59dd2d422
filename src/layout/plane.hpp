// Private to the room: a rectangle of a caller's matrix as a pointer and two steps, which copies without allocating
// and turns over at no cost.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "layout/matrix.hpp"

namespace mattock::layout {

template <class Byte>
struct Plane {
  DType dtype = DType::kFloat32;
  Byte* data = nullptr;          ///< element (0, 0)
  std::int64_t row_step = 0;     ///< bytes
  std::int64_t column_step = 0;  ///< bytes

  Plane at(std::size_t row, std::size_t column) const {
    Plane moved = *this;
    moved.data += static_cast<std::int64_t>(row) * row_step + static_cast<std::int64_t>(column) * column_step;
    return moved;
  }
  Plane transposed() const { return {dtype, data, column_step, row_step}; }
  /// The elements of a row lie side by side.
  bool has_dense_rows() const { return column_step == static_cast<std::int64_t>(element_bytes(dtype)); }
  /// Neighbours in a column are nearer to each other than those in a row.
  bool runs_down() const { return !has_dense_rows() && magnitude(row_step) < magnitude(column_step); }

 private:
  static std::int64_t magnitude(std::int64_t step) { return step < 0 ? -step : step; }
};

using ReadPlane = Plane<const std::byte>;
using WritePlane = Plane<std::byte>;

/// The part must lie in the matrix, which must have rank 2 (asserted).
template <class Byte>
Plane<Byte> plane_of(const BasicView<Byte>& matrix, const Rectangle& part) {
  assert(matrix.shape.size() == 2 && matrix.strides.size() == 2);
  [[maybe_unused]] const Rectangle all = whole(matrix);
  assert(part.row <= all.rows && part.rows <= all.rows - part.row);
  assert(part.column <= all.columns && part.columns <= all.columns - part.column);
  const Plane<Byte> plane{matrix.dtype, matrix.data, matrix.strides[0], matrix.strides[1]};
  // The address of an element that is not there must not be computed.
  return part.rows == 0 || part.columns == 0 ? plane : plane.at(part.row, part.column);
}

}  // namespace mattock::layout
