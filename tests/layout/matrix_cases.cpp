#include "matrix_cases.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <span>

#include "base/convert.hpp"

namespace mattock::layout {
namespace {

/// Steps in elements, signs included.
Strides steps_of(Kind kind, std::int64_t rows, std::int64_t columns) {
  switch (kind) {
    case Kind::kDense: return {columns, 1};
    case Kind::kTransposed: return {1, rows};
    case Kind::kGaps: return {2 * columns + 3, 2};
    case Kind::kTransposedGaps: return {3, 3 * rows + 1};
    case Kind::kMirrored: return {-(columns + 1), -1};
    case Kind::kRowsUpward: return {-columns, 1};
    case Kind::kUnaligned: return {columns, 1};
    case Kind::kOneRow: return {0, 1};
    case Kind::kOneColumn: return {1, 0};
  }
  return {};
}

std::byte* put(double value, DType dtype, std::byte* to) {
  std::byte bytes[8];
  std::memcpy(bytes, &value, 8);
  put_number(DType::kFloat64, bytes, dtype, to);
  return to;
}

}  // namespace

Matrix::Matrix(DType dtype, Kind kind, std::size_t rows, std::size_t columns)
    : dtype_(dtype), shape_{static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)} {
  strides_ = steps_of(kind, shape_[0], shape_[1]);
  const auto size = static_cast<std::int64_t>(element_bytes(dtype));
  for (auto& stride : strides_) stride *= size;
  if (kind == Kind::kUnaligned) strides_[0] += 1;
  std::int64_t low = 0, high = size;
  for (std::size_t d = 0; d < 2; ++d) {
    const std::int64_t reach = strides_[d] * (shape_[d] - 1);
    (reach < 0 ? low : high) += reach;
  }
  const std::int64_t before = kind == Kind::kUnaligned ? 3 : 8;
  origin_ = static_cast<std::size_t>(before - low);
  bytes_.assign(static_cast<std::size_t>(high - low + before + 8), kUntouched);
}

const std::byte* Matrix::at(std::size_t row, std::size_t column) const {
  return bytes_.data() + static_cast<std::int64_t>(origin_) + static_cast<std::int64_t>(row) * strides_[0] +
         static_cast<std::int64_t>(column) * strides_[1];
}

std::byte* Matrix::at(std::size_t row, std::size_t column) {
  return const_cast<std::byte*>(static_cast<const Matrix*>(this)->at(row, column));
}

void Matrix::fill(std::mt19937& random) {
  const std::size_t size = element_bytes(dtype_);
  for (std::size_t r = 0; r < static_cast<std::size_t>(shape_[0]); ++r)
    for (std::size_t c = 0; c < static_cast<std::size_t>(shape_[1]); ++c) {
      std::byte* to = at(r, c);
      // 12 significant bits: every other one is a tie or near it among fp16's 11.
      const auto small = static_cast<double>(static_cast<int>(random() % 8192) - 4096);
      if (dtype_ == DType::kBool) {
        to[0] = static_cast<std::byte>(random() % 2);
      } else if (random() % 2 == 0) {
        put(std::ldexp(small, static_cast<int>(random() % 40) - 32), dtype_, to);
      } else {
        for (std::size_t b = 0; b < size; ++b) to[b] = static_cast<std::byte>(random());
      }
    }
}

std::string Matrix::name() const {
  return fmt::format("{} {} x {}, steps {} and {} bytes", dtype_name(dtype_), shape_[0], shape_[1], strides_[0],
                     strides_[1]);
}

void put_number(DType from_type, const std::byte* from, DType to_type, std::byte* to) {
  convert_elements(from_type, std::span(from, element_bytes(from_type)), to_type,
                   std::span(to, element_bytes(to_type)));
}

Rectangle any_part(std::mt19937& random, std::size_t rows, std::size_t columns) {
  Rectangle part;
  part.row = any(random, 0, rows);
  part.column = any(random, 0, columns);
  part.rows = any(random, 0, rows - part.row);
  part.columns = any(random, 0, columns - part.column);
  return part;
}

}  // namespace mattock::layout
