#include "plan/place.hpp"

#include <algorithm>

namespace mattock::plan {
namespace {

/// Bytes of the features of one pixel in the parts before this one.
std::size_t bytes_before(const MatmulPlan& plan, std::size_t part) {
  std::size_t bytes = 0;
  for (std::size_t p = 0; p < part; ++p) bytes += plan.row_bytes(p);
  return bytes;
}

std::size_t pixel_bytes_of(const hw::Chip& chip, Output output) {
  return bytes_of(output) == 4 ? chip.wide_pixel_bytes : chip.atom_bytes;
}

/// Where the results of a part begin.
std::size_t results_offset(const MatmulPlan& plan, std::size_t part) {
  const std::size_t elements = plan.pixels_padded * plan.kernels_padded;
  if (!plan.npu_joins) return part * elements * bytes_of(plan.written);
  if (part + 1 == plan.parts.size()) return 0;
  return elements * (bytes_of(plan.written) + part % 2 * bytes_of(sums_of(plan.types.operand)));
}

}  // namespace

Place features_place(const hw::Chip& chip, const MatmulPlan& plan, std::size_t part) {
  Place place;
  place.element_bytes = bytes_of(plan.types.operand);
  const std::size_t before = bytes_before(plan, part);
  if (plan.native) {  // the surfaces of a part follow those of the part before
    place.offset = plan.pixels_padded * before;
    place.pixel_bytes = chip.atom_bytes;
    place.lanes = feature_lanes(chip, plan.types.operand);
    place.surface_bytes = plan.pixels_padded * chip.atom_bytes;
  } else if (plan.npu_joins) {  // in place
    place.offset = before;
    place.pixel_bytes = bytes_before(plan, plan.parts.size());
  } else {
    place.offset = plan.pixels * before;
    const std::size_t pitch = plan.in_place.feature_pitch * place.element_bytes;
    place.pixel_bytes = std::max(plan.row_bytes(part), pitch);
  }
  return place;
}

Place results_place(const hw::Chip& chip, const MatmulPlan& plan, std::size_t part, const Range& panel) {
  const Output written = plan.written_by(part);
  Place place;
  place.offset = results_offset(plan, part);
  place.element_bytes = bytes_of(written);
  if (plan.native) {  // one panel
    place.pixel_bytes = pixel_bytes_of(chip, written);
    place.lanes = result_lanes(chip, written);
    place.surface_bytes = plan.pixels_padded * place.pixel_bytes;
  } else {
    place.offset += plan.pixels * panel.first * place.element_bytes;
    place.pixel_bytes = plan.result_pitch(panel) * place.element_bytes;
  }
  return place;
}

std::size_t feature_lanes(const hw::Chip& chip, Operand operand) { return chip.atom_bytes / bytes_of(operand); }
std::size_t result_lanes(const hw::Chip& chip, Output output) {
  return pixel_bytes_of(chip, output) / bytes_of(output);
}

}  // namespace mattock::plan
