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

std::size_t MatmulPlan::row_pitch_bytes(std::size_t part) const {
  return npu_joins ? features_bytes() / pixels : row_bytes(part);
}

std::size_t MatmulPlan::features_bytes() const {
  std::size_t bytes = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) bytes += pixels * row_bytes(p);
  return bytes;
}

std::size_t MatmulPlan::features_offset(std::size_t part) const {
  std::size_t bytes = 0;
  for (std::size_t p = 0; p < part; ++p) bytes += (npu_joins ? 1 : pixels) * row_bytes(p);
  return bytes;
}

std::size_t MatmulPlan::weights_offset(std::size_t part) const {
  std::size_t bytes = 0;
  for (std::size_t p = 0; p < part; ++p) bytes += kernels_padded * row_bytes(p);
  return bytes;
}

std::size_t MatmulPlan::results_offset(std::size_t part) const {
  const std::size_t elements = pixels * kernels_padded;
  if (!npu_joins) return part * elements * bytes_of(written);
  if (part + 1 == parts.size()) return 0;
  return elements * (bytes_of(written) + part % 2 * bytes_of(sums_of(types.operand)));
}

std::size_t MatmulPlan::results_bytes() const {
  const std::size_t elements = pixels * kernels_padded;
  if (!npu_joins) return parts.size() * elements * bytes_of(written);
  return elements * (bytes_of(written) + std::min<std::size_t>(parts.size() - 1, 2) * bytes_of(sums_of(types.operand)));
}

const Range& MatmulPlan::panel_of(const Range& columns) const {
  const auto after = std::ranges::upper_bound(panels, columns.first, {}, &Range::first);
  assert(after != panels.begin());
  return *std::prev(after);
}

}  // namespace mattock::plan
