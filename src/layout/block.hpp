// Private to the room: rectangles between a caller's matrix and dense rows of another element type.
#pragma once

#include <cstddef>

#include "layout/plane.hpp"

namespace mattock::layout {

/// Elements of a row, or of a column, that are converted at once.
inline constexpr std::size_t kRunElements = 256;

/// So many bytes written by one call would only push other things out of the caches.
inline constexpr std::size_t kStreamBytes = std::size_t{8} << 20;

/// Bytes of the largest element type.
inline constexpr std::size_t kLargestElement = 8;

/// `n` numbers side by side as numbers of another type side by side, by the rule of convert_elements().
void convert_run(DType from_type, const std::byte* from, std::size_t n, DType to_type, std::byte* to, bool vectors);

/// Elements [0, extent) of `from` as rows of `to_type`, `to_pitch` bytes apart.
void load_block(const ReadPlane& from, const Extent& extent, DType to_type, std::byte* to, std::size_t to_pitch,
                bool vectors);

/// Rows of `from_type`, `from_pitch` bytes apart, to elements [0, extent) of `to`.
void store_block(DType from_type, const std::byte* from, std::size_t from_pitch, const Extent& extent,
                 const WritePlane& to, bool vectors);

/// Threads for a call that reads and writes about `bytes`.
std::size_t threads_for(const How& how, std::size_t bytes);

}  // namespace mattock::layout
