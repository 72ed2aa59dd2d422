#include "layout/results.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <vector>

#include "base/half.hpp"
#include "matrix_cases.hpp"
#include "support/allocations.hpp"

namespace mattock::layout {
namespace {

/// Row-major with a pitch in bytes, or native: (N / lanes, pitch, lanes). For 4-byte elements the notes have
/// C(row, n) = n/4*[4024] + h*(W*16 + notch*8) + w*16 + n%4*4.
struct Form {
  std::size_t lanes;  ///< 0: row-major
  std::size_t pitch;
};

std::size_t address(const Form& form, std::size_t es, std::size_t row, std::size_t n) {
  if (form.lanes == 0) return row * form.pitch + n * es;
  return n / form.lanes * (form.pitch * form.lanes * es) + row * form.lanes * es + n % form.lanes * es;
}

Cells cells_of(const Form& form, DType element) {
  return form.lanes == 0 ? row_major(element, form.pitch) : surfaces(element, form.lanes, form.pitch);
}

std::vector<std::byte> any_memory(std::mt19937& random, DType element, std::size_t bytes) {
  // Numbers of all magnitudes as a matrix of one row has them.
  Matrix numbers(element, Kind::kDense, 1, bytes / element_bytes(element) + 1);
  numbers.fill(random);
  const std::byte* first = numbers.at(0, 0);
  return {first, first + bytes};
}

/// Unpacks with `unpack` in every way and compares all bytes of the array with those `number_at` gives.
void check(DType dtype, Kind kind, const Extent& size, const Rectangle& part,
           const std::function<void(std::size_t, std::size_t, std::byte*)>& number_at,
           const std::function<void(const MutableView&, const How&)>& unpack, bool threads = false) {
  Matrix wanted(dtype, kind, size.rows, size.columns);
  for (std::size_t r = 0; r < part.rows; ++r)
    for (std::size_t c = 0; c < part.columns; ++c) number_at(r, c, wanted.at(part.row + r, part.column + c));
  for (const How& how : ways(threads)) {
    Matrix got(dtype, kind, size.rows, size.columns);
    unpack(got.writable(), how);
    ASSERT_EQ(got.bytes(), wanted.bytes())
        << got.name() << "; rows " << part.row << "+" << part.rows << ", columns " << part.column << "+" << part.columns
        << ", " << how.threads << " threads, vectors " << how.vectors;
  }
}

void check_unpack(std::mt19937& random, DType element, const Form& form, DType dtype, Kind kind, const Extent& size,
                  const Rectangle& part, bool threads = false) {
  const Cells cells = cells_of(form, element);
  const auto memory = any_memory(random, element, cells.bytes({part.rows, part.columns}));
  check(
      dtype, kind, size, part,
      [&](std::size_t r, std::size_t c, std::byte* to) {
        put_number(element, memory.data() + address(form, element_bytes(element), r, c), dtype, to);
      },
      [&](const MutableView& view, const How& how) { unpack_results(memory, cells, view, part, how); }, threads);
}

constexpr DType kElements[] = {DType::kFloat32, DType::kInt32, DType::kFloat16, DType::kInt8};

TEST(Results, EveryTypeAndKindOfStridesIsReadFromWhereTheNotesSay) {
  std::mt19937 random(1);
  for (const DType element : kElements)
    for (const DType dtype : kAllTypes)
      for (const Kind kind : kWritableKinds)
        for (const Extent size : {Extent{1, 1}, Extent{5, 37}, Extent{19, 70}}) {
          const std::size_t es = element_bytes(element);
          const Rectangle all{0, 0, size.rows, size.columns};
          check_unpack(random, element, {0, size.columns * es}, dtype, kind, size, all);
          check_unpack(random, element, {16 / es, (size.rows + 3) / 4 * 4}, dtype, kind, size, all);
        }
}

TEST(Results, ShapesAroundEveryLimit) {
  std::mt19937 random(2);
  for (const DType element : kElements)
    for (const std::size_t rows : {1u, 3u, 4u, 5u, 15u, 16u, 17u, 33u})
      for (const std::size_t columns : {1u, 3u, 4u, 5u, 8u, 15u, 16u, 17u, 63u, 64u, 65u, 300u})
        for (const Kind kind : {Kind::kDense, Kind::kTransposed}) {
          const std::size_t es = element_bytes(element);
          const Rectangle all{0, 0, rows, columns};
          check_unpack(random, element, {0, columns * es + 16}, element, kind, {rows, columns}, all);
          for (const std::size_t lanes : {4u, 8u, 16u})
            check_unpack(random, element, {lanes, rows}, element, kind, {rows, columns}, all);
        }
}

TEST(Results, AnyPartOfAnyMatrix) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const DType element = kElements[random() % std::size(kElements)];
    const DType dtype = kAllTypes[random() % std::size(kAllTypes)];
    const Kind kind = kWritableKinds[random() % std::size(kWritableKinds)];
    const Extent size{any(random, 1, 60), any(random, 1, 300)};
    const Rectangle part = any_part(random, size.rows, size.columns);
    const std::size_t es = element_bytes(element);
    check_unpack(random, element, {0, part.columns * es + random() % 9}, dtype, kind, size, part, seed % 10 == 0);
    check_unpack(random, element, {16 / es, part.rows + random() % 4}, dtype, kind, size, part, seed % 10 == 0);
  }
}

