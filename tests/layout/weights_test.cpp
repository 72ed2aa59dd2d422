#include "layout/weights.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "matrix_cases.hpp"
#include "support/allocations.hpp"

namespace mattock::layout {
namespace {

const hw::Chip& chip() { return *hw::find_chip("rk3566"); }

/// (N/nb, K/kb, nb, kb), kb * es = 32 bytes, nb * es = 16 bytes, zeros behind K and N (matmul-streams.md).
std::vector<std::byte> expected(const Matrix& matrix, DType dtype, const Rectangle& part, DType element,
                                const Extent& padded, std::size_t size) {
  std::vector<std::byte> memory(size, kUntouched);
  const std::size_t es = element_bytes(element), kb = 32 / es, nb = 16 / es;
  std::size_t at = 0;
  for (std::size_t group = 0; group < padded.columns / nb; ++group)
    for (std::size_t slice = 0; slice < padded.rows / kb; ++slice)
      for (std::size_t kernel = 0; kernel < nb; ++kernel)
        for (std::size_t channel = 0; channel < kb; ++channel, at += es) {
          const std::size_t k = slice * kb + channel, n = group * nb + kernel;
          if (k < part.rows && n < part.columns)
            put_number(dtype, matrix.at(part.row + k, part.column + n), element, memory.data() + at);
          else
            std::fill_n(memory.data() + at, es, std::byte{0});
        }
  return memory;
}

void check(const Matrix& matrix, const Rectangle& part, DType element, std::size_t more_slices = 0,
           bool threads = false) {
  SCOPED_TRACE(fmt::format("{}; rows {}+{}, columns {}+{}, as {}", matrix.name(), part.row, part.rows, part.column,
                           part.columns, dtype_name(element)));
  WeightBlocks blocks = weight_blocks(chip(), element, {part.rows, part.columns});
  blocks.padded.rows += more_slices * blocks.channels;
  blocks.padded.columns += more_slices * blocks.kernels;
  const ArrayView view = matrix.view();
  const auto wanted = expected(matrix, view.dtype, part, element, blocks.padded, blocks.bytes() + 5);
  for (const How& how : ways(threads)) {
    std::vector<std::byte> memory(wanted.size(), kUntouched);
    pack_weights(view, part, blocks, std::span(memory).first(blocks.bytes()), how);
    ASSERT_EQ(memory, wanted) << how.threads << " threads, vectors " << how.vectors;
  }
}

TEST(Weights, EveryTypeAndKindOfStridesLiesWhereTheNotesSay) {
  std::mt19937 random(1);
  for (const DType dtype : kAllTypes)
    for (const Kind kind : kAllKinds)
      for (const Extent size : {Extent{1, 1}, Extent{37, 5}, Extent{20, 70}, Extent{300, 9}}) {
        Matrix matrix(dtype, kind, size.rows, size.columns);
        matrix.fill(random);
        check(matrix, whole(matrix.view()), DType::kFloat16);
        if (dtype == DType::kInt8) check(matrix, whole(matrix.view()), DType::kInt8);
      }
}

TEST(Weights, ShapesAroundEveryLimit) {
  std::mt19937 random(2);
  for (const std::size_t rows : {1u, 15u, 16u, 17u, 31u, 32u, 33u, 255u, 256u, 257u})
    for (const std::size_t columns : {1u, 7u, 8u, 9u, 15u, 16u, 17u, 63u, 64u, 65u, 130u})
      for (const Kind kind : {Kind::kDense, Kind::kTransposed})
        for (const DType dtype : {DType::kFloat16, DType::kFloat32, DType::kInt8}) {
          Matrix matrix(dtype, kind, rows, columns);
          matrix.fill(random);
          check(matrix, {0, 0, rows, columns}, dtype == DType::kInt8 ? DType::kInt8 : DType::kFloat16);
        }
}

TEST(Weights, AnyPartOfAnyMatrix) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const DType dtype = kAllTypes[random() % std::size(kAllTypes)];
    const Kind kind = kAllKinds[random() % std::size(kAllKinds)];
    const std::size_t rows = any(random, 1, 300), columns = any(random, 1, 150);
    Matrix matrix(dtype, kind, rows, columns);
    matrix.fill(random);
    const DType element = dtype == DType::kInt8 && seed % 2 == 0 ? DType::kInt8 : DType::kFloat16;
    check(matrix, any_part(random, rows, columns), element, random() % 3, seed % 10 == 0);
  }
}

TEST(Weights, ATransposedMatrixIsOneWithItsStridesExchanged) {
  std::mt19937 random(3);
  Matrix matrix(DType::kFloat32, Kind::kDense, 21, 50);
  matrix.fill(random);
  ArrayView turned = matrix.view();
  std::swap(turned.shape[0], turned.shape[1]);
  std::swap(turned.strides[0], turned.strides[1]);
  Matrix copy(DType::kFloat32, Kind::kDense, 50, 21);
  for (std::size_t r = 0; r < 50; ++r)
    for (std::size_t c = 0; c < 21; ++c) std::copy_n(matrix.at(c, r), 4, copy.at(r, c));
  const WeightBlocks blocks = weight_blocks(chip(), DType::kFloat16, {50, 21});
  std::vector<std::byte> memory(blocks.bytes()), wanted(blocks.bytes());
  pack_weights(turned, whole(turned), blocks, memory);
  pack_weights(copy.view(), {0, 0, 50, 21}, blocks, wanted);
  EXPECT_EQ(memory, wanted);
}

