// A matrix product as tasks, with the register values the vendor's runtime writes: A and C row-major where they lie, B
// in blocks of (kernel group, 32 bytes of K). Rows are cut into tiles whose A fits the data banks; weights stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/support/machine.hpp"

namespace mattock::test {

/// fp16 to fp32, or int8 to int32. K in whole slices of 32 bytes, N in whole kernel groups.
struct Matmul {
  bool integer = false;
  std::uint32_t rows = 1, inner = 32, columns = 16;  // M, K, N

  std::uint32_t element_bytes() const { return integer ? 1 : 2; }
  std::uint32_t group_kernels() const { return integer ? 16 : 8; }
  /// Rows of one task.
  std::uint32_t tile_rows() const;
};

struct PlacedMatmul {
  std::vector<Task> tasks;
  std::uint32_t a = 0, b = 0, c = 0;
};

/// Room for A, B and C and for the words.
std::size_t machine_bytes(const Matmul& matmul);

/// A and B row-major; values that the type holds.
PlacedMatmul place(const Matmul& matmul, const std::vector<float>& a, const std::vector<float>& b, Machine& machine);

}  // namespace mattock::test
