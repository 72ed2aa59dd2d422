// Private to the room: how a task reads and writes a tensor by lines and surfaces, as registers say it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "base/math.hpp"
#include "hw/chip.hpp"
#include "plan/stages.hpp"

namespace mattock::emit {

/// Pixels, lines, channels of a task.
struct Cube {
  std::size_t width = 1, height = 1, channels = 4;
};

inline constexpr std::size_t kLanes = 4;  ///< fp16 channels of an atom

/// Every address and stride of `cube` is whole atoms, in reach, and fits its field; the gap behind a line only if a
/// task has several (not `lines_alone`). Errors: kUnsupported, naming `what`.
Result<void> walk_fits(const hw::Chip& chip, std::string_view what, const plan::Walk& walk, const Cube& cube,
                       bool lines_alone = false);

/// The walk of a part of the tensor that begins at this pixel, line and channel.
plan::Walk part_of(const plan::Walk& walk, const hw::Chip& chip, std::size_t pixel, std::size_t line,
                   std::size_t channel);
/// The same of numbers of which each channel has one.
plan::Walk channels_of(const plan::Walk& walk, const hw::Chip& chip, std::size_t channel);

/// With strides that are not used, of a single line or surface, as if all were packed.
plan::Walk used(plan::Walk walk, const hw::Chip& chip, const Cube& cube);

/// Pixels behind a line that belong to others; of a used() walk, as below.
std::size_t line_notch(const plan::Walk& walk, const hw::Chip& chip, const Cube& cube);
/// Bytes from behind a surface's last pixel to the next surface; negative when lines are farther apart.
std::int64_t surface_notch(const plan::Walk& walk, const hw::Chip& chip, const Cube& cube);

template <class T>
std::uint32_t u32(T value) {
  return narrow<std::uint32_t>(value);
}

}  // namespace mattock::emit
