// int8 results: what each operand's numbers stand for, and the records by which the NPU turns sums into int8.
//
//   (a - za) (b - zb) summed over k  =  sum a b  +  ow * sum a  +  bias,   ow = -zb,  bias = k za zb - za sum b
//   times s_b / max s_b (a multiplier of 2^14, per kernel), times s_a max s_b / s_c (15 bits and a shift), plus zc
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "base/view.hpp"
#include "emit/matmul.hpp"

namespace mattock {

/// real = (q - zero_point) * scale, for A, B and C; scales above 0, zero points from -128 to 127.
struct Requantisation {
  float a_scale = 1;
  std::int32_t a_zero_point = 0;
  std::vector<float> b_scale{1};              ///< one for B, or one for each column
  std::vector<std::int32_t> b_zero_point{0};  ///< as many as scales, or one
  float c_scale = 1;
  std::int32_t c_zero_point = 0;
};

namespace matmul_detail {

/// Errors: kBadInput, naming the operand and what is allowed.
Result<void> check_requantisation(const Requantisation& q, std::size_t columns);

/// The output converter's part. Errors: kBadInput when the scales' quotient is beyond what it holds.
Result<emit::OutputScale> output_scale(const Requantisation& q);

inline constexpr unsigned kRecordShift = 14;

/// What a kernel's record says: of column `column` of B, which has `k` rows whose numbers add up to `sum`.
struct KernelScale {
  std::int64_t bias = 0;        ///< below 2^28 for k to 8192
  std::int32_t zero_point = 0;  ///< of the column
  std::int32_t multiplier = 0;  ///< of 2^kRecordShift
};
KernelScale kernel_scale(const Requantisation& q, std::int64_t k, std::int64_t sum, std::size_t column);

/// Sums of the columns of an int8 matrix.
std::vector<std::int64_t> column_sums(const ArrayView& b);

/// Records of all columns of `b` [k, columns] into `records`, which has room for whole groups; those beyond are 0.
void write_records(const Requantisation& q, const ArrayView& b, std::span<std::byte> records);

}  // namespace matmul_detail
}  // namespace mattock
