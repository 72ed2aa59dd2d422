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

std::size_t MatmulPlan::features_offset(std::size_t part) const {
  std::size_t bytes = 0;
  for (std::size_t p = 0; p < part; ++p) bytes += pixels * row_bytes(p);
  return bytes;
}

std::size_t MatmulPlan::weights_offset(std::size_t part) const {
  std::size_t bytes = 0;
  for (std::size_t p = 0; p < part; ++p) bytes += kernels_padded * row_bytes(p);
  return bytes;
}

const Range& MatmulPlan::panel_of(const Range& columns) const {
  const auto after = std::ranges::upper_bound(panels, columns.first, {}, &Range::first);
  assert(after != panels.begin());
  return *std::prev(after);
}

}  // namespace mattock::plan
