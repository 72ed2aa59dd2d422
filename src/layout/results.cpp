#include "layout/results.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>

#include "base/bytes.hpp"
#include "base/math.hpp"
#include "base/parallel.hpp"
#include "layout/block.hpp"
#include "layout/kernels.hpp"
#include "layout/sums.hpp"

namespace mattock::layout {
namespace {

// A tile of surfaces; rows are read as they are, so many elements at once.
constexpr std::size_t kTileRows = 16;
constexpr std::size_t kTileColumns = 64;
constexpr std::size_t kTileElements = kTileRows * kTileColumns;

/// Dense rows of one tile, of elements of at most kLargestElement.
struct Tile {
  alignas(64) std::array<std::byte, kTileElements * kLargestElement> bytes;
};

template <std::size_t kBytes>
void copy_pixels(const std::byte* from, std::size_t from_step, std::byte* to, std::size_t to_step, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) std::memcpy(to + i * to_step, from + i * from_step, kBytes);
}

/// The cells of `where` as dense rows in `tile`.
void gather_cells(std::span<const std::byte> memory, const Cells& cells, const Rectangle& where, std::byte* tile,
                  std::size_t pitch) {
  const std::size_t size = element_bytes(cells.element);
  for (std::size_t c = where.column; c < where.column + where.columns;) {
    const std::size_t run = std::min(where.column + where.columns - c, cells.lanes - c % cells.lanes);
    const std::byte* from = memory.data() + cells.offset(where.row, c);
    std::byte* to = tile + (c - where.column) * size;
    if (run * size == 16) {  // the chip's pixel; a size the compiler knows
      copy_pixels<16>(from, cells.row_bytes, to, pitch, where.rows);
    } else {
      for (std::size_t r = 0; r < where.rows; ++r) std::memcpy(to + r * pitch, from + r * cells.row_bytes, run * size);
    }
    c += run;
  }
}

/// Calls work(rectangle of the part) for tiles that make up `area` of the part: pieces of rows where rows are dense.
template <class Work>
void for_each_tile(const Cells& cells, const Rectangle& area, const Work& work) {
  const std::size_t rows = cells.is_row_major() ? 1 : kTileRows, columns = kTileElements / rows;
  const std::size_t last_row = area.row + area.rows, last_column = area.column + area.columns;
  const auto tile = [&](std::size_t r, std::size_t c) {
    work(Rectangle{r, c, std::min(rows, last_row - r), std::min(columns, last_column - c)});
  };
  if (cells.is_row_major()) {
    for (std::size_t r = area.row; r < last_row; r += rows)
      for (std::size_t c = area.column; c < last_column; c += columns) tile(r, c);
  } else {  // down a band of columns, so that its surfaces are read from end to end
    for (std::size_t c = area.column; c < last_column; c += columns)
      for (std::size_t r = area.row; r < last_row; r += rows) tile(r, c);
  }
}

/// The sums of all slices in `where`, as dense rows: binary64 for fp32, int32 for int32.
void add_slices(Slices slices, const Cells& cells, const Rectangle& where, bool vectors, Tile& sums) {
  Tile one;
  const std::size_t pitch = where.columns * sizeof(float), count = where.rows * where.columns;
  for (std::size_t s = 0; s < slices.size(); ++s) {
    const std::byte* terms = slices[s].data() + cells.offset(where.row, where.column);
    if (!cells.is_row_major()) {
      gather_cells(slices[s], cells, where, one.bytes.data(), pitch);
      terms = one.bytes.data();
    }
    if (cells.element == DType::kFloat32) add_floats(terms, count, s == 0, sums.bytes.data(), vectors);
    if (cells.element == DType::kInt32) add_integers(terms, count, s == 0, sums.bytes.data(), vectors);
  }
}

void assert_slices([[maybe_unused]] Slices slices, [[maybe_unused]] const Cells& cells,
                   [[maybe_unused]] const Rectangle& part) {
  assert(!slices.empty());
  for ([[maybe_unused]] const auto& slice : slices) assert(slice.size() >= cells.bytes({part.rows, part.columns}));
}

std::size_t moved_bytes(const Cells& cells, const MutableView& matrix, const Rectangle& part, std::size_t slices) {
  return part.rows * part.columns * (slices * element_bytes(cells.element) + element_bytes(matrix.dtype));
}

/// Surfaces of 16-byte pixels into dense rows of the same type, in whole bands of columns; returns how many columns
/// that were. Rows [first, last) of the part.
std::size_t join_bands(std::span<const std::byte> memory, const Cells& cells, std::size_t columns, const WritePlane& to,
                       std::size_t first, std::size_t last, bool stream) {
  const std::size_t band = kTileColumns, size = element_bytes(cells.element);
  if (cells.row_bytes != 16 || to.dtype != cells.element || !to.has_dense_rows() || to.row_step <= 0) return 0;
  std::size_t done = 0;
  for (; done + band <= columns; done += band)
    if (kernels::join_pixels(memory.data() + cells.offset(first, done), cells.group_bytes, last - first,
                             band * size / 16, to.at(first, done).data, static_cast<std::size_t>(to.row_step),
                             stream) == 0)
      break;
  if (stream) kernels::finish_streams();
  return done;
}

}  // namespace

