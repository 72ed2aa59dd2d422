// Every instruction set the kernels were compiled for and this processor has, against the plain loops; and amounts
// that are written past the caches.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include "layout/features.hpp"
#include "layout/quantise.hpp"
#include "layout/results.hpp"
#include "layout/weights.hpp"
#include "matrix_cases.hpp"

namespace mattock::layout {
namespace {

/// Dispatch goes to one instruction set as long as this lives.
class Only {
 public:
  explicit Only(std::int64_t target) { hwy::GetChosenTarget().Update(target); }
  ~Only() { hwy::GetChosenTarget().Update(hwy::SupportedTargets()); }
};

/// Calls check() under each set.
void for_each_target(const auto& check) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    const Only only(target);
    check();
    if (testing::Test::HasFatalFailure()) return;
  }
}

/// Bytes at an address of a chosen remainder by 64.
struct Memory {
  std::vector<std::byte> bytes;
  std::size_t first;

  Memory(std::size_t size, std::size_t remainder) : bytes(size + 128, kUntouched) {
    first = (64 + remainder - reinterpret_cast<std::uintptr_t>(bytes.data()) % 64) % 64;
  }
  std::span<std::byte> span() { return std::span(bytes).subspan(first, bytes.size() - 128); }
  bool operator==(Memory& other) { return std::ranges::equal(span(), other.span()); }
};

/// Packs `matrix` in plain loops and in vectors.
void check_packing(const Matrix& matrix, DType element, std::size_t remainder) {
  SCOPED_TRACE(fmt::format("{} as {}, address {} behind a line", matrix.name(), dtype_name(element), remainder));
  const ArrayView view = matrix.view();
  const Rectangle all = whole(view);
  const WeightBlocks blocks = weight_blocks(*hw::find_chip("rk3566"), element, {all.rows, all.columns});
  Memory plain(blocks.bytes(), remainder), vectors(blocks.bytes(), remainder);
  pack_weights(view, all, blocks, plain.span(), kPlain);
  pack_weights(view, all, blocks, vectors.span(), kVectors);
  ASSERT_TRUE(plain == vectors) << "weights";

  const Extent padded{(all.rows + 3) / 4 * 4, (all.columns + 31) / 32 * 32};
  const std::size_t size = element_bytes(element);
  for (const Cells& cells : {row_major(element, padded.columns * size), surfaces(element, 8 / size, padded.rows)}) {
    Memory plain_rows(cells.bytes(padded), remainder), vector_rows(cells.bytes(padded), remainder);
    pack_features(view, all, cells, padded, plain_rows.span(), kPlain);
    pack_features(view, all, cells, padded, vector_rows.span(), kVectors);
    ASSERT_TRUE(plain_rows == vector_rows) << (cells.is_row_major() ? "rows" : "surfaces");
  }
}

/// Joins, unpacks and dequantises `memory` into a matrix of `dtype` in plain loops and in vectors.
void check_results(std::mt19937& random, DType dtype, std::size_t rows, std::size_t columns) {
  SCOPED_TRACE(fmt::format("{} x {} {}", rows, columns, dtype_name(dtype)));
  const Rectangle all{0, 0, rows, columns};
  std::vector<float> scales(rows + columns, 0x1.23p-5f);
  for (const DType element : {DType::kFloat32, DType::kInt32, DType::kFloat16}) {
    Matrix numbers(element, Kind::kDense, 2, rows * columns);
    numbers.fill(random);
    const std::size_t bytes = rows * columns * element_bytes(element);
    const std::span<const std::byte> slices[] = {{numbers.at(0, 0), bytes}, {numbers.at(1, 0), bytes}};
    for (const Cells& cells : {row_major(element, columns * element_bytes(element)), surfaces(element, 4, rows)}) {
      if (columns % 4 != 0 && !cells.is_row_major()) continue;
      const auto both = [&](const auto& unpack) {
        Matrix plain(dtype, Kind::kDense, rows, columns), vectors(dtype, Kind::kDense, rows, columns);
        unpack(plain.writable(), kPlain);
        unpack(vectors.writable(), kVectors);
        ASSERT_EQ(plain.bytes(), vectors.bytes()) << dtype_name(element);
      };
      both([&](const MutableView& to, const How& how) { unpack_results(slices[0], cells, to, all, how); });
      if (element == DType::kFloat16) continue;
      both([&](const MutableView& to, const How& how) { join_results(slices, cells, to, all, how); });
      if (element == DType::kFloat32) continue;
      both([&](const MutableView& to, const How& how) {
        dequantise_results(slices, cells, {scales, scales}, to, all, how);
      });
    }
  }
}

