// Matrices with every kind of strides and element type, filled from a seed, for the packing tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "layout/matrix.hpp"

namespace mattock::layout {

inline constexpr std::byte kUntouched{0xa5};

inline constexpr DType kAllTypes[] = {
    DType::kFloat16, DType::kFloat32, DType::kFloat64, DType::kBfloat16, DType::kInt8,   DType::kUint8, DType::kInt16,
    DType::kUint16,  DType::kInt32,   DType::kUint32,  DType::kInt64,    DType::kUint64, DType::kBool};

/// Row-major, column by column, with gaps, mirrored, unaligned; the last two repeat a row or a column and cannot be
/// written to.
enum class Kind {
  kDense,
  kTransposed,
  kGaps,
  kTransposedGaps,
  kMirrored,
  kRowsUpward,
  kUnaligned,
  kOneRow,
  kOneColumn
};
inline constexpr Kind kAllKinds[] = {Kind::kDense,          Kind::kTransposed, Kind::kGaps,
                                     Kind::kTransposedGaps, Kind::kMirrored,   Kind::kRowsUpward,
                                     Kind::kUnaligned,      Kind::kOneRow,     Kind::kOneColumn};
inline constexpr Kind kWritableKinds[] = {Kind::kDense,    Kind::kTransposed, Kind::kGaps,     Kind::kTransposedGaps,
                                          Kind::kMirrored, Kind::kRowsUpward, Kind::kUnaligned};

/// Bytes of its own with a view of rank 2 on them.
class Matrix {
 public:
  Matrix(DType dtype, Kind kind, std::size_t rows, std::size_t columns);
  Matrix(const Matrix&) = delete;

  /// Numbers of all magnitudes: half of them any bit pattern (infinities, NaN, subnormals), half of them small, many
  /// half-way between two neighbours in fp16.
  void fill(std::mt19937& random);

  ArrayView view() const { return {dtype_, shape_, strides_, bytes_.data() + origin_}; }
  MutableView writable() { return {dtype_, shape_, strides_, bytes_.data() + origin_}; }
  const std::byte* at(std::size_t row, std::size_t column) const;
  std::byte* at(std::size_t row, std::size_t column);
  const std::vector<std::byte>& bytes() const { return bytes_; }
  std::string name() const;

 private:
  DType dtype_;
  Shape shape_;
  Strides strides_;
  std::size_t origin_ = 0;
  std::vector<std::byte> bytes_;
};

/// One element in another type, by convert_elements() on it alone.
void put_number(DType from_type, const std::byte* from, DType to_type, std::byte* to);

/// A part of rows x columns, any size down to empty.
Rectangle any_part(std::mt19937& random, std::size_t rows, std::size_t columns);

inline std::size_t any(std::mt19937& random, std::size_t low, std::size_t high) {
  return std::uniform_int_distribution<std::size_t>(low, high)(random);
}

/// The ways of working that must not show: plain loops, vectors, several threads.
inline constexpr How kWays[] = {{1, false}, {1, true}, {3, true}};
inline constexpr How kPlain = kWays[0], kVectors = kWays[1];

/// All of them, or those on one thread: starting threads costs more than these cases.
inline std::span<const How> ways(bool threads) { return std::span(kWays).first(threads ? 3 : 2); }

}  // namespace mattock::layout