TEST(Weights, TheChipsBlocks) {
  const WeightBlocks half = weight_blocks(chip(), DType::kFloat16, {17, 9});
  EXPECT_EQ(half.kernels, 8u);
  EXPECT_EQ(half.channels, 16u);
  EXPECT_EQ(half.bytes(), 32u * 16u * 2u);
  EXPECT_EQ(half.offset(0, 1), 32u);          // next kernel of the group
  EXPECT_EQ(half.offset(16, 0), 8u * 32u);    // next slice
  EXPECT_EQ(half.offset(0, 8), 2u * 8 * 32);  // next group
  const WeightBlocks byte = weight_blocks(chip(), DType::kInt8, {32, 17});
  EXPECT_EQ(byte.kernels, 16u);
  EXPECT_EQ(byte.channels, 32u);
  EXPECT_EQ(byte.bytes(), 32u * 32u);
}

/// Kernels of `declared` channels, of which the matrix has the first: slices of 32 bytes, then a last one of 8 or 16
/// for each kernel, or of 32 where 24 would do (vendor-lowering.md 5).
std::vector<std::byte> expected_declared(const Matrix& matrix, DType dtype, DType element, std::size_t declared) {
  const std::size_t es = element_bytes(element), nb = 16 / es;
  const Rectangle all = whole(matrix.view());
  std::vector<std::byte> memory;
  for (std::size_t group = 0; group < all.columns; group += nb)
    for (std::size_t slice = 0; slice < declared; slice += 32 / es) {
      std::size_t width = std::min(32 / es, declared - slice);
      if (width * es == 24) width = 32 / es;
      for (std::size_t n = group; n < group + nb; ++n)
        for (std::size_t k = slice; k < slice + width; ++k) {
          memory.resize(memory.size() + es);
          if (k < all.rows && n < all.columns)
            put_number(dtype, matrix.at(k, n), element, memory.data() + memory.size() - es);
        }
    }
  return memory;
}

TEST(Weights, ALastSliceIsAsShortAsTheChipHasIt) {
  std::mt19937 random(5);
  for (const DType element : {DType::kFloat16, DType::kInt8})
    for (const Kind kind : kAllKinds)
      for (std::size_t declared = 8 / element_bytes(element); declared <= 80; declared += 8 / element_bytes(element))
        for (const std::size_t columns : {1u, 8u, 17u, 70u})
          for (const std::size_t missing : {0u, 3u}) {
            const DType dtype = element == DType::kInt8 ? DType::kInt8 : DType::kFloat32;
            Matrix matrix(dtype, kind, declared - missing, columns);
            matrix.fill(random);
            SCOPED_TRACE(fmt::format("{}; {} declared, as {}", matrix.name(), declared, dtype_name(element)));
            const WeightBlocks blocks = declared_weight_blocks(chip(), element, {declared, columns});
            auto wanted = expected_declared(matrix, dtype, element, declared);
            ASSERT_EQ(blocks.bytes(), wanted.size());
            wanted.resize(wanted.size() + 5, kUntouched);
            for (const How& how : ways(columns == 70)) {
              std::vector<std::byte> memory(wanted.size(), kUntouched);
              pack_weights(matrix.view(), whole(matrix.view()), blocks, std::span(memory).first(blocks.bytes()), how);
              ASSERT_EQ(memory, wanted) << how.threads << " threads, vectors " << how.vectors;
            }
          }
}

TEST(Weights, AnElementLiesAtItsOffsetInAShortSliceToo) {
  const WeightBlocks blocks = declared_weight_blocks(chip(), DType::kFloat16, {20, 9});
  EXPECT_EQ(blocks.kernel_bytes(), 40u);
  EXPECT_EQ(blocks.offset(15, 7), 7u * 32 + 30);
  EXPECT_EQ(blocks.offset(16, 0), 8u * 32);
  EXPECT_EQ(blocks.offset(17, 3), 8u * 32 + 3 * 8 + 2);
  EXPECT_EQ(blocks.offset(0, 8), 8u * 40);
  EXPECT_EQ(blocks.offset(19, 8), 8u * 40 + 8 * 32 + 6);
}

TEST(Weights, NothingIsAllocated) {
  std::mt19937 random(4);
  for (const Kind kind : {Kind::kDense, Kind::kTransposed, Kind::kGaps})
    for (const DType dtype : {DType::kFloat16, DType::kInt64}) {
      Matrix matrix(dtype, kind, 300, 70);
      matrix.fill(random);
      const ArrayView view = matrix.view();
      const WeightBlocks blocks = weight_blocks(chip(), DType::kFloat16, {300, 70});
      std::vector<std::byte> memory(blocks.bytes());
      EXPECT_EQ(test::bytes_allocated_by([&] { pack_weights(view, {0, 0, 300, 70}, blocks, memory, kVectors); }), 0u);
    }
}

}  // namespace
}  // namespace mattock::layout
