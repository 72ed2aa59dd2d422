// The operands and the result of C[M, N] = A[M, K] x B[K, N], between a caller's array of any strides and device
// memory. The three forms in device memory:
//
//   features.hpp   A, row-major or in surfaces          weights.hpp   B, in blocks of kernels and channels
//   results.hpp    C, row-major or in surfaces; partial sums of a split K are joined on the way
//
// All take a rectangle of the matrix, so that a plan can pack tiles and slices of K one by one. Device memory is a
// span of bytes that begins with the first element of the rectangle. Nothing here allocates.
#pragma once

#include <cstddef>
#include <limits>

#include "base/dtype.hpp"
#include "base/view.hpp"

namespace mattock::layout {

/// Rows and columns, in elements.
struct Extent {
  std::size_t rows = 0, columns = 0;
};

/// Rows [row, row + rows) and columns [column, column + columns) of a matrix; may be empty.
struct Rectangle {
  std::size_t row = 0, column = 0;
  std::size_t rows = 0, columns = 0;
};

/// All of a matrix (a view of rank 2).
template <class Byte>
Rectangle whole(const BasicView<Byte>& matrix) {
  return {0, 0, static_cast<std::size_t>(matrix.shape[0]), static_cast<std::size_t>(matrix.shape[1])};
}

/// How a call works; the bytes it writes do not depend on it.
struct How {
  std::size_t threads = 0;  ///< 0: one below 8 MiB read and written, else one per core
  bool vectors = true;      ///< false: plain loops only, what the vector code is tested against
};

/// Lanes of a matrix whose columns all lie side by side.
inline constexpr std::size_t kAllColumns = std::numeric_limits<std::size_t>::max();

/// Where the elements of a matrix lie in device memory, features and results alike: element (r, c) begins at byte
/// r * row_bytes + c / lanes * group_bytes + c % lanes * element_bytes(element).
struct Cells {
  DType element = DType::kFloat16;
  std::size_t lanes = 1;        ///< columns that lie side by side
  std::size_t row_bytes = 0;    ///< from one row to the next; at least what the lanes in use fill
  std::size_t group_bytes = 0;  ///< from one group of lanes to the next; of no account when there is only one

  bool is_row_major() const { return lanes == kAllColumns; }
  std::size_t offset(std::size_t row, std::size_t column) const;
  /// Up to the end of the last element, lanes without a column included; 0 for an empty extent.
  std::size_t bytes(const Extent& extent) const;
};

/// Row-major: all columns are lanes of one group ("AC 0").
Cells row_major(DType element, std::size_t row_bytes);

/// Surfaces of `lanes` columns and `surface_rows` rows: (C / lanes, surface_rows, lanes) ("AC 1"). Features: lanes
/// 8 for int8, 4 for fp16; results: 4 for 4-byte elements, 8 and 16 for 2 and 1.
Cells surfaces(DType element, std::size_t lanes, std::size_t surface_rows);

}  // namespace mattock::layout
