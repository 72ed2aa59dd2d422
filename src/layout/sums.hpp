// Private to the room: arithmetic on dense runs of partial sums. Pointers may have any alignment.
#pragma once

#include <cstddef>

namespace mattock::layout {

/// sums[i] = (first ? nothing : sums[i]) + terms[i]: binary32 terms, binary64 sums.
void add_floats(const std::byte* terms, std::size_t n, bool first, std::byte* sums, bool vectors);

/// The same for int32 terms and sums, wrapping.
void add_integers(const std::byte* terms, std::size_t n, bool first, std::byte* sums, bool vectors);

/// numbers[i] = (double)sums[i] * row_scale * column_scales[i]: int32 sums, binary64 numbers.
void scale_sums(const std::byte* sums, std::size_t n, float row_scale, const float* column_scales, std::byte* numbers,
                bool vectors);

/// Makes every NaN of `n` binary64 numbers the positive quiet one without payload.
void settle_nans(std::byte* numbers, std::size_t n, bool vectors);

}  // namespace mattock::layout