/// The rule in words: binary64, first to last, NaN without a trace of where it came from.
double sum_of(const std::vector<float>& terms) {
  auto sum = static_cast<double>(terms[0]);
  for (std::size_t i = 1; i < terms.size(); ++i) sum += static_cast<double>(terms[i]);
  return std::isnan(sum) ? std::numeric_limits<double>::quiet_NaN() : sum;
}

template <class T>
T number_at(const std::vector<std::byte>& memory, std::size_t at) {
  T value;
  std::memcpy(&value, memory.data() + at, sizeof(T));
  return value;
}

template <class T>
void put(T value, DType from_type, DType to_type, std::byte* to) {
  std::byte bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  put_number(from_type, bytes, to_type, to);
}

struct Slicing {
  std::vector<std::vector<std::byte>> memories;
  std::vector<std::span<const std::byte>> spans;

  Slicing(std::mt19937& random, DType element, std::size_t count, std::size_t bytes) {
    for (std::size_t s = 0; s < count; ++s) memories.push_back(any_memory(random, element, bytes));
    for (const auto& memory : memories) spans.emplace_back(memory);
  }
};

void check_floats(std::mt19937& random, std::size_t slices, const Form& form, DType dtype, Kind kind,
                  const Extent& size, const Rectangle& part, bool threads = false) {
  const Cells cells = cells_of(form, DType::kFloat32);
  const Slicing slicing(random, DType::kFloat32, slices, cells.bytes({part.rows, part.columns}));
  check(
      dtype, kind, size, part,
      [&](std::size_t r, std::size_t c, std::byte* to) {
        std::vector<float> terms;
        for (const auto& memory : slicing.memories) terms.push_back(number_at<float>(memory, address(form, 4, r, c)));
        put(sum_of(terms), DType::kFloat64, dtype, to);
      },
      [&](const MutableView& view, const How& how) { join_results(slicing.spans, cells, view, part, how); }, threads);
}

std::int32_t wrapping_sum(const Slicing& slicing, std::size_t at) {
  std::uint32_t sum = 0;
  for (const auto& memory : slicing.memories) sum += number_at<std::uint32_t>(memory, at);
  return std::bit_cast<std::int32_t>(sum);
}

void check_integers(std::mt19937& random, std::size_t slices, const Form& form, DType dtype, Kind kind,
                    const Extent& size, const Rectangle& part, bool threads = false) {
  const Cells cells = cells_of(form, DType::kInt32);
  const Slicing slicing(random, DType::kInt32, slices, cells.bytes({part.rows, part.columns}));
  check(
      dtype, kind, size, part,
      [&](std::size_t r, std::size_t c, std::byte* to) {
        put(wrapping_sum(slicing, address(form, 4, r, c)), DType::kInt32, dtype, to);
      },
      [&](const MutableView& view, const How& how) { join_results(slicing.spans, cells, view, part, how); }, threads);
}

void check_dequantised(std::mt19937& random, std::size_t slices, const Form& form, DType dtype, Kind kind,
                       const Extent& size, const Rectangle& part, bool threads = false) {
  const Cells cells = cells_of(form, DType::kInt32);
  const Slicing slicing(random, DType::kInt32, slices, cells.bytes({part.rows, part.columns}));
  std::vector<float> rows(size.rows), columns(size.columns);
  for (float& s : rows) s = std::ldexp(static_cast<float>(random() % 1000 + 1), static_cast<int>(random() % 40) - 30);
  for (float& s : columns) s = std::ldexp(static_cast<float>(random() % 1000), static_cast<int>(random() % 40) - 30);
  check(
      dtype, kind, size, part,
      [&](std::size_t r, std::size_t c, std::byte* to) {
        const auto sum = static_cast<double>(wrapping_sum(slicing, address(form, 4, r, c)));
        const double value =
            sum * static_cast<double>(rows[part.row + r]) * static_cast<double>(columns[part.column + c]);
        put(value, DType::kFloat64, dtype, to);
      },
      [&](const MutableView& view, const How& how) {
        dequantise_results(slicing.spans, cells, {rows, columns}, view, part, how);
      },
      threads);
}

