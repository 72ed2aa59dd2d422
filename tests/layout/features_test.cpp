#include "layout/features.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "matrix_cases.hpp"
#include "support/allocations.hpp"

namespace mattock::layout {
namespace {

/// The two forms of matmul-streams.md: A(row, k) = k/(8/es)*8*[1080] + h*8*[107c] + w*8 + (k mod 8/es)*es.
struct Form {
  bool native;
  std::size_t pitch;  ///< row-major: bytes of a row; native: rows of a surface (M4)
};

std::size_t address(const Form& form, std::size_t es, std::size_t row, std::size_t k) {
  const std::size_t lanes = 8 / es;
  if (form.native) return k / lanes * 8 * form.pitch + row * 8 + k % lanes * es;
  return k / lanes * 8 + row * form.pitch + k % lanes * es;
}

Cells cells_of(const Form& form, DType element) {
  return form.native ? surfaces(element, 8 / element_bytes(element), form.pitch) : row_major(element, form.pitch);
}

/// Every byte, from the formula.
std::vector<std::byte> expected(const Matrix& matrix, DType dtype, const Rectangle& part, DType element,
                                const Form& form, const Extent& padded, std::size_t size) {
  std::vector<std::byte> memory(size, kUntouched);
  const std::size_t es = element_bytes(element), lanes = 8 / es;
  const std::size_t columns = form.native ? (padded.columns + lanes - 1) / lanes * lanes : padded.columns;
  for (std::size_t r = 0; r < padded.rows; ++r)
    for (std::size_t k = 0; k < columns; ++k) {
      std::byte* to = memory.data() + address(form, es, r, k);
      if (r < part.rows && k < part.columns)
        put_number(dtype, matrix.at(part.row + r, part.column + k), element, to);
      else
        std::fill_n(to, es, std::byte{0});
    }
  return memory;
}

void check(const Matrix& matrix, const Rectangle& part, DType element, const Form& form, const Extent& padded,
           bool threads) {
  SCOPED_TRACE(fmt::format("{}; rows {}+{}, columns {}+{}, as {} {} pitch {}, padded {} x {}", matrix.name(), part.row,
                           part.rows, part.column, part.columns, dtype_name(element),
                           form.native ? "native" : "row-major", form.pitch, padded.rows, padded.columns));
  const Cells cells = cells_of(form, element);
  const ArrayView view = matrix.view();
  const auto wanted = expected(matrix, view.dtype, part, element, form, padded, cells.bytes(padded) + 5);
  for (const How& how : ways(threads)) {
    std::vector<std::byte> memory(wanted.size(), kUntouched);
    pack_features(view, part, cells, padded, std::span(memory).first(cells.bytes(padded)), how);
    ASSERT_EQ(memory, wanted) << how.threads << " threads, vectors " << how.vectors;
  }
}

void check_forms(const Matrix& matrix, const Rectangle& part, DType element, bool threads = false) {
  const std::size_t es = element_bytes(element), slice = 32 / es;
  const std::size_t columns = (part.columns + slice - 1) / slice * slice;
  check(matrix, part, element, {false, columns * es}, {part.rows, columns}, threads);
  check(matrix, part, element, {false, columns * es + 24}, {part.rows, columns}, threads);
  const std::size_t m4 = part.rows <= 1 ? part.rows : (part.rows + 3) / 4 * 4;
  check(matrix, part, element, {true, m4}, {m4, columns}, threads);
  check(matrix, part, element, {true, m4 + 3}, {part.rows, part.columns}, threads);
}

TEST(Features, EveryTypeAndKindOfStridesLiesWhereTheNotesSay) {
  std::mt19937 random(1);
  for (const DType dtype : kAllTypes)
    for (const Kind kind : kAllKinds)
      for (const Extent size : {Extent{1, 1}, Extent{5, 37}, Extent{66, 20}}) {
        Matrix matrix(dtype, kind, size.rows, size.columns);
        matrix.fill(random);
        check_forms(matrix, whole(matrix.view()), DType::kFloat16);
        if (dtype == DType::kInt8) check_forms(matrix, whole(matrix.view()), DType::kInt8);
      }
}

TEST(Features, ShapesAroundEveryLimit) {
  std::mt19937 random(2);
  for (const std::size_t rows : {1u, 3u, 4u, 5u, 31u, 32u, 33u})
    for (const std::size_t columns : {1u, 3u, 4u, 5u, 7u, 8u, 9u, 15u, 16u, 17u, 31u, 32u, 33u, 127u, 128u, 129u, 300u})
      for (const Kind kind : {Kind::kDense, Kind::kTransposed})
        for (const DType dtype : {DType::kFloat16, DType::kFloat32, DType::kInt8}) {
          Matrix matrix(dtype, kind, rows, columns);
          matrix.fill(random);
          const DType element = dtype == DType::kInt8 ? DType::kInt8 : DType::kFloat16;
          check_forms(matrix, {0, 0, rows, columns}, element);
        }
}

TEST(Features, AnyPartOfAnyMatrix) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const DType dtype = kAllTypes[random() % std::size(kAllTypes)];
    const Kind kind = kAllKinds[random() % std::size(kAllKinds)];
    const std::size_t rows = any(random, 1, 90), columns = any(random, 1, 300);
    Matrix matrix(dtype, kind, rows, columns);
    matrix.fill(random);
    const DType element = dtype == DType::kInt8 && seed % 2 == 0 ? DType::kInt8 : DType::kFloat16;
    check_forms(matrix, any_part(random, rows, columns), element, seed % 10 == 0);
  }
}

TEST(Features, RowTilesFillTheSurfacesOfOneMatrix) {
  std::mt19937 random(3);
  Matrix matrix(DType::kFloat16, Kind::kGaps, 11, 9);
  matrix.fill(random);
  const Cells cells = surfaces(DType::kFloat16, 4, 12);
  std::vector<std::byte> at_once(cells.bytes({12, 16})), in_tiles(at_once.size(), kUntouched);
  pack_features(matrix.view(), {0, 0, 11, 9}, cells, {12, 16}, at_once);
  for (std::size_t row = 0; row < 11; row += 4) {
    const std::size_t rows = std::min<std::size_t>(4, 11 - row);
    pack_features(matrix.view(), {row, 0, rows, 9}, cells, {4, 16}, std::span(in_tiles).subspan(cells.offset(row, 0)));
  }
  EXPECT_EQ(in_tiles, at_once);
}

TEST(Features, NothingIsAllocated) {
  std::mt19937 random(4);
  for (const Kind kind : {Kind::kDense, Kind::kTransposed, Kind::kGaps})
    for (const DType dtype : {DType::kFloat16, DType::kFloat64}) {
      Matrix matrix(dtype, kind, 70, 300);
      matrix.fill(random);
      const ArrayView view = matrix.view();
      for (const Cells& cells : {row_major(DType::kFloat16, 608), surfaces(DType::kFloat16, 4, 72)}) {
        std::vector<std::byte> memory(cells.bytes({70, 304}));
        EXPECT_EQ(test::bytes_allocated_by([&] {
                    pack_features(view, {0, 0, 70, 300}, cells, {70, 304}, memory, kVectors);
                  }),
                  0u);
      }
    }
}

}  // namespace
}  // namespace mattock::layout
