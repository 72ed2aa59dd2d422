#include "matmul/requantise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/bytes.hpp"
#include "base/fixed_scale.hpp"

namespace mattock::matmul_detail {
namespace {

// A record of four kernels: four int32 biases, four int16 offsets, four uint16 multipliers (npu.md 3.3).
constexpr std::size_t kTogether = 4;
constexpr double kOne = 1 << kRecordShift;

Result<void> check_scale(const char* name, float scale) {
  if (std::isfinite(scale) && scale > 0) return {};
  return fail(Code::kBadInput, fmt::format("the scale of {} is {}; it must be above 0 and finite", name, scale));
}

Result<void> check_zero_point(const char* name, std::int32_t zero_point) {
  if (zero_point >= -128 && zero_point <= 127) return {};
  return fail(Code::kBadInput, fmt::format("the zero point of {} is {}; it can be -128 to 127", name, zero_point));
}

template <class T>
T of_column(const std::vector<T>& values, std::size_t column) {
  return values.size() == 1 ? values.front() : values[column];
}

float largest(const std::vector<float>& scales) { return *std::ranges::max_element(scales); }

}  // namespace

Result<void> check_requantisation(const Requantisation& q, std::size_t columns) {
  for (const auto& [name, count] :
       {std::pair{"scales", q.b_scale.size()}, std::pair{"zero points", q.b_zero_point.size()}})
    if (count != 1 && count != columns)
      return fail(Code::kBadInput,
                  fmt::format("B has {} {}; it can have 1 or one for each of {} columns", count, name, columns));
  for (const auto& checked : {check_scale("A", q.a_scale), check_scale("C", q.c_scale),
                              check_zero_point("A", q.a_zero_point), check_zero_point("C", q.c_zero_point)})
    if (!checked) return checked;
  for (const float scale : q.b_scale)
    if (const auto good = check_scale("B", scale); !good) return good;
  for (const std::int32_t zero_point : q.b_zero_point)
    if (const auto good = check_zero_point("B", zero_point); !good) return good;
  return {};
}

Result<emit::OutputScale> output_scale(const Requantisation& q) {
  const double factor = double{q.a_scale} * double{largest(q.b_scale)} / double{q.c_scale};
  const auto fixed = fixed_scale(factor);
  if (!fixed) return propagate(fixed, "scale of A times that of B by that of C");
  return emit::OutputScale{fixed->multiplier, fixed->shift, q.c_zero_point};
}

std::vector<std::int64_t> column_sums(const ArrayView& b) {
  const auto rows = static_cast<std::size_t>(b.shape[0]), columns = static_cast<std::size_t>(b.shape[1]);
  std::vector<std::int64_t> sums(columns);
  std::vector<std::byte> row(columns);
  for (std::size_t r = 0; r < rows; ++r) {
    gather(b, r * columns, row);
    for (std::size_t c = 0; c < columns; ++c) sums[c] += static_cast<std::int8_t>(row[c]);
  }
  return sums;
}

KernelScale kernel_scale(const Requantisation& q, std::int64_t k, std::int64_t sum, std::size_t column) {
  const std::int64_t zero_a = q.a_zero_point, zero_b = of_column(q.b_zero_point, column);
  const double most = double{largest(q.b_scale)};
  const double multiplier = std::nearbyint(kOne * double{of_column(q.b_scale, column)} / most);
  return {k * zero_a * zero_b - zero_a * sum, static_cast<std::int32_t>(zero_b), static_cast<std::int32_t>(multiplier)};
}

void write_records(const Requantisation& q, const ArrayView& b, std::span<std::byte> records) {
  std::ranges::fill(records, std::byte{0});
  const std::vector<std::int64_t> sums = column_sums(b);
  for (std::size_t c = 0; c < sums.size(); ++c) {
    const KernelScale of = kernel_scale(q, b.shape[0], sums[c], c);
    const auto group = records.subspan(c / kTogether * kTogether * plan::kRecordBytes);
    const std::size_t lane = c % kTogether;
    store_le(group, lane * 4, static_cast<std::int32_t>(of.bias));
    store_le(group, kTogether * 4 + lane * 2, static_cast<std::int16_t>(-of.zero_point));
    store_le(group, kTogether * 6 + lane * 2, static_cast<std::uint16_t>(of.multiplier));
  }
}

}  // namespace mattock::matmul_detail
