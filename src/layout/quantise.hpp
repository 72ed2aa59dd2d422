// Float operands on int8 multipliers: a scale for each row of A and each column of B, symmetric about 0.
//
//   scale = max|x| / 127        q = x / scale, to nearest even, within +-127        x is about q * scale
//
// The scale is rounded to binary32; the quotient is one of binary64, rounded once to an integer. -128 is never
// used, so that q and -q are both there. results.hpp has the way back.
#pragma once

#include <span>

#include "layout/matrix.hpp"

namespace mattock::layout {

/// What shares a scale.
enum class Axis { kRows, kColumns };

/// Scales of all rows (as many as rows) or columns of `matrix` (rank 2, numbers of any type). Infinities and NaN do
/// not count towards the maximum; without a finite number other than 0 the scale is 1. At least the smallest positive
/// binary32, at most the largest finite one.
void find_scales(const ArrayView& matrix, Axis axis, std::span<float> scales, const How& how = {});

/// `matrix` as int8 with these scales (each finite and above 0, asserted), into `quantised`, an int8 array of the same
/// shape and any strides. Infinities saturate; NaN becomes 0.
void quantise(const ArrayView& matrix, Axis axis, std::span<const float> scales, const MutableView& quantised,
              const How& how = {});

}  // namespace mattock::layout
