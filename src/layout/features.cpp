#include "layout/features.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/math.hpp"
#include "base/parallel.hpp"
#include "layout/block.hpp"
#include "layout/kernels.hpp"

namespace mattock::layout {
namespace {

// A tile of a matrix on its way into surfaces: each is filled a whole number of cache lines at a time.
constexpr std::size_t kTileRows = 16;
constexpr std::size_t kTileColumns = 128;
constexpr std::size_t kTilePitch = kTileColumns * 2;

/// The rows of a part that a thread packs, and where.
struct Job {
  ReadPlane from;  ///< element (0, 0) of the part
  Extent part, padded;
  Cells cells;
  std::byte* memory;
  bool vectors, stream;
};

/// fp32 in dense rows, much of it: the one conversion for which it pays to go past the caches.
bool streams_rows(const Job& job) {
  return job.vectors && job.stream && job.from.dtype == DType::kFloat32 && job.from.has_dense_rows();
}

void stream_rows(const Job& job, std::size_t first, std::size_t last) {
  for (std::size_t r = first; r < last; ++r) {
    const std::byte* from = job.from.at(r, 0).data;
    std::byte* to = job.memory + r * job.cells.row_bytes;
    const std::size_t done = kernels::stream_half_from_float(from, job.part.columns, to);
    convert_run(DType::kFloat32, from + done * sizeof(float), job.part.columns - done, DType::kFloat16, to + done * 2,
                job.vectors);
  }
}

void pack_row_major(const Job& job, std::size_t first, std::size_t last) {
  const std::size_t size = element_bytes(job.cells.element);
  const std::size_t filled = std::clamp(job.part.rows, first, last);
  if (streams_rows(job))
    stream_rows(job, first, filled);
  else if (first < filled && job.part.columns > 0)
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
  if (rows == where.rows && columns == where.columns) return;
  for (std::size_t r = 0; r < where.rows; ++r) {
    const std::size_t used = r < rows ? columns : 0;
    std::memset(tile + r * kTilePitch + used * size, 0, (where.columns - used) * size);
  }
}

/// Rows of elements as they go to memory, `pitch` bytes apart, into the surfaces that begin at `to`.
void split(const Job& job, const std::byte* rows, std::size_t pitch, const Extent& extent, std::byte* to) {
  const std::size_t pixel_bytes = job.cells.row_bytes, pixels = extent.columns / job.cells.lanes;
  std::size_t done = 0;
  if (job.vectors && pixel_bytes == 8)
    done = kernels::split_rows(rows, pitch, extent.rows, pixels, to, job.cells.group_bytes, job.stream);
  for (std::size_t g = 0; g < pixels; ++g)
    for (std::size_t r = done; r < extent.rows; ++r)
      std::memcpy(to + g * job.cells.group_bytes + r * pixel_bytes, rows + r * pitch + g * pixel_bytes, pixel_bytes);
}

void pack_surfaces(const Job& job, std::size_t first, std::size_t last) {
  const Cells& cells = job.cells;
  const std::size_t columns = align_up(job.padded.columns, cells.lanes);
  const std::size_t step = kTileColumns / cells.lanes * cells.lanes;
  assert(step > 0 && "lanes of a feature surface");
  alignas(64) std::byte tile[kTileRows * kTilePitch];
  const bool as_it_is = job.from.dtype == cells.element && job.from.has_dense_rows() && job.from.row_step > 0;
  for (std::size_t row = first; row < last; row += kTileRows) {
    std::size_t column = 0;
    if (as_it_is && row + kTileRows <= std::min(last, job.part.rows)) {
      column = job.part.columns / step * step;
      if (column > 0)
        split(job, job.from.at(row, 0).data, static_cast<std::size_t>(job.from.row_step), {kTileRows, column},
              job.memory + cells.offset(row, 0));
    }
    for (; column < columns; column += step) {
      const Rectangle where{row, column, std::min(kTileRows, last - row), std::min(step, columns - column)};
      fill_tile(job, where, tile);
      split(job, tile, kTilePitch, {where.rows, where.columns}, job.memory + cells.offset(row, column));
    }
  }
}

}  // namespace

void pack_features(const ArrayView& matrix, const Rectangle& part, const Cells& cells, const Extent& padded,
                   std::span<std::byte> memory, const How& how) {
  const Job job{plane_of(matrix, part),
                {part.rows, part.columns},
                padded,
                cells,
                memory.data(),
                how.vectors,
                cells.bytes(padded) >= kStreamBytes};
  assert(cells.element == DType::kFloat16 || (cells.element == DType::kInt8 && matrix.dtype == DType::kInt8));
  assert(part.rows <= padded.rows && part.columns <= padded.columns && memory.size() >= cells.bytes(padded));
  assert(padded.rows <= 1 || cells.row_bytes >= std::min(cells.lanes, padded.columns) * element_bytes(cells.element));
  if (padded.rows == 0 || padded.columns == 0) return;
  const std::size_t threads = threads_for(how, 2 * cells.bytes(padded));
  parallel_ranges(padded.rows, kTileRows, threads, [&](std::size_t first, std::size_t last) {
    cells.is_row_major() ? pack_row_major(job, first, last) : pack_surfaces(job, first, last);
    if (job.stream) kernels::finish_streams();
  });
}

}  // namespace mattock::layout