TEST(Results, SlicesAreAddedInOrderAndRoundedOnceForEveryTypeFormAndPart) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const DType dtype = kAllTypes[random() % std::size(kAllTypes)];
    const Kind kind = kWritableKinds[random() % std::size(kWritableKinds)];
    const Extent size{any(random, 1, 40), any(random, 1, 200)};
    const Rectangle part = any_part(random, size.rows, size.columns);
    const std::size_t slices = any(random, 1, 5);
    for (const Form form : {Form{0, part.columns * 4 + random() % 9}, Form{4, part.rows + random() % 4}}) {
      check_floats(random, slices, form, dtype, kind, size, part, seed % 20 == 0);
      check_integers(random, slices, form, dtype, kind, size, part, seed % 20 == 0);
      check_dequantised(random, slices, form, dtype, kind, size, part, seed % 20 == 0);
    }
  }
}

TEST(Results, JoinsOfTheUsualTypes) {
  std::mt19937 random(7);
  for (const DType dtype : {DType::kFloat32, DType::kFloat16, DType::kInt32})
    for (const std::size_t columns : {1u, 7u, 8u, 9u, 64u, 65u, 130u})
      for (const Form form : {Form{0, columns * 4}, Form{4, 20}}) {
        const Extent size{18, columns};
        check_floats(random, 3, form, dtype, Kind::kDense, size, {0, 0, 18, columns});
        check_integers(random, 3, form, dtype, Kind::kDense, size, {0, 0, 18, columns});
        check_dequantised(random, 2, form, dtype, Kind::kDense, size, {0, 0, 18, columns});
      }
}

/// Joins slices of one number each into one number.
template <class Out>
Out joined(const std::vector<float>& terms, DType dtype) {
  std::vector<std::span<const std::byte>> slices;
  for (const float& term : terms) slices.push_back(std::as_bytes(std::span(&term, 1)));
  Out out{};
  const MutableView view{dtype, {1, 1}, {sizeof(Out), sizeof(Out)}, reinterpret_cast<std::byte*>(&out)};
  join_results(slices, row_major(DType::kFloat32, 4), view, {0, 0, 1, 1});
  return out;
}

TEST(Results, TheSumIsOneOfBinary64AndRoundsOnce) {
  // Adding in binary32 would lose the 1 beside 2^30 twice, before the big terms cancel.
  EXPECT_EQ(joined<float>({0x1p30f, 1, 1, -0x1p30f}, DType::kFloat32), 2.0f);
  // 2049 lies half-way between two fp16; the 2^-30 decides, and binary32 would not have kept it.
  EXPECT_EQ(joined<half>({2049, 0x1p-30f}, DType::kFloat16), half_from_double(2050));
  EXPECT_EQ(joined<half>({2049, -0x1p-30f}, DType::kFloat16), half_from_double(2048));
  EXPECT_EQ(joined<half>({2049}, DType::kFloat16), half_from_double(2048));
  EXPECT_EQ(std::bit_cast<std::uint32_t>(joined<float>({-0.0f, -0.0f}, DType::kFloat32)), 0x8000'0000u);
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(std::bit_cast<std::uint32_t>(joined<float>({infinity, -infinity}, DType::kFloat32)), 0x7fc0'0000u);
  EXPECT_EQ(joined<half>({infinity, -infinity}, DType::kFloat16).bits, 0x7e00);
  EXPECT_EQ(joined<float>({3e38f, 3e38f, -3e38f}, DType::kFloat32), 3e38f);
}

TEST(Results, NothingIsAllocated) {
  std::mt19937 random(9);
  for (const DType dtype : {DType::kFloat32, DType::kFloat16})
    for (const Kind kind : {Kind::kDense, Kind::kTransposed, Kind::kGaps})
      for (const Form form : {Form{0, 1200}, Form{4, 72}}) {
        Matrix matrix(dtype, kind, 70, 300);
        const MutableView view = matrix.writable();
        const Rectangle all{0, 0, 70, 300};
        std::vector<float> scales(300, 0.5f);
        const Slicing floats(random, DType::kFloat32, 2, cells_of(form, DType::kFloat32).bytes({70, 300}));
        const Slicing integers(random, DType::kInt32, 2, cells_of(form, DType::kInt32).bytes({70, 300}));
        const Cells float_cells = cells_of(form, DType::kFloat32), int_cells = cells_of(form, DType::kInt32);
        EXPECT_EQ(test::bytes_allocated_by([&] {
                    unpack_results(floats.spans[0], float_cells, view, all, kVectors);
                    join_results(floats.spans, float_cells, view, all, kVectors);
                    dequantise_results(integers.spans, int_cells, {scales, scales}, view, all, kVectors);
                  }),
                  0u);
      }
}

}  // namespace
}  // namespace mattock::layout