void unpack_results(std::span<const std::byte> memory, const Cells& cells, const MutableView& matrix,
                    const Rectangle& part, const How& how) {
  const WritePlane to = plane_of(matrix, part);
  assert(memory.size() >= cells.bytes({part.rows, part.columns}));
  if (part.rows == 0 || part.columns == 0) return;
  const std::size_t moved = moved_bytes(cells, matrix, part, 1);
  parallel_ranges(part.rows, kTileRows, threads_for(how, moved), [&](std::size_t first, std::size_t last) {
    if (cells.is_row_major())
      return store_block(cells.element, memory.data() + first * cells.row_bytes, cells.row_bytes,
                         {last - first, part.columns}, to.at(first, 0), how.vectors);
    std::size_t done = 0;
    if (how.vectors) done = join_bands(memory, cells, part.columns, to, first, last, moved >= 2 * kStreamBytes);
    for_each_tile(cells, {first, done, last - first, part.columns - done}, [&](const Rectangle& where) {
      Tile tile;
      const std::size_t pitch = where.columns * element_bytes(cells.element);
      gather_cells(memory, cells, where, tile.bytes.data(), pitch);
      store_block(cells.element, tile.bytes.data(), pitch, {where.rows, where.columns}, to.at(where.row, where.column),
                  how.vectors);
    });
  });
}

void join_results(Slices slices, const Cells& cells, const MutableView& matrix, const Rectangle& part, const How& how) {
  const WritePlane to = plane_of(matrix, part);
  assert(cells.element == DType::kFloat32 || cells.element == DType::kInt32);
  assert_slices(slices, cells, part);
  const bool floats = cells.element == DType::kFloat32;
  const DType sum_type = floats ? DType::kFloat64 : DType::kInt32;
  const std::size_t threads = threads_for(how, moved_bytes(cells, matrix, part, slices.size()));
  parallel_ranges(part.rows, kTileRows, threads, [&](std::size_t first, std::size_t last) {
    for_each_tile(cells, {first, 0, last - first, part.columns}, [&](const Rectangle& where) {
      Tile sums;
      add_slices(slices, cells, where, how.vectors, sums);
      if (floats) settle_nans(sums.bytes.data(), where.rows * where.columns, how.vectors);
      store_block(sum_type, sums.bytes.data(), where.columns * element_bytes(sum_type), {where.rows, where.columns},
                  to.at(where.row, where.column), how.vectors);
    });
  });
}

void dequantise_results(Slices slices, const Cells& cells, const Scales& scales, const MutableView& matrix,
                        const Rectangle& part, const How& how) {
  const WritePlane to = plane_of(matrix, part);
  assert(cells.element == DType::kInt32);
  assert_slices(slices, cells, part);
  assert(scales.rows.size() >= whole(matrix).rows && scales.columns.size() >= whole(matrix).columns);
  const std::size_t threads = threads_for(how, moved_bytes(cells, matrix, part, slices.size()));
  parallel_ranges(part.rows, kTileRows, threads, [&](std::size_t first, std::size_t last) {
    for_each_tile(cells, {first, 0, last - first, part.columns}, [&](const Rectangle& where) {
      Tile sums, numbers;
      add_slices(slices, cells, where, how.vectors, sums);
      for (std::size_t r = 0; r < where.rows; ++r)
        scale_sums(sums.bytes.data() + r * where.columns * sizeof(std::int32_t), where.columns,
                   scales.rows[part.row + where.row + r], scales.columns.data() + part.column + where.column,
                   numbers.bytes.data() + r * where.columns * sizeof(double), how.vectors);
      settle_nans(numbers.bytes.data(), where.rows * where.columns, how.vectors);
      store_block(DType::kFloat64, numbers.bytes.data(), where.columns * sizeof(double), {where.rows, where.columns},
                  to.at(where.row, where.column), how.vectors);
    });
  });
}

}  // namespace mattock::layout
