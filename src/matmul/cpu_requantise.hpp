// int8 results of an inner dimension that the NPU takes in parts: the CPU joins the parts' sums without wrapping and
// does to them what the NPU's records and output converter do to a whole sum (requantise.hpp), with the same roundings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "emit/matmul.hpp"
#include "matmul/requantise.hpp"

namespace mattock::matmul_detail {

class CpuRequantiser {
 public:
  CpuRequantiser(const Requantisation& q, const emit::OutputScale& scale) : q_(q), scale_(scale) {}

  /// B, [k, n] of int8: the zero point of A meets the sums of its columns.
  void set_b(const ArrayView& b);

  /// The result of a row whose numbers add up to `a_sum` with a column of B, whose products add up to `products`.
  std::int8_t operator()(std::int64_t products, std::int64_t a_sum, std::size_t column) const {
    const Column& of = columns_[column];
    return converted(scaled(products - of.zero_point * a_sum + of.bias, of.multiplier));
  }

 private:
  struct Column {
    std::int64_t bias = 0;
    std::int32_t zero_point = 0, multiplier = 0;
  };

  static std::int64_t scaled(std::int64_t sum, std::int32_t multiplier);
  std::int8_t converted(std::int64_t value) const;

  Requantisation q_;
  emit::OutputScale scale_;
  std::vector<Column> columns_;
};

}  // namespace mattock::matmul_detail
