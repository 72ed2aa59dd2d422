#include "layout/features.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/math.hpp"
#include "base/parallel.hpp"
#include "layout/block.hpp"

namespace mattock::layout {
namespace {

// A tile of a matrix on its way into surfaces: each is filled a whole number of cache lines at a time.
constexpr std::size_t kTileRows = 32;
constexpr std::size_t kTileColumns = 128;
constexpr std::size_t kTilePitch = kTileColumns * 2;

/// The rows of a part that a thread packs, and where.
struct Job {
  ReadPlane from;  ///< element (0, 0) of the part
  Extent part, padded;
  Cells cells;
  std::byte* memory;
  bool vectors;
};

void pack_row_major(const Job& job, std::size_t first, std::size_t last) {
  const std::size_t size = element_bytes(job.cells.element);
  const std::size_t filled = std::clamp(job.part.rows, first, last);
  if (first < filled && job.part.columns > 0)
    load_block(job.from.at(first, 0), {filled - first, job.part.columns}, job.cells.element,
               job.memory + first * job.cells.row_bytes, job.cells.row_bytes, job.vectors);
  for (std::size_t r = first; r < last; ++r) {
    const std::size_t used = r < filled ? job.part.columns : 0;
    std::memset(job.memory + r * job.cells.row_bytes + used * size, 0, (job.padded.columns - used) * size);
  }
}

/// Rows [row, row + rows) and columns [column, column + columns) of the padded matrix as dense rows of a tile.
void fill_tile(const Job& job, const Rectangle& where, std::byte* tile) {
  const std::size_t size = element_bytes(job.cells.element);
  const std::size_t rows = std::clamp(job.part.rows, where.row, where.row + where.rows) - where.row;
  const std::size_t columns = std::clamp(job.part.columns, where.column, where.column + where.columns) - where.column;
  if (rows > 0 && columns > 0)
    load_block(job.from.at(where.row, where.column), {rows, columns}, job.cells.element, tile, kTilePitch, job.vectors);
  for (std::size_t r = 0; r < where.rows; ++r) {
    const std::size_t used = r < rows ? columns : 0;
    std::memset(tile + r * kTilePitch + used * size, 0, (where.columns - used) * size);
  }
}

template <std::size_t kPixelBytes>
void copy_pixels(const std::byte* from, std::size_t from_pitch, std::byte* to, std::size_t to_pitch, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) std::memcpy(to + i * to_pitch, from + i * from_pitch, kPixelBytes);
}

void copy_pixels(std::size_t pixel_bytes, const std::byte* from, std::size_t from_pitch, std::byte* to,
                 std::size_t to_pitch, std::size_t n) {
  if (pixel_bytes == 8) return copy_pixels<8>(from, from_pitch, to, to_pitch, n);
  for (std::size_t i = 0; i < n; ++i) std::memcpy(to + i * to_pitch, from + i * from_pitch, pixel_bytes);
}

void pack_surfaces(const Job& job, std::size_t first, std::size_t last) {
  const Cells& cells = job.cells;
  const std::size_t pixel_bytes = cells.lanes * element_bytes(cells.element);
  const std::size_t columns = align_up(job.padded.columns, cells.lanes);
  const std::size_t step = kTileColumns / cells.lanes * cells.lanes;
  assert(step > 0 && "lanes of a feature surface");
  alignas(64) std::byte tile[kTileRows * kTilePitch];
  for (std::size_t row = first; row < last; row += kTileRows)
    for (std::size_t column = 0; column < columns; column += step) {
      const Rectangle where{row, column, std::min(kTileRows, last - row), std::min(step, columns - column)};
      fill_tile(job, where, tile);
      for (std::size_t c = 0; c < where.columns; c += cells.lanes)
        copy_pixels(pixel_bytes, tile + c * element_bytes(cells.element), kTilePitch,
                    job.memory + cells.offset(row, column + c), cells.row_bytes, where.rows);
    }
}

}  // namespace

void pack_features(const ArrayView& matrix, const Rectangle& part, const Cells& cells, const Extent& padded,
                   std::span<std::byte> memory, const How& how) {
  const Job job{plane_of(matrix, part), {part.rows, part.columns}, padded, cells, memory.data(), how.vectors};
  assert(cells.element == DType::kFloat16 || (cells.element == DType::kInt8 && matrix.dtype == DType::kInt8));
  assert(part.rows <= padded.rows && part.columns <= padded.columns && memory.size() >= cells.bytes(padded));
  assert(padded.rows <= 1 || cells.row_bytes >= std::min(cells.lanes, padded.columns) * element_bytes(cells.element));
  if (padded.rows == 0 || padded.columns == 0) return;
  const std::size_t threads = threads_for(how, 2 * cells.bytes(padded));
  parallel_ranges(padded.rows, kTileRows, threads, [&](std::size_t first, std::size_t last) {
    if (cells.is_row_major()) return pack_row_major(job, first, last);
    pack_surfaces(job, first, last);
  });
}

}  // namespace mattock::layout
