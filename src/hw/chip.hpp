// The chips as rows of one table: everything that differs between them is a number here, so that no code
// asks which chip it serves. Compiler choices are not chip facts and stand elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mattock::hw {

struct Chip {
  std::string_view name;        ///< as in Model.target: "rk3566"
  std::string_view generation;  ///< as in Model.generation: "RKNPU lite"

  std::size_t atom_bytes;            ///< one pixel of a feature surface (8- and 16-bit elements)
  std::size_t wide_pixel_bytes;      ///< one pixel of a 32-bit surface
  std::size_t surface_align_pixels;  ///< surfaces are padded to this many pixels
  std::size_t slice_bytes;           ///< input channels the multipliers take at once
  std::size_t kernels_per_group_8bit;
  std::size_t kernels_per_group_16bit;

  std::size_t cbuf_banks;
  std::size_t cbuf_bank_bytes;
  std::size_t cbuf_entry_bytes;

  std::size_t pc_amount_scale;  ///< words fetched = (amount + 1) * scale
  std::size_t max_tasks;        ///< tasks of one submit (12-bit counter)
  std::uint64_t dma_limit;      ///< first address DMA cannot reach
  std::size_t max_width_px;     ///< of a convolution's input (11-bit fields)
  std::size_t max_flying_width_px;

  std::size_t max_kernels;           ///< of one task (13-bit channel fields count to it)
  std::size_t max_seen_kernels;      ///< the most a vendor model has in one task
  std::size_t max_seen_inner;        ///< input channels of the longest product in a vendor model
  std::size_t max_inner;             ///< the vendor's header allows so many
  std::size_t max_notch_atoms;       ///< gap behind a line of the output (13-bit field)
  std::size_t max_bytes_per_kernel;  ///< 19-bit field

  double npu_hz;                ///< assumed: settled by reading the clock on a board
  double dma_bytes_per_second;  ///< assumed: settled by timing a large copy on a board
  double task_seconds;    ///< assumed: what a task costs beside its work; settled by timing empty tasks in a chain
  double submit_seconds;  ///< assumed: what a submit costs; settled by timing empty submits
  double host_bytes_per_second;  ///< assumed: packing and joining on the CPU; settled by timing them on a board
};

/// What a kernel of `row_bytes` (whole atoms) takes in memory: whole slices, and of a last one an atom or two, or all
/// of it: 24 bytes are stored as 32, 8 and 16 stay (vendor-lowering.md 5).
std::size_t stored_kernel_bytes(const Chip& chip, std::size_t row_bytes);

/// All chips the project knows, in the order `--chip help` lists them.
std::span<const Chip> chips();

/// Nothing (nullptr) for a name that is not in the table.
const Chip* find_chip(std::string_view name);

}  // namespace mattock::hw