void check_quantising(const Matrix& matrix) {
  SCOPED_TRACE(matrix.name());
  const ArrayView view = matrix.view();
  const Rectangle all = whole(view);
  for (const Axis axis : {Axis::kRows, Axis::kColumns}) {
    std::vector<float> plain(axis == Axis::kRows ? all.rows : all.columns), vectors(plain.size());
    find_scales(view, axis, plain, kPlain);
    find_scales(view, axis, vectors, kVectors);
    ASSERT_EQ(plain, vectors);
    Matrix plain_codes(DType::kInt8, Kind::kDense, all.rows, all.columns);
    Matrix vector_codes(DType::kInt8, Kind::kDense, all.rows, all.columns);
    quantise(view, axis, plain, plain_codes.writable(), kPlain);
    quantise(view, axis, plain, vector_codes.writable(), kVectors);
    ASSERT_EQ(plain_codes.bytes(), vector_codes.bytes());
  }
}

TEST(InstructionSets, PackTheSameBytesAsPlainLoops) {
  for_each_target([] {
    std::mt19937 random(1);
    for (const DType dtype : kAllTypes)
      for (const Kind kind : {Kind::kDense, Kind::kTransposed, Kind::kUnaligned}) {
        Matrix matrix(dtype, kind, 67, 270);
        matrix.fill(random);
        for (const std::size_t remainder : {0u, 2u}) {
          check_packing(matrix, DType::kFloat16, remainder);
          if (dtype == DType::kInt8) check_packing(matrix, DType::kInt8, remainder + 1);
        }
        check_quantising(matrix);
      }
  });
}

TEST(InstructionSets, UnpackTheSameBytesAsPlainLoops) {
  for_each_target([] {
    std::mt19937 random(2);
    for (const DType dtype : {DType::kFloat16, DType::kFloat32, DType::kFloat64, DType::kInt32, DType::kInt8})
      for (const std::size_t columns : {1u, 4u, 63u, 64u, 1028u}) check_results(random, dtype, 17, columns);
  });
}

TEST(InstructionSets, RoundEveryHalfAndItsNeighboursAsBaseDoes) {
  // Every binary16 number, the ties between two of them, and what lies next to the ties in binary32 and binary64.
  std::vector<double> numbers;
  for (std::uint32_t bits = 0; bits < 0x7c00; ++bits) {
    const std::uint16_t pair[] = {static_cast<std::uint16_t>(bits), static_cast<std::uint16_t>(bits + 1)};
    double low = 0, high = 0;
    put_number(DType::kFloat16, reinterpret_cast<const std::byte*>(&pair[0]), DType::kFloat64,
               reinterpret_cast<std::byte*>(&low));
    put_number(DType::kFloat16, reinterpret_cast<const std::byte*>(&pair[1]), DType::kFloat64,
               reinterpret_cast<std::byte*>(&high));
    if (bits == 0x7bff) high = 65536;  // where the next number would be
    const double tie = (low + high) / 2;
    for (const double x :
         {low, tie, tie * (1 - 0x1p-24), tie * (1 + 0x1p-23), tie * (1 - 0x1p-53), tie * (1 + 0x1p-52)})
      for (const double sign : {1.0, -1.0}) numbers.push_back(sign * x);
  }
  for (const double x : {65536.0, 1e30, 1e300, 0x1p-126, 0x1p-149, 0x1p-1074}) numbers.push_back(x);
  const auto columns = static_cast<std::int64_t>(numbers.size());
  std::vector<float> floats(numbers.begin(), numbers.end());
  const ArrayView views[] = {
      {DType::kFloat64, {1, columns}, {0, 8}, std::as_bytes(std::span(numbers)).data()},
      {DType::kFloat32, {1, columns}, {0, 4}, std::as_bytes(std::span(floats)).data()},
  };
  for_each_target([&] {
    for (const ArrayView& view : views) {
      const Cells cells = row_major(DType::kFloat16, numbers.size() * 2);
      std::vector<std::byte> memory(numbers.size() * 2);
      pack_features(view, whole(view), cells, {1, numbers.size()}, memory, kVectors);
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        std::byte wanted[2];
        put_number(view.dtype, view.data + i * element_bytes(view.dtype), DType::kFloat16, wanted);
        ASSERT_TRUE(memory[2 * i] == wanted[0] && memory[2 * i + 1] == wanted[1]) << fmt::format("{:a}", numbers[i]);
      }
    }
  });
}

TEST(InstructionSets, AmountsBeyondTheCachesAreTheSameBytesToo) {
  std::mt19937 random(3);
  for (const DType dtype : {DType::kFloat16, DType::kFloat32, DType::kInt8})
    for (const Kind kind : {Kind::kDense, Kind::kTransposed}) {
      // 8 MiB and more in device memory; odd sizes, so that there are parts of tiles, slices and groups.
      const DType element = dtype == DType::kInt8 ? DType::kInt8 : DType::kFloat16;
      const std::size_t rows = 2051, columns = 4201 / element_bytes(element), size = element_bytes(dtype);
      Matrix matrix(dtype, kind, rows, columns), pattern(dtype, Kind::kDense, 61, 67);
      pattern.fill(random);
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; ++c) std::copy_n(pattern.at(r % 61, c % 67), size, matrix.at(r, c));
      check_packing(matrix, element, 10);
      if (kind == Kind::kDense) for_each_target([&] { check_packing(matrix, element, 0); });
      if (kind != Kind::kDense) check_packing(matrix, element, 0);
    }
}

}  // namespace
}  // namespace mattock::layout
