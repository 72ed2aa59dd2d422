#include "emit/walk.hpp"

#include <fmt/format.h>

#include <limits>

namespace mattock::emit {
namespace {

std::size_t surface_span(const plan::Walk& walk, const hw::Chip& chip, const Cube& cube) {
  return (cube.height - 1) * walk.line_bytes + cube.width * chip.atom_bytes;
}

}  // namespace

plan::Walk used(plan::Walk walk, const hw::Chip& chip, const Cube& cube) {
  if (cube.height == 1) walk.line_bytes = cube.width * chip.atom_bytes;
  if (cube.channels <= kLanes) walk.surface_bytes = surface_span(walk, chip, cube);
  return walk;
}

Result<void> walk_fits(const hw::Chip& chip, std::string_view what, const plan::Walk& from, const Cube& cube,
                       bool lines_alone) {
  const plan::Walk walk = used(from, chip, cube);
  const std::size_t atom = chip.atom_bytes, line = cube.width * atom;
  for (const std::size_t bytes : {walk.offset, walk.line_bytes, walk.surface_bytes}) {
    if (bytes % atom != 0)
      return fail(Code::kUnsupported, fmt::format("{}: {} bytes are not whole atoms of {}", what, bytes, atom));
    if (bytes >= chip.dma_limit)
      return fail(Code::kUnsupported, fmt::format("{}: DMA does not reach over {} bytes", what, bytes));
  }
  if (walk.line_bytes < line)
    return fail(Code::kUnsupported,
                fmt::format("{}: lines of {} bytes overlap, {} bytes apart", what, line, walk.line_bytes));
  if (!lines_alone && line_notch(walk, chip, cube) > chip.max_notch_atoms)
    return fail(Code::kUnsupported, fmt::format("{}: {} pixels behind a line, at most {}", what,
                                                line_notch(walk, chip, cube), chip.max_notch_atoms));
  // The notch of a task of one line would be as large as the stride.
  const auto limits = std::numeric_limits<std::int32_t>();
  const std::int64_t notch = surface_notch(walk, chip, cube);
  if (notch < limits.min() || (cube.channels > kLanes && walk.surface_bytes > std::size_t{limits.max()}))
    return fail(Code::kUnsupported, fmt::format("{}: the gap from surface to surface does not fit 32 bits", what));
  const std::size_t last = (ceil_div(cube.channels, kLanes) - 1) * walk.surface_bytes + surface_span(walk, chip, cube);
  if (last > chip.dma_limit - walk.offset)
    return fail(Code::kUnsupported, fmt::format("{}: ends {} bytes from its begin, beyond DMA", what, last));
  return {};
}

plan::Walk part_of(const plan::Walk& walk, const hw::Chip& chip, std::size_t pixel, std::size_t line,
                   std::size_t channel) {
  plan::Walk part = walk;
  part.offset += pixel * chip.atom_bytes + line * walk.line_bytes + channel / kLanes * walk.surface_bytes;
  return part;
}

plan::Walk channels_of(const plan::Walk& walk, const hw::Chip& chip, std::size_t channel) {
  return {walk.offset + channel / kLanes * chip.atom_bytes, 0, chip.atom_bytes};
}

std::size_t line_notch(const plan::Walk& walk, const hw::Chip& chip, const Cube& cube) {
  return walk.line_bytes / chip.atom_bytes - cube.width;
}

std::int64_t surface_notch(const plan::Walk& walk, const hw::Chip& chip, const Cube& cube) {
  return narrow<std::int64_t>(walk.surface_bytes) - narrow<std::int64_t>(surface_span(walk, chip, cube));
}

}  // namespace mattock::emit
