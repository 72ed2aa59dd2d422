#include "layout/quantise.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/math.hpp"
#include "base/parallel.hpp"
#include "layout/block.hpp"
#include "layout/kernels.hpp"

namespace mattock::layout {
namespace {

constexpr double kLargestCode = 127;

/// The scale of numbers whose largest finite magnitude is `largest`.
float scale_of(double largest) {
  if (largest == 0) return 1;
  const double scale = std::min(largest / kLargestCode, double{std::numeric_limits<float>::max()});
  return std::max(static_cast<float>(scale), std::numeric_limits<float>::denorm_min());
}

double larger(double largest, double x) {
  const double magnitude = std::fabs(x);
  return std::isfinite(magnitude) && magnitude > largest ? magnitude : largest;
}

std::int8_t code_of(double x, double scale) {
  const double quotient = std::nearbyint(x / scale);
  if (std::isnan(quotient)) return 0;
  return static_cast<std::int8_t>(std::clamp(quotient, -kLargestCode, kLargestCode));
}

/// Calls work(first, numbers, count) for pieces of row 0 of the plane, as binary64.
template <class Work>
void for_each_piece(const ReadPlane& row, std::size_t columns, bool vectors, const Work& work) {
  double numbers[kRunElements];
  for (std::size_t c = 0; c < columns; c += kRunElements) {
    const std::size_t n = std::min(kRunElements, columns - c);
    load_block(row.at(0, c), {1, n}, DType::kFloat64, reinterpret_cast<std::byte*>(numbers), sizeof(numbers), vectors);
    work(c, numbers, n);
  }
}

float scale_of_row(const ReadPlane& row, std::size_t columns, bool vectors) {
  double largest = 0;
  for_each_piece(row, columns, vectors, [&](std::size_t, const double* numbers, std::size_t n) {
    for (std::size_t i = vectors ? kernels::largest_of(numbers, n, &largest) : 0; i < n; ++i)
      largest = larger(largest, numbers[i]);
  });
  return scale_of(largest);
}

/// Scales of columns [first, last), at most kRunElements, reading row by row.
void scales_of_columns(const ReadPlane& plane, std::size_t rows, std::size_t first, std::size_t last, bool vectors,
                       std::span<float> scales) {
  double largest[kRunElements] = {};
  for (std::size_t r = 0; r < rows; ++r)
    for_each_piece(plane.at(r, first), last - first, vectors, [&](std::size_t, const double* numbers, std::size_t n) {
      for (std::size_t i = vectors ? kernels::largest_each(numbers, n, largest) : 0; i < n; ++i)
        largest[i] = larger(largest[i], numbers[i]);
    });
  for (std::size_t c = first; c < last; ++c) scales[c] = scale_of(largest[c - first]);
}

}  // namespace

void find_scales(const ArrayView& matrix, Axis axis, std::span<float> scales, const How& how) {
  const Rectangle all = whole(matrix);
  // Scales of columns are those of the rows of the transposed matrix.
  const ReadPlane plane = axis == Axis::kRows ? plane_of(matrix, all) : plane_of(matrix, all).transposed();
  const std::size_t rows = axis == Axis::kRows ? all.rows : all.columns;
  const std::size_t columns = axis == Axis::kRows ? all.columns : all.rows;
  assert(scales.size() >= rows);
  if (columns == 0) return std::fill_n(scales.begin(), rows, 1.0f), void();
  const std::size_t threads = threads_for(how, matrix.bytes());
  parallel_ranges(rows, kRunElements, threads, [&](std::size_t first, std::size_t last) {
    if (!plane.runs_down()) {
      for (std::size_t r = first; r < last; ++r) scales[r] = scale_of_row(plane.at(r, 0), columns, how.vectors);
      return;
    }
    for (std::size_t r = first; r < last; r += kRunElements)
      scales_of_columns(plane.transposed(), columns, r, std::min(r + kRunElements, last), how.vectors, scales);
  });
}

void quantise(const ArrayView& matrix, Axis axis, std::span<const float> scales, const MutableView& quantised,
              const How& how) {
  const Rectangle all = whole(matrix);
  const ReadPlane from = plane_of(matrix, all);
  const WritePlane to = plane_of(quantised, all);
  assert(quantised.dtype == DType::kInt8 && quantised.shape == matrix.shape);
  assert(scales.size() >= (axis == Axis::kRows ? all.rows : all.columns));
  if (all.columns == 0) return;
  const std::size_t threads = threads_for(how, matrix.bytes() + quantised.bytes());
  parallel_ranges(all.rows, 1, threads, [&](std::size_t first, std::size_t last) {
    std::int8_t codes[kRunElements];
    for (std::size_t r = first; r < last; ++r)
      for_each_piece(from.at(r, 0), all.columns, how.vectors, [&](std::size_t c, const double* x, std::size_t n) {
        const float* scale = axis == Axis::kRows ? &scales[r] : &scales[c];
        const std::size_t step = axis == Axis::kRows ? 0 : 1;
        for (std::size_t i = how.vectors ? kernels::codes(x, n, scale, step, codes) : 0; i < n; ++i)
          codes[i] = code_of(x[i], static_cast<double>(scale[i * step]));
        store_block(DType::kInt8, reinterpret_cast<const std::byte*>(codes), n, {1, n}, to.at(r, c), how.vectors);
      });
  });
}

}  // namespace mattock::layout
