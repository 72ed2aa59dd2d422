// Test-only writer of flying DPU tasks: DPU_RDMA reads a cube, the DPU works on it and writes a cube. All stages
// are off; a test switches on what it is about with Task::set.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/support/machine.hpp"

namespace mattock::test {

/// Precision codes of the registers.
enum : std::uint32_t { kInt8 = 0, kInt16 = 1, kFp16 = 2, kBf16 = 3, kInt32 = 4, kFp32 = 5, kAsInput = 8 };

struct Flying {
  std::uint32_t width = 1, height = 1;
  std::uint32_t channels = 4;           // declared; whole atoms
  std::uint32_t original_channels = 0;  // 0: all
  std::uint32_t in = kFp16, work = kFp16, out = kFp16;
  std::uint32_t operand = kAsInput;  // format of an EW operand from memory: 4010[28:26]
  std::uint32_t source = 0, output = 0;

  std::uint32_t pixels() const { return width * height; }
  /// Bytes from surface to surface of the source and of the output: whole groups of 4 pixels.
  std::uint32_t source_surface() const;
  std::uint32_t output_surface() const;
  std::uint32_t source_bytes() const;
  std::uint32_t output_bytes() const;
};

std::uint32_t bytes_of(std::uint32_t precision);

/// Offset of an element in a cube of this precision.
std::uint32_t cube_offset(std::uint32_t precision, std::uint32_t surface_bytes, std::uint32_t pixel,
                          std::uint32_t channel);

Task flying_task(const Flying& flying);

/// Cubes from and to numbers, [pixel][channel]; `surface_bytes` 0: whole groups of 4 pixels.
std::uint32_t place_cube(Machine& machine, std::uint32_t precision, std::uint32_t pixels, std::uint32_t channels,
                         const std::vector<double>& values, std::uint32_t surface_bytes = 0);
double load_number(Machine& machine, std::uint32_t precision, std::uint32_t address);
std::vector<double> load_cube(Machine& machine, std::uint32_t precision, std::uint32_t address, std::uint32_t pixels,
                              std::uint32_t channels, std::uint32_t surface_bytes = 0);

}  // namespace mattock::test
