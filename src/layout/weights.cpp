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

// Columns that go through the tile at once: whole cache lines of a row-major matrix of any type.
constexpr std::size_t kTileColumns = 64;
// Input channels of one kernel that go through it at once when the matrix runs down its columns.
constexpr std::size_t kTileChannels = 256;
constexpr std::size_t kTileBytes = kTileColumns * 32;  // a slice is 32 bytes of channels

// So many bytes would only push other things out of the caches.
constexpr std::size_t kStreamBytes = std::size_t{8} << 20;

struct Job {
  ReadPlane from;  ///< element (0, 0) of the part: channel 0 of kernel 0
  Extent part;
  WeightBlocks blocks;
  std::byte* memory;
  bool vectors, stream;
};

/// Dense rows from `part`'s numbers where there are any and zeros elsewhere. `from` is element (0, 0) of the rows.
void fill_tile(const ReadPlane& from, const Extent& numbers, const Extent& tile_extent, DType element, std::byte* tile,
               bool vectors) {
  const std::size_t size = element_bytes(element);
  const std::size_t pitch = tile_extent.columns * size;
  if (numbers.rows > 0 && numbers.columns > 0) load_block(from, numbers, element, tile, pitch, vectors);
  for (std::size_t r = 0; r < tile_extent.rows; ++r) {
    const std::size_t used = r < numbers.rows ? numbers.columns : 0;
    std::memset(tile + r * pitch + used * size, 0, pitch - used * size);
  }
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

/// Groups of kernels [first, last), the rows of the matrix being runs.
void pack_across(const Job& job, std::size_t first_kernel, std::size_t last_kernel) {
  const WeightBlocks& blocks = job.blocks;
  const std::size_t size = element_bytes(blocks.element);
  const std::size_t group_step = blocks.padded.rows * blocks.kernels * size;
  alignas(64) std::byte tile[kTileBytes];
  for (std::size_t n = first_kernel; n < last_kernel; n += kTileColumns)
    for (std::size_t k = 0; k < blocks.padded.rows; k += blocks.channels) {
      const Extent extent{blocks.channels, std::min(kTileColumns, last_kernel - n)};
      const Extent numbers{below(job.part.rows, k, extent.rows), below(job.part.columns, n, extent.columns)};
      fill_tile(at_if_any(job.from, k, n, numbers), numbers, extent, blocks.element, tile, job.vectors);
      const std::size_t pitch = extent.columns * size, count = extent.columns / blocks.kernels;
      if (job.vectors && kernels::turn_blocks(size, tile, pitch, count, job.memory + blocks.offset(k, n), group_step,
                                              job.stream) == count)
        continue;
      for (std::size_t g = 0; g < extent.columns; g += blocks.kernels) {
        std::byte* to = job.memory + blocks.offset(k, n + g);
        if (size == 2) turn_block<std::uint16_t>(tile + g * size, pitch, blocks.channels, blocks.kernels, to);
        if (size == 1) turn_block<std::uint8_t>(tile + g * size, pitch, blocks.channels, blocks.kernels, to);
      }
    }
}

/// The same, the columns of the matrix (a kernel's channels) being runs.
void pack_down(const Job& job, std::size_t first_kernel, std::size_t last_kernel) {
  const WeightBlocks& blocks = job.blocks;
  const std::size_t size = element_bytes(blocks.element);
  const std::size_t slice_bytes = blocks.channels * size;
  alignas(64) std::byte tile[kTileChannels * 2];
  for (std::size_t n = first_kernel; n < last_kernel; ++n)
    for (std::size_t k = 0; k < blocks.padded.rows; k += kTileChannels) {
      const Extent extent{1, std::min(kTileChannels, blocks.padded.rows - k)};
      const Extent numbers{below(job.part.columns, n, 1), below(job.part.rows, k, extent.columns)};
      fill_tile(at_if_any(job.from, k, n, numbers).transposed(), numbers, extent, blocks.element, tile, job.vectors);
      for (std::size_t s = 0; s * blocks.channels < extent.columns; ++s)
        std::memcpy(job.memory + blocks.offset(k + s * blocks.channels, n), tile + s * slice_bytes, slice_bytes);
    }
}

}  // namespace

std::size_t WeightBlocks::offset(std::size_t k, std::size_t n) const {
  const std::size_t block = n / kernels * (padded.rows / channels) + k / channels;
  return ((block * kernels + n % kernels) * channels + k % channels) * element_bytes(element);
}

WeightBlocks weight_blocks(const hw::Chip& chip, DType element, const Extent& extent) {
  const std::size_t size = element_bytes(element);
  const std::size_t kernels = size == 1 ? chip.kernels_per_group_8bit : chip.kernels_per_group_16bit;
  const std::size_t channels = chip.slice_bytes / size;
  return {element, kernels, channels, {align_up(extent.rows, channels), align_up(extent.columns, kernels)}};
}

void pack_weights(const ArrayView& matrix, const Rectangle& part, const WeightBlocks& blocks,
                  std::span<std::byte> memory, const How& how) {
  const Job job{plane_of(matrix, part),        {part.rows, part.columns}, blocks, memory.data(), how.vectors,
                blocks.bytes() >= kStreamBytes};
  assert(blocks.element == DType::kFloat16 || (blocks.element == DType::kInt8 && matrix.dtype == DType::kInt8));
  assert(blocks.padded.rows % blocks.channels == 0 && blocks.padded.columns % blocks.kernels == 0);
  assert(blocks.channels * element_bytes(blocks.element) == 32 && kTileColumns % blocks.kernels == 0);
  assert(part.rows <= blocks.padded.rows && part.columns <= blocks.padded.columns);
  assert(memory.size() >= blocks.bytes());
  if (blocks.bytes() == 0) return;
  const std::size_t threads = threads_for(how, 2 * blocks.bytes());
  parallel_ranges(blocks.padded.columns, kTileColumns, threads, [&](std::size_t first, std::size_t last) {
    if (job.from.runs_down()) return pack_down(job, first, last);
    pack_across(job, first, last);
    if (job.stream) kernels::finish_streams();
  });
}

}  // namespace mattock::layout
