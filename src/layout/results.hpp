// The result: C[M, N] from device memory into a caller's array of any strides and type. When K was split, each slice
// left a memory of partial sums in the same form, and they are added on the way:
//
//   fp32   in binary64, from the first slice to the last, rounded once to the array's type
//   int32  wrapping, as the accumulators do
//
// Numbers become the array's type by the rules of base/convert.hpp: floats round once to nearest even, integers
// saturate, equal types are copied bit for bit.
#pragma once

#include <cstddef>
#include <span>

#include "layout/matrix.hpp"

namespace mattock::layout {

/// Memories of partial sums in the order of their slices.
using Slices = std::span<const std::span<const std::byte>>;

/// Rows [0, part.rows) and columns [0, part.columns) of `cells` in `memory` into part of `matrix` (rank 2).
/// Elements: fp32, fp16, int32, int8. Touches nothing else.
/// Asserted: the part lies in the matrix, memory holds its cells. No two elements of the array may share bytes.
void unpack_results(std::span<const std::byte> memory, const Cells& cells, const MutableView& matrix,
                    const Rectangle& part, const How& how = {});

/// The same for the sum of one or more slices of fp32 or int32. A sum that is NaN is stored as the positive quiet NaN
/// without payload, so that no host's habits show.
void join_results(Slices slices, const Cells& cells, const MutableView& matrix, const Rectangle& part,
                  const How& how = {});

/// Float scales of the matrix's rows and columns, as many as it has (not: as the part has).
struct Scales {
  std::span<const float> rows, columns;
};

/// Joins slices of int32 and undoes the quantisation: (double)sum * rows[m] * columns[n], from left to right in
/// binary64, rounded once to the array's type. NaN as in join_results().
void dequantise_results(Slices slices, const Cells& cells, const Scales& scales, const MutableView& matrix,
                        const Rectangle& part, const How& how = {});

}  // namespace mattock::layout
