// The left operand: A[M, K] as features, a row of A being a pixel and its columns the channels.
//
//   row-major                                   surfaces of C2 lanes
//   row 0: a00 a01 a02 ... 0 0 | pitch          surface 0: a00..a03  a10..a13  ... | pad
//   row 1: a10 a11 a12 ... 0 0 |                surface 1: a04..a07  a14..a17  ...
#pragma once

#include <cstddef>
#include <span>

#include "layout/matrix.hpp"

namespace mattock::layout {

/// Writes part of `matrix` (rank 2) into `memory` as rows [0, padded.rows) and columns [0, padded.columns) of
/// `cells`: the part's numbers first, zeros behind them. `padded` is at least the part; lanes of a group behind
/// the last column are zeros as well. Nothing else in memory changes, so row tiles can be packed one by one into the
/// surfaces of one matrix.
///
/// Elements: fp16 takes numbers of any type, rounded once to nearest even (overflow gives infinity, NaN a quiet
/// NaN; fp16 numbers as they are, bit for bit); int8 takes an int8 matrix as it is.
/// Asserted: the part lies in the matrix, memory holds cells.bytes(padded), the cells do not overlap.
void pack_features(const ArrayView& matrix, const Rectangle& part, const Cells& cells, const Extent& padded,
                   std::span<std::byte> memory, const How& how = {});

}  // namespace mattock::layout
