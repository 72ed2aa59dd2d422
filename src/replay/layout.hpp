// Where the elements of A, B and C lie in a recorded product, from the shapes the runtime reported.
//
//   A row-major (M, K)        or native (K/C2, M4, C2), C2 = 8 bytes of elements
//   B always native (N/nb, K/kb, nb, kb), kb * size = 32 bytes, nb * size = 16 bytes: where B was given row-major
//     the runtime reordered it into a buffer of its own, and that is the one the words name
//   C row-major (M, N)        or native (N/4, M4, 4), 4-byte elements
//
// M4 is M rounded up to 4 (1 stays 1): the row pitch that the registers use in native layout.
#pragma once

#include <cstddef>
#include <span>

#include "base/error.hpp"
#include "replay/recording.hpp"

namespace mattock::replay {

struct Product {
  std::size_t m = 0, k = 0, n = 0;
  bool fp16 = false;  ///< fp16 to fp32; else int8 to int32
  bool native_ac = false;

  std::size_t element_bytes() const { return fp16 ? 2 : 1; }
  std::size_t row_pitch() const;  ///< M4
  std::size_t a_bytes() const;
  std::size_t b_bytes() const { return k * n * element_bytes(); }
  std::size_t c_bytes() const;

  /// Byte offsets in the tensors.
  std::size_t a_offset(std::size_t row, std::size_t inner) const;
  std::size_t b_offset(std::size_t inner, std::size_t column) const;
  std::size_t c_offset(std::size_t row, std::size_t column) const;
};

/// Errors: kBadFile if the three shapes and types do not make one product; the message shows them.
Result<Product> product_of(std::span<const Tensor> tensors);
Result<Product> product_of(const Recording& recording);

}  // namespace mattock::replay
