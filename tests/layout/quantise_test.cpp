#include "layout/quantise.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "matrix_cases.hpp"
#include "support/allocations.hpp"

namespace mattock::layout {
namespace {

double number_at(const Matrix& matrix, DType dtype, std::size_t row, std::size_t column) {
  double value;
  std::byte bytes[8];
  put_number(dtype, matrix.at(row, column), DType::kFloat64, bytes);
  std::memcpy(&value, bytes, 8);
  return value;
}

/// The scales by their definition, from binary64 numbers.
std::vector<float> expected_scales(const Matrix& matrix, DType dtype, const Extent& size, Axis axis) {
  const std::size_t outer = axis == Axis::kRows ? size.rows : size.columns;
  const std::size_t inner = axis == Axis::kRows ? size.columns : size.rows;
  std::vector<float> scales;
  for (std::size_t o = 0; o < outer; ++o) {
    double largest = 0;
    for (std::size_t i = 0; i < inner; ++i) {
      const double x = axis == Axis::kRows ? number_at(matrix, dtype, o, i) : number_at(matrix, dtype, i, o);
      if (std::isfinite(x)) largest = std::max(largest, std::fabs(x));
    }
    const double scale = largest / 127;
    if (largest == 0)
      scales.push_back(1);
    else if (scale > static_cast<double>(std::numeric_limits<float>::max()))
      scales.push_back(std::numeric_limits<float>::max());
    else if (scale <= 0x1p-150)
      scales.push_back(0x1p-149f);
    else
      scales.push_back(static_cast<float>(scale));
  }
  return scales;
}

std::int8_t expected_code(double x, float scale) {
  if (std::isnan(x)) return 0;
  const double quotient = x / static_cast<double>(scale);
  if (quotient >= 127) return 127;
  if (quotient <= -127) return -127;
  const double down = std::floor(quotient), rest = quotient - down;
  const bool up = rest > 0.5 || (rest == 0.5 && std::fmod(down, 2.0) != 0);
  return static_cast<std::int8_t>(down + (up ? 1 : 0));
}

void check(const Matrix& matrix, const Extent& size, Kind out_kind, Axis axis, bool threads = false) {
  SCOPED_TRACE(matrix.name() + (axis == Axis::kRows ? ", rows" : ", columns"));
  const ArrayView view = matrix.view();
  const auto wanted = expected_scales(matrix, view.dtype, size, axis);
  Matrix codes(DType::kInt8, out_kind, size.rows, size.columns);
  for (std::size_t r = 0; r < size.rows; ++r)
    for (std::size_t c = 0; c < size.columns; ++c)
      *codes.at(r, c) = static_cast<std::byte>(
          expected_code(number_at(matrix, view.dtype, r, c), wanted[axis == Axis::kRows ? r : c]));
  for (const How& how : ways(threads)) {
    std::vector<float> scales(wanted.size());
    find_scales(view, axis, scales, how);
    ASSERT_EQ(scales, wanted);
    Matrix got(DType::kInt8, out_kind, size.rows, size.columns);
    quantise(view, axis, scales, got.writable(), how);
    ASSERT_EQ(got.bytes(), codes.bytes()) << how.threads << " threads, vectors " << how.vectors;
  }
}

TEST(Quantise, EveryTypeAndKindOfStrides) {
  std::mt19937 random(1);
  for (const DType dtype : kAllTypes)
    for (const Kind kind : kAllKinds)
      for (const Extent size : {Extent{1, 1}, Extent{5, 37}, Extent{300, 3}, Extent{3, 300}})
        for (const Axis axis : {Axis::kRows, Axis::kColumns}) {
          Matrix matrix(dtype, kind, size.rows, size.columns);
          matrix.fill(random);
          check(matrix, size, kind == Kind::kTransposed ? Kind::kGaps : Kind::kDense, axis);
        }
}

TEST(Quantise, ShapesAroundEveryLimit) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const Extent size{any(random, 1, 20), any(random, 1, 600)};
    Matrix matrix(seed % 3 == 0 ? DType::kFloat16 : DType::kFloat32, kAllKinds[random() % std::size(kAllKinds)],
                  size.rows, size.columns);
    matrix.fill(random);
    check(matrix, size, kWritableKinds[random() % std::size(kWritableKinds)],
          seed % 2 == 0 ? Axis::kRows : Axis::kColumns, seed % 10 < 2);
  }
}

std::vector<std::int8_t> codes_of(const std::vector<float>& row, float scale) {
  std::vector<std::int8_t> codes(row.size());
  const auto columns = static_cast<std::int64_t>(row.size());
  const ArrayView view{DType::kFloat32, {1, columns}, {4 * columns, 4}, std::as_bytes(std::span(row)).data()};
  const MutableView out{DType::kInt8, {1, columns}, {columns, 1}, std::as_writable_bytes(std::span(codes)).data()};
  quantise(view, Axis::kRows, std::span(&scale, 1), out);
  return codes;
}

TEST(Quantise, TiesGoToEvenInfinitiesSaturateNanIsZero) {
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(codes_of({0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 126.5f, 127.5f, -128, 1e30f}, 1),
            (std::vector<std::int8_t>{0, 2, 2, 0, -2, 126, 127, -127, 127}));
  EXPECT_EQ(codes_of({infinity, -infinity, nan, -0.0f, 0x1p-149f}, 0.25f),
            (std::vector<std::int8_t>{127, -127, 0, 0, 0}));
}

TEST(Quantise, ARowWithoutFiniteNumbersHasScaleOne) {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> numbers{0, -0.0f, infinity, std::numeric_limits<float>::quiet_NaN(), 0x1p-149f, infinity};
  const ArrayView view{DType::kFloat32, {3, 2}, {8, 4}, std::as_bytes(std::span(numbers)).data()};
  std::vector<float> scales(3);
  find_scales(view, Axis::kRows, scales);
  EXPECT_EQ(scales, (std::vector<float>{1, 1, 0x1p-149f}));
  const ArrayView none{DType::kFloat32, {3, 0}, {0, 4}, nullptr};
  find_scales(none, Axis::kRows, scales);
  EXPECT_EQ(scales, (std::vector<float>{1, 1, 1}));
}

TEST(Quantise, NothingIsAllocated) {
  std::mt19937 random(4);
  Matrix matrix(DType::kFloat32, Kind::kDense, 20, 600), out(DType::kInt8, Kind::kGaps, 20, 600);
  matrix.fill(random);
  std::vector<float> scales(600);
  const ArrayView view = matrix.view();
  const MutableView to = out.writable();
  EXPECT_EQ(test::bytes_allocated_by([&] {
              for (const Axis axis : {Axis::kRows, Axis::kColumns}) {
                find_scales(view, axis, scales, kVectors);
                quantise(view, axis, scales, to, kVectors);
              }
            }),
            0u);
}

}  // namespace
}  // namespace mattock::layout
