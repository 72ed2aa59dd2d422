#include "matmul/float_over_int8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

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

/// Sums of the absolute finite numbers of each row, or of each column.
std::vector<double> absolute_sums(const ArrayView& matrix, Axis axis) {
  const auto rows = static_cast<std::size_t>(matrix.shape[0]), columns = static_cast<std::size_t>(matrix.shape[1]);
  std::vector<double> sums(axis == Axis::kRows ? rows : columns);
  std::vector<std::byte> own(columns * element_bytes(matrix.dtype)), real(columns * sizeof(double));
  for (std::size_t r = 0; r < rows; ++r) {
    gather(matrix, r * columns, own);
    convert_elements(matrix.dtype, own, DType::kFloat64, real);
    for (std::size_t c = 0; c < columns; ++c) {
      const double x = std::abs(load_le<double>(real, c * sizeof(double)));
      if (std::isfinite(x)) sums[axis == Axis::kRows ? r : c] += x;
    }
  }
  return sums;
}

Result<void> check_shape(const char* name, const Shape& found, const Shape& wanted) {
  if (found == wanted) return {};
  return fail(Code::kBadInput,
              fmt::format("{} has shape {}, this product wants {}", name, shape_text(found), shape_text(wanted)));
}

}  // namespace

Result<FloatOverInt8> FloatOverInt8::create(Device& device, MatmulSpec spec) {
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
  column_sums_ = absolute_sums(b, Axis::kColumns);
  return product_.set_b(view_of(quantised_b_));
}

Result<void> FloatOverInt8::run(const ArrayView& a, const MutableView& c) {
  if (const auto fits = check_shape("A", a.shape, quantised_a_.shape); !fits) return fits;
  if (const auto fits = check_shape("C", c.shape, sums_.shape); !fits) return fits;
  if (c.dtype != DType::kFloat32)
    return fail(Code::kBadInput, fmt::format("C is {}, this product gives float32", dtype_name(c.dtype)));
  layout::find_scales(a, Axis::kRows, row_scales_);
  layout::quantise(a, Axis::kRows, row_scales_, view_of(quantised_a_));
  if (const auto run = product_.run(view_of(quantised_a_), view_of(sums_)); !run) return run;

  const std::size_t columns = column_scales_.size();
  const std::array<std::span<const std::byte>, 1> slices{sums_.data};
  layout::dequantise_results(slices, layout::row_major(DType::kInt32, columns * sizeof(std::int32_t)),
                             {row_scales_, column_scales_}, c, layout::whole(c));

  const std::vector<double> row_sums = absolute_sums(a, Axis::kRows);
  const auto k = static_cast<double>(a.shape[1]);
  error_bound_ = 0;
  for (std::size_t m = 0; m < row_sums.size(); ++m)
    for (std::size_t n = 0; n < columns; ++n) {
      const double step_a = double{row_scales_[m]}, step_b = double{column_scales_[n]};
      error_bound_ =
          std::max(error_bound_, step_a / 2 * column_sums_[n] + step_b / 2 * row_sums[m] + k * step_a * step_b / 4);
    }
  return {};
}

}  // namespace mattock
