#include "matmul/float_over_int8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "base/bytes.hpp"
#include "base/convert.hpp"
#include "base/math.hpp"
#include "layout/quantise.hpp"
#include "layout/results.hpp"

namespace mattock {
namespace {

using layout::Axis;

Shape shape_of(std::size_t rows, std::size_t columns) {
  return {narrow<std::int64_t>(rows), narrow<std::int64_t>(columns)};
}

/// The largest sum of products of two quantised numbers, each within +-127, must be an int32.
constexpr std::size_t kMaxInner = std::numeric_limits<std::int32_t>::max() / (127 * 127);

/// What the error bound needs to know of the finite numbers of each row, or of each column.
struct Sizes {
  std::vector<double> sums;    ///< of absolute numbers
  std::vector<double> errors;  ///< by which a quantised number is off at most
};

Sizes sizes_of(const ArrayView& matrix, Axis axis, std::span<const float> scales) {
  const auto rows = static_cast<std::size_t>(matrix.shape[0]), columns = static_cast<std::size_t>(matrix.shape[1]);
  Sizes sizes{std::vector<double>(scales.size()), std::vector<double>(scales.size())};
  std::vector<double> largest(scales.size());
  std::vector<std::byte> own(columns * element_bytes(matrix.dtype)), real(columns * sizeof(double));
  for (std::size_t r = 0; r < rows; ++r) {
    gather(matrix, r * columns, own);
    convert_elements(matrix.dtype, own, DType::kFloat64, real);
    for (std::size_t c = 0; c < columns; ++c) {
      const double x = std::abs(load_le<double>(real, c * sizeof(double)));
      if (!std::isfinite(x)) continue;
      const std::size_t i = axis == Axis::kRows ? r : c;
      sizes.sums[i] += x;
      largest[i] = std::max(largest[i], x);
    }
  }
  // Half a step, unless the largest number is beyond 127 steps: of a scale at the ends of float32's range.
  for (std::size_t i = 0; i < scales.size(); ++i)
    if (largest[i] > 0) sizes.errors[i] = std::max(double{scales[i]} / 2, largest[i] - 127 * double{scales[i]});
  return sizes;
}

Result<void> check_shape(const char* name, const Shape& found, const Shape& wanted) {
  if (found == wanted) return {};
  return fail(Code::kBadInput,
              fmt::format("{} has shape {}, this product wants {}", name, shape_text(found), shape_text(wanted)));
}

}  // namespace

Result<FloatOverInt8> FloatOverInt8::create(Device& device, MatmulSpec spec) {
  if (spec.k > kMaxInner && spec.k <= plan::kMaxDimension)
    return fail(Code::kUnsupported,
                fmt::format("K is {}; over int8 it can be up to {}, so that no sum leaves 32 bits", spec.k, kMaxInner),
                "multiply as float16, or in parts that are added");
  if (spec.options.native.any())
    return fail(Code::kUsage, "numbers that are scaled to int8 cannot be in the NPU's layout",
                "scale them first and multiply int8 arrays");
  spec.types = {plan::Operand::kInt8, plan::Output::kInt32};
  auto product = Matmul::create(device, spec);
  if (!product) return propagate(product);
  FloatOverInt8 result(std::move(*product));
  result.quantised_a_ = Array::zeros(DType::kInt8, shape_of(spec.m, spec.k));
  result.quantised_b_ = Array::zeros(DType::kInt8, shape_of(spec.k, spec.n));
  result.sums_ = Array::zeros(DType::kInt32, shape_of(spec.m, spec.n));
  result.row_scales_.resize(spec.m);
  result.column_scales_.resize(spec.n);
  return result;
}

Result<void> FloatOverInt8::set_b(const ArrayView& b) {
  if (const auto fits = check_shape("B", b.shape, quantised_b_.shape); !fits) return fits;
  layout::find_scales(b, Axis::kColumns, column_scales_);
  layout::quantise(b, Axis::kColumns, column_scales_, view_of(quantised_b_));
  auto sizes = sizes_of(b, Axis::kColumns, column_scales_);
  column_sums_ = std::move(sizes.sums);
  column_errors_ = std::move(sizes.errors);
  return product_.set_b(view_of(quantised_b_));
}

Result<void> FloatOverInt8::run(const ArrayView& a, const MutableView& c) {
  if (const auto fits = check_shape("A", a.shape, quantised_a_.shape); !fits) return fits;
  if (const auto fits = check_shape("C", c.shape, sums_.shape); !fits) return fits;
  if (c.dtype != DType::kFloat32)
    return fail(Code::kBadInput, fmt::format("C is {}, this product gives float32", dtype_name(c.dtype)));
  layout::find_scales(a, Axis::kRows, row_scales_);
  layout::quantise(a, Axis::kRows, row_scales_, view_of(quantised_a_));
  const Sizes rows = sizes_of(a, Axis::kRows, row_scales_);  // before C is written, which may lie where A lies
  if (const auto run = product_.run(view_of(quantised_a_), view_of(sums_)); !run) return run;

  const std::size_t columns = column_scales_.size();
  const std::array<std::span<const std::byte>, 1> slices{sums_.data};
  layout::dequantise_results(slices, layout::row_major(DType::kInt32, columns * sizeof(std::int32_t)),
                             {row_scales_, column_scales_}, c, layout::whole(c));

  const auto k = static_cast<double>(quantised_a_.shape[1]);
  double bound = 0;
  for (std::size_t m = 0; m < rows.sums.size(); ++m)
    for (std::size_t n = 0; n < columns; ++n)
      bound = std::max(bound, rows.errors[m] * column_sums_[n] + column_errors_[n] * rows.sums[m] +
                                  k * rows.errors[m] * column_errors_[n]);
  error_bound_ = bound;
  return {};
}

}  // namespace mattock
