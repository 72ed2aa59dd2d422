#include "matmul/cpu_requantise.hpp"

#include <algorithm>
#include <limits>

namespace mattock::matmul_detail {
namespace {

/// value / 2^shift + offset to nearest, halves to the even result.
std::int64_t shifted(std::int64_t value, unsigned shift, std::int64_t offset) {
  if (shift == 0) return value + offset;
  const std::int64_t floor = value >> shift, rest = value - (floor << shift);
  const std::int64_t half = std::int64_t{1} << (shift - 1);
  const bool up = rest > half || (rest == half && ((floor + offset) & 1) != 0);
  return floor + offset + (up ? 1 : 0);
}

}  // namespace

void CpuRequantiser::set_b(const ArrayView& b) {
  const std::vector<std::int64_t> sums = column_sums(b);
  columns_.resize(sums.size());
  for (std::size_t c = 0; c < sums.size(); ++c) {
    const KernelScale of = kernel_scale(q_, b.shape[0], sums[c], c);
    columns_[c] = {of.bias, of.zero_point, of.multiplier};
  }
}

std::int64_t CpuRequantiser::scaled(std::int64_t sum, std::int32_t multiplier) {
  return shifted(sum * multiplier, kRecordShift, 0);  // sums of 2^20 products are below 2^35
}

std::int8_t CpuRequantiser::converted(std::int64_t value) const {
  using Limits = std::numeric_limits<std::int8_t>;
  const std::int64_t result = shifted(value * scale_.multiplier, scale_.shift, scale_.offset);
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(result, Limits::min(), Limits::max()));
}

}  // namespace mattock::matmul_detail
