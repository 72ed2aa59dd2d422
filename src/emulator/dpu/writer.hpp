// The DPU's writer: puts atoms where the registers say. Four forms: cube, cube with its map regrouped (the DPU's
// width, height and channels need not be the source's, only the count of steps must agree), one contiguous
// stream, and the transposed write that turns a pixel into a row.
//
// With E = SIZE_E + 1, surface s, line y, pixel x (sources: vendor models and streams):
//   cube        DST + (s / E) * SURFACE_ADD + (s % E) * SURF_STRIDE + y * (W * atom + NOTCH * 8) + x * atom
//   transposed  DST + (x / E) * SURFACE_ADD + (x % E) * SURF_STRIDE + s * atom
//   contiguous  DST + atoms so far * atom
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "emulator/memory.hpp"
#include "hw/chip.hpp"

namespace mattock::emulator {

inline constexpr std::size_t kMaxStepAtoms = 16;  ///< 32 lanes of 4 bytes in atoms of 8

struct WriterSetup {
  std::uint64_t address = 0;
  std::size_t width = 0, height = 0;
  std::size_t surface_stride_bytes = 0, surface_add_bytes = 0;
  std::size_t surfaces_per_group = 0;  ///< E
  std::size_t notch_bytes = 0;
  std::size_t atom_bytes = 0;  ///< 8, or 16 for 32-bit output
  bool contiguous = false, transposed = false;
};

class Writer {
 public:
  Writer(const WriterSetup& setup, const Memory& memory, const Diagnostics& diagnostics, TaskReport& report)
      : setup_(setup), memory_(memory), diagnostics_(diagnostics), report_(report) {}

  /// The atoms of the next step, in order of arrival.
  void write(std::span<const std::byte> atoms);

 private:
  std::uint64_t atom_address(std::size_t atom_of_step, std::size_t atoms_per_step) const;
  void enter_block(std::size_t atoms_per_step);
  void advance();

  WriterSetup setup_;
  MemoryWindow memory_;
  const Diagnostics& diagnostics_;
  TaskReport& report_;
  // A block is as many surfaces as a step has atoms, over the whole map.
  std::size_t step_ = 0, block_ = 0, x_ = 0, y_ = 0;
  std::array<std::uint64_t, kMaxStepAtoms> surfaces_{};  ///< of the block: addresses of their first atoms
};

}  // namespace mattock::emulator
