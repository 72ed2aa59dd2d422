// The right operand: B[K, N] as the weights of N kernels with K input channels each, in blocks the multipliers read
// whole (npu.md 3.2; matmul-streams.md):
//
//   (N / kernels, K / channels, kernels, channels), kernels * size = 16 bytes, channels * size = 32 bytes
//
//   | group 0: kernels 0..7                            | group 1 ...
//   | channels 0..15: k0 k1 .. k7 | channels 16..31: ..|
//
// Features that lie where they are need not fill their last slice, and then kernels do not, either: it has an atom or
// two for each of them.
//
//   | group 0                                                 | group 1 ...
//   | channels 0..15: k0 k1 .. k7 | channels 16..19: k0 .. k7 | ...
#pragma once

#include <cstddef>
#include <span>

#include "hw/chip.hpp"
#include "layout/matrix.hpp"

namespace mattock::layout {

/// The form of one packed matrix of weights. Its element (k, n) begins at offset(k, n).
struct WeightBlocks {
  DType element = DType::kFloat16;
  std::size_t kernels = 1;   ///< columns of a group
  std::size_t channels = 1;  ///< rows of a slice
  Extent padded;             ///< rows (K) and columns (N) in memory: multiples of `channels` and `kernels`
  std::size_t tail = 0;      ///< rows of a shorter last slice behind padded.rows

  std::size_t offset(std::size_t k, std::size_t n) const;
  std::size_t kernel_bytes() const { return (padded.rows + tail) * element_bytes(element); }
  std::size_t bytes() const { return kernel_bytes() * padded.columns; }
};

/// The chip's blocks for K x N weights of fp16 or int8, padded to whole slices and groups.
WeightBlocks weight_blocks(const hw::Chip& chip, DType element, const Extent& extent);

/// The same with a last slice as short as the chip has it, for features of extent.rows declared channels (whole atoms).
WeightBlocks declared_weight_blocks(const hw::Chip& chip, DType element, const Extent& extent);

/// Writes part of `matrix` (rank 2, [K, N]; a transposed matrix is one with its strides exchanged) into `memory`:
/// all of blocks.bytes(), zeros where the part has no number. Element types and rounding as pack_features().
/// Asserted: the part lies in the matrix and is no larger than the blocks; memory holds blocks.bytes().
void pack_weights(const ArrayView& matrix, const Rectangle& part, const WeightBlocks& blocks,
                  std::span<std::byte> memory, const How& how = {});

}  // namespace mattock::layout
