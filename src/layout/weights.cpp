#include "layout/weights.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/math.hpp"
#include "base/parallel.hpp"
#include "layout/block.hpp"
#include "layout/kernels.hpp"

namespace mattock::layout {
namespace {

// Columns of a slice that go through the tile at once where the matrix's rows are runs; channels of a group of kernels
// where its columns are. 8 KiB stay in the nearest cache.
constexpr std::size_t kTileColumns = 256;
constexpr std::size_t kTileChannels = 256;
constexpr std::size_t kSliceBytes = 32;
constexpr std::size_t kTileBytes = kTileColumns * kSliceBytes;

// Threads take whole groups of kernels of either type.
constexpr std::size_t kThreadColumns = 64;

struct Job {
  ReadPlane from;  ///< element (0, 0) of the part: channel 0 of kernel 0
  Extent part;
  WeightBlocks blocks;
  std::byte* memory;
  bool vectors, stream;

  std::size_t size() const { return element_bytes(blocks.element); }
  /// From one group of kernels to the next.
  std::size_t group_step() const { return blocks.kernel_bytes() * blocks.kernels; }
  std::byte* at(std::size_t k, std::size_t n) const { return memory + blocks.offset(k, n); }
};

/// Dense rows with `numbers` from element (0, 0) of `from` on, and zeros behind them.
void fill_tile(const ReadPlane& from, const Extent& numbers, const Extent& tile_extent, DType element, std::byte* tile,
               bool vectors) {
  const std::size_t pitch = tile_extent.columns * element_bytes(element);
  if (numbers.rows < tile_extent.rows || numbers.columns < tile_extent.columns)
    std::memset(tile, 0, tile_extent.rows * pitch);
  if (numbers.rows > 0 && numbers.columns > 0) load_block(from, numbers, element, tile, pitch, vectors);
}

/// How much of [at, at + count) lies below `end`.
std::size_t below(std::size_t end, std::size_t at, std::size_t count) { return std::clamp(end, at, at + count) - at; }

ReadPlane at_if_any(const ReadPlane& plane, std::size_t row, std::size_t column, const Extent& numbers) {
  return numbers.rows > 0 && numbers.columns > 0 ? plane.at(row, column) : plane;
}

/// One block from rows of channels: channel c of kernel n is at tile[c * pitch + n].
template <class Element>
void turn_block(const std::byte* tile, std::size_t pitch, std::size_t channels, std::size_t kernels, std::byte* to) {
  for (std::size_t n = 0; n < kernels; ++n)
    for (std::size_t c = 0; c < channels; ++c)
      std::memcpy(to + (n * channels + c) * sizeof(Element), tile + c * pitch + n * sizeof(Element), sizeof(Element));
}

/// Blocks of slice k from dense rows of channels, `columns` wide (whole groups), kernel n the first.
void turn(const Job& job, const std::byte* rows, std::size_t pitch, std::size_t columns, std::size_t k, std::size_t n) {
  const WeightBlocks& blocks = job.blocks;
  const std::size_t count = columns / blocks.kernels;
  std::size_t done = 0;
  if (job.vectors)
    done = kernels::turn_blocks(job.size(), rows, pitch, count, job.at(k, n), job.group_step(), job.stream);
  for (std::size_t g = done * blocks.kernels; g < columns; g += blocks.kernels) {
    const std::byte* from = rows + g * job.size();
    if (job.size() == 2) turn_block<std::uint16_t>(from, pitch, blocks.channels, blocks.kernels, job.at(k, n + g));
    if (job.size() == 1) turn_block<std::uint8_t>(from, pitch, blocks.channels, blocks.kernels, job.at(k, n + g));
  }
}

/// Groups of kernels [first, last), the rows of the matrix being runs. Slice by slice, so that its rows are read from
/// end to end: every other order is slower by a half or more in memory beyond the caches.
void pack_across(const Job& job, std::size_t first, std::size_t last) {
  const WeightBlocks& blocks = job.blocks;
  const bool as_it_is = job.from.dtype == blocks.element && job.from.has_dense_rows() && job.from.row_step > 0;
  alignas(64) std::byte tile[kTileBytes];
  for (std::size_t k = 0; k < blocks.padded.rows; k += blocks.channels) {
    std::size_t n = first;
    if (as_it_is && k + blocks.channels <= job.part.rows) {
      const std::size_t whole_groups = below(job.part.columns, first, last - first) / blocks.kernels * blocks.kernels;
      if (whole_groups > 0)
        turn(job, job.from.at(k, n).data, static_cast<std::size_t>(job.from.row_step), whole_groups, k, n);
      n += whole_groups;
    }
    for (; n < last; n += kTileColumns) {
      const Extent extent{blocks.channels, std::min(kTileColumns, last - n)};
      const Extent numbers{below(job.part.rows, k, extent.rows), below(job.part.columns, n, extent.columns)};
      fill_tile(at_if_any(job.from, k, n, numbers), numbers, extent, blocks.element, tile, job.vectors);
      turn(job, tile, extent.columns * job.size(), extent.columns, k, n);
    }
  }
}

/// Slices from k on of the group of kernels n from dense rows of kernels, `channels` wide (whole slices).
void weave(const Job& job, const std::byte* rows, std::size_t pitch, std::size_t channels, std::size_t k,
           std::size_t n) {
  const std::size_t slices = channels / job.blocks.channels, kernels_in_group = job.blocks.kernels;
  std::byte* to = job.at(k, n);
  std::size_t done = 0;
  if (job.vectors) done = kernels::weave_rows(rows, pitch, kernels_in_group, slices, to, job.stream);
  for (std::size_t s = done; s < slices; ++s)
    for (std::size_t r = 0; r < kernels_in_group; ++r)
      std::memcpy(to + (s * kernels_in_group + r) * kSliceBytes, rows + r * pitch + s * kSliceBytes, kSliceBytes);
}

/// The same as pack_across(), the columns of the matrix (a kernel's channels) being runs.
void pack_down(const Job& job, std::size_t first, std::size_t last) {
  const WeightBlocks& blocks = job.blocks;
  const ReadPlane from = job.from.transposed();  // a row to a kernel
  const bool as_it_is = from.dtype == blocks.element && from.has_dense_rows() && from.row_step > 0;
  alignas(64) std::byte tile[kTileBytes];
  for (std::size_t n = first; n < last; n += blocks.kernels) {
    std::size_t k = 0;
    if (as_it_is && n + blocks.kernels <= job.part.columns) {
      k = job.part.rows / blocks.channels * blocks.channels;
      if (k > 0) weave(job, from.at(n, 0).data, static_cast<std::size_t>(from.row_step), k, 0, n);
    }
    for (; k < blocks.padded.rows; k += kTileChannels) {
      const Extent extent{blocks.kernels, std::min(kTileChannels, blocks.padded.rows - k)};
      const Extent numbers{below(job.part.columns, n, extent.rows), below(job.part.rows, k, extent.columns)};
      fill_tile(at_if_any(from, n, k, numbers), numbers, extent, blocks.element, tile, job.vectors);
      weave(job, tile, extent.columns * job.size(), extent.columns, k, n);
    }
  }
}

/// The last slice of groups of kernels [first, last) if it is shorter: dense rows of its channels.
void pack_tail(const Job& job, std::size_t first, std::size_t last) {
  const WeightBlocks& blocks = job.blocks;
  if (blocks.tail == 0) return;
  const ReadPlane from = job.from.transposed();
  const std::size_t k = blocks.padded.rows;
  const Extent extent{blocks.kernels, blocks.tail};
  for (std::size_t n = first; n < last; n += blocks.kernels) {
    const Extent numbers{below(job.part.columns, n, extent.rows), below(job.part.rows, k, extent.columns)};
    fill_tile(at_if_any(from, n, k, numbers), numbers, extent, blocks.element, job.at(k, n), job.vectors);
  }
}

}  // namespace

std::size_t WeightBlocks::offset(std::size_t k, std::size_t n) const {
  const std::size_t width = k < padded.rows ? channels : tail;  // of the slice that k lies in
  const std::size_t before = n / kernels * kernels * (padded.rows + tail) + k / channels * kernels * channels;
  return (before + n % kernels * width + k % channels) * element_bytes(element);
}

WeightBlocks weight_blocks(const hw::Chip& chip, DType element, const Extent& extent) {
  const std::size_t size = element_bytes(element);
  const std::size_t kernels = size == 1 ? chip.kernels_per_group_8bit : chip.kernels_per_group_16bit;
  const std::size_t channels = chip.slice_bytes / size;
  return {element, kernels, channels, {align_up(extent.rows, channels), align_up(extent.columns, kernels)}};
}

WeightBlocks declared_weight_blocks(const hw::Chip& chip, DType element, const Extent& extent) {
  WeightBlocks blocks = weight_blocks(chip, element, extent);
  assert(extent.rows * element_bytes(element) % chip.atom_bytes == 0);
  const std::size_t stored = hw::stored_kernel_bytes(chip, extent.rows * element_bytes(element));
  blocks.tail = stored / element_bytes(element) % blocks.channels;
  blocks.padded.rows = stored / element_bytes(element) - blocks.tail;
  return blocks;
}

void pack_weights(const ArrayView& matrix, const Rectangle& part, const WeightBlocks& blocks,
                  std::span<std::byte> memory, const How& how) {
  const Job job{plane_of(matrix, part),        {part.rows, part.columns}, blocks, memory.data(), how.vectors,
                blocks.bytes() >= kStreamBytes};
  assert(blocks.element == DType::kFloat16 || (blocks.element == DType::kInt8 && matrix.dtype == DType::kInt8));
  assert(blocks.padded.rows % blocks.channels == 0 && blocks.padded.columns % blocks.kernels == 0);
  assert(blocks.kernels * element_bytes(blocks.element) == kSliceBytes / 2 && blocks.channels == 2 * blocks.kernels &&
         kThreadColumns % blocks.kernels == 0);
  assert(part.rows <= blocks.padded.rows + blocks.tail && part.columns <= blocks.padded.columns);
  assert(memory.size() >= blocks.bytes());
  if (blocks.bytes() == 0) return;
  const std::size_t threads = threads_for(how, 2 * blocks.bytes());
  parallel_ranges(blocks.padded.columns, kThreadColumns, threads, [&](std::size_t first, std::size_t last) {
    job.from.runs_down() ? pack_down(job, first, last) : pack_across(job, first, last);
    pack_tail(job, first, last);
    if (job.stream) kernels::finish_streams();
  });
}

}  // namespace mattock::layout
