// Private to base: the text header of an .npy file, a Python dictionary literal with three keys.
#pragma once

#include <string>
#include <string_view>

#include "base/array.hpp"
#include "base/error.hpp"

namespace mattock {

inline constexpr std::size_t kMaxNpyHeaderBytes = 64 * 1024;
inline constexpr std::size_t kMaxNpyRank = 32;

struct NpyHeader {
  DType dtype = DType::kFloat32;
  bool big_endian = false;
  bool fortran_order = false;
  Shape shape;
};

/// {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } in any order of keys, with any spacing.
Result<NpyHeader> parse_npy_header(std::string_view text);

/// The same text as NumPy writes it, without padding. bfloat16 has no type here (asserted).
std::string format_npy_header(DType dtype, const Shape& shape);

}  // namespace mattock
