#include "hw/chip.hpp"

#include <algorithm>
#include <array>

namespace mattock::hw {
namespace {

// RK3566 and RK3568 carry the same NPU: the vendor ships one binary for both. Sources: feature atoms, slices,
// kernel groups and CBUF from vendor models and board reports (docs/registers.md names them per field).
constexpr Chip rk356x(std::string_view name) {
  return Chip{
      .name = name,
      .generation = "RKNPU lite",
      .atom_bytes = 8,
      .wide_pixel_bytes = 16,
      .surface_align_pixels = 4,
      .slice_bytes = 32,
      .kernels_per_group_8bit = 16,
      .kernels_per_group_16bit = 8,
      .cbuf_banks = 8,
      .cbuf_bank_bytes = std::size_t{32} * 1024,
      .cbuf_entry_bytes = 32,
      .pc_amount_scale = 1,
      .max_tasks = 4095,
      .dma_limit = std::uint64_t{1} << 32,
      .max_width_px = 2047,
      .max_flying_width_px = 8176,
      .max_kernels = 8192,
      .max_seen_kernels = 7168,
      .max_seen_inner = 8192,
      .max_inner = 10240,
      .max_notch_atoms = 8191,
      .max_bytes_per_kernel = (std::size_t{1} << 19) - 1,
      .npu_hz = 800e6,
      .dma_bytes_per_second = 8.45e9,
      .task_seconds = 8e-6,
      .submit_seconds = 50e-6,
      .host_bytes_per_second = 2e9,
  };
}

constexpr std::array<Chip, 2> kChips{rk356x("rk3566"), rk356x("rk3568")};

}  // namespace

std::size_t stored_kernel_bytes(const Chip& chip, std::size_t row_bytes) {
  const std::size_t last = row_bytes % chip.slice_bytes;
  return last > chip.slice_bytes / 2 ? row_bytes - last + chip.slice_bytes : row_bytes;
}

std::span<const Chip> chips() { return kChips; }

const Chip* find_chip(std::string_view name) {
  const auto found = std::find_if(kChips.begin(), kChips.end(), [&](const Chip& c) { return c.name == name; });
  return found == kChips.end() ? nullptr : &*found;
}

}  // namespace mattock::hw
