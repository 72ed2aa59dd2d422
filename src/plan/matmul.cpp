#include "plan/matmul.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace mattock::plan {

std::string_view name_of(Grade grade) {
  switch (grade) {
    case Grade::kStream: return "vendor stream";
    case Grade::kModel: return "vendor model";
    case Grade::kAssumed: return "assumed";
  }
  return "";
}

std::size_t MatmulPlan::features_bytes() const {
  if (in_place.feature_pitch != 0) return pixels_padded * in_place.feature_pitch * bytes_of(types.operand);
  std::size_t bytes = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) bytes += pixels_padded * row_bytes(p);
  return bytes;
}

std::size_t MatmulPlan::weights_offset(std::size_t part) const {
  std::size_t bytes = 0;
  for (std::size_t p = 0; p < part; ++p) bytes += kernels_padded * kernel_bytes(p);
  return bytes;
}

std::size_t MatmulPlan::results_bytes() const {
  if (!npu_joins) return wanted_results_bytes();
  const std::size_t places = std::min<std::size_t>(parts.size() - 1, 2);
  return wanted_results_bytes() + places * pixels_padded * kernels_padded * bytes_of(sums_of(types.operand));
}

std::size_t MatmulPlan::wanted_results_bytes() const {
  const std::size_t row = in_place.result_pitch != 0 ? in_place.result_pitch : kernels_padded;
  return (npu_joins ? 1 : parts.size()) * pixels_padded * row * bytes_of(written);
}

const Range& MatmulPlan::panel_of(const Range& columns) const {
  const auto after = std::ranges::upper_bound(panels, columns.first, {}, &Range::first);
  assert(after != panels.begin());
  return *std::prev(after);
}

}  // namespace mattock::plan
