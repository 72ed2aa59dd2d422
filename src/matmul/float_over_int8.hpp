// Float matrices on the int8 multipliers, which are four times as many as those of fp16: A is scaled per row, B per
// column, both to +-127, and the int32 sums are scaled back. The price is precision; the bound says how much.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "matmul/matmul.hpp"

namespace mattock {

class FloatOverInt8 {
 public:
  /// As Matmul::create with int8 operands and int32 sums; `spec.types` is not looked at. Errors: also kUnsupported for
  /// a k whose sums could wrap around, kUsage for native layouts.
  static Result<FloatOverInt8> create(Device& device, MatmulSpec spec);

  /// B, [k, n] of any strides and type, quantised once. Errors: kBadInput for another shape.
  Result<void> set_b(const ArrayView& b);

  /// C = A x B into `c`, [m, n] float32 of any strides. NaN counts as 0, infinities saturate. Errors: as Matmul::run.
  Result<void> run(const ArrayView& a, const MutableView& c);

  /// The largest possible difference of an element of the last C from the exact product of the A and B that were given
  /// (finite ones), before the rounding of C to float32: each factor is off by half a step of its scale, or more where
  /// no float32 is a scale for it. Nothing before the first run.
  std::optional<double> error_bound() const { return error_bound_; }

  const plan::MatmulPlan& plan() const { return product_.plan(); }
  const MatmulShapes& shapes() const { return product_.shapes(); }

 private:
  explicit FloatOverInt8(Matmul product) : product_(std::move(product)) {}

  Matmul product_;
  Array quantised_a_, quantised_b_, sums_;
  std::vector<float> row_scales_, column_scales_;
  std::vector<double> column_sums_, column_errors_;  // of |B|, and of its quantised numbers at most
  std::optional<double> error_bound_;
};

/// matmul_into() (matmul.hpp) by FloatOverInt8, so into float32. The error bound is the largest of all products.
/// Errors: kBadInput for shapes that do not fit each other or a C of another type, and those of FloatOverInt8.
Result<double> matmul_over_int8(Device& device, const ArrayView& a, const ArrayView& b, const MutableView& c,
                                const plan::Options& options = {});

}  // namespace mattock
