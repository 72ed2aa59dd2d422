// A run that repeats an earlier one allocates nothing, whatever its form, on any number of the emulator's threads.
#include "support/allocations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <barrier>
#include <ostream>
#include <random>
#include <string>
#include <thread>

#include "base/half.hpp"
#include "matmul/matmul.hpp"

namespace mattock::test {
namespace {

using plan::Operand;
using plan::Output;

constexpr int kWarmUps = 2, kRuns = 3;

struct Case {
  std::string name;
  MatmulSpec spec;
  DType a_type = DType::kFloat16;
  bool a_transposed = false, c_transposed = false;
  std::size_t gap = 0;  ///< elements behind each row of A and C
  double scale = 1;     ///< of A

  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

const std::array kCases{
    Case{"FloatToFp32", {.m = 65, .k = 515, .n = 97}},
    Case{"FloatToFp16", {.m = 33, .k = 70, .n = 50, .types = {Operand::kFp16, Output::kFp16}}},
    Case{"IntegerSums", {.m = 65, .k = 515, .n = 97, .types = {Operand::kInt8, Output::kInt32}}, DType::kInt8},
    Case{"IntegerRecords",
         {.m = 40,
          .k = 300,
          .n = 90,
          .types = {Operand::kInt8, Output::kInt8},
          .requantisation = {.a_zero_point = 3, .b_zero_point = {-5}, .c_scale = 1000}},
         DType::kInt8},
    Case{"InnerDimensionInParts", {.m = 3, .k = 20000, .n = 20}},
    Case{"IntegersInParts", {.m = 3, .k = 40000, .n = 20, .types = {Operand::kInt8, Output::kInt32}}, DType::kInt8},
    Case{"PartsToNarrowIntegers",
         {.m = 3,
          .k = 20000,
          .n = 20,
          .types = {Operand::kInt8, Output::kInt8},
          .requantisation = {.a_zero_point = 3, .b_zero_point = {-5}, .c_scale = 20000}},
         DType::kInt8},
    Case{"PartsThatTheNpuJoins", {.m = 3, .k = 20000, .n = 20, .options = {.allow_assumed = true}}},
    Case{"OnePixel", {.m = 1, .k = 700, .n = 300}},
    Case{"SwappedRoles", {.m = 900, .k = 40, .n = 1}},
    Case{.name = "SwappedRolesFromTransposed", .spec = {.m = 900, .k = 40, .n = 1}, .a_transposed = true},
    Case{.name = "TransposedOfAnotherType",
         .spec = {.m = 20, .k = 130, .n = 70},
         .a_type = DType::kFloat64,
         .a_transposed = true,
         .c_transposed = true},
    Case{.name = "RowsWithGaps", .spec = {.m = 20, .k = 130, .n = 70}, .a_type = DType::kFloat32, .gap = 3},
    Case{.name = "NumericEvents",
         .spec = {.m = 9, .k = 5, .n = 20, .types = {Operand::kFp16, Output::kFp16}},
         .scale = 0x1p-18},
    Case{"ManyTasks", {.m = 300, .k = 1024, .n = 400}},
    Case{"PackedByThreads", {.m = 2048, .k = 1100, .n = 8}},
};

/// A matrix in its own memory, and a view of it.
struct Matrix {
  Array array;
  MutableView view;

  Matrix(DType dtype, std::size_t rows, std::size_t columns, bool transposed, std::size_t gap) {
    const auto r = static_cast<std::int64_t>(rows), c = static_cast<std::int64_t>(columns);
    const auto behind = static_cast<std::int64_t>(gap);
    array = Array::zeros(dtype, transposed ? Shape{c, r + behind} : Shape{r, c + behind});
    view = view_of(array);
    if (transposed) std::swap(view.strides[0], view.strides[1]);
    view.shape = {r, c};
  }
  void fill(double scale, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> numbers(-100, 100);
    for (std::size_t i = 0; i < array.size(); ++i) set_element(array, i, numbers(random) * scale);
  }
};

/// A product ready to run, with its operands.
struct Product {
  Matmul matmul;
  Matrix a, c;
  ArrayView a_view;

  Product(Device& device, const Case& one)
      : matmul(Matmul::create(device, one.spec).value()),
        a(one.a_type, one.spec.m, one.spec.k, one.a_transposed, one.gap),
        c(dtype_of(one.spec.types.output), one.spec.m, one.spec.n, one.c_transposed, one.gap) {
    const bool integer = one.spec.types.operand == Operand::kInt8;
    Matrix b(integer ? DType::kInt8 : DType::kFloat16, one.spec.k, one.spec.n, false, 0);
    a.fill(one.scale, 1);
    b.fill(integer ? 1 : 0x1p-6, 2);
    a_view = a.view;
    EXPECT_TRUE(matmul.set_b(b.view));
  }
  bool run() { return matmul.run(a_view, c.view).has_value(); }
};

class Allocations : public testing::TestWithParam<std::tuple<Case, unsigned>> {};

TEST_P(Allocations, ThereAreNoneInARunLikeTheOneBefore) {
  const auto& [one, threads] = GetParam();
  Device device = Device::open("emulator", {.threads = threads}).value();
  Product product(device, one);
  for (int i = 0; i < kWarmUps; ++i) ASSERT_TRUE(product.run());
  const std::vector<std::byte> expected = product.c.array.data;
  for (int i = 0; i < kRuns; ++i) {
    std::ranges::fill(product.c.array.data, std::byte{0});
    bool done = false;
    EXPECT_EQ(allocations_during([&] { done = product.run(); }), 0u) << "run " << i;
    EXPECT_TRUE(done);
    EXPECT_EQ(product.c.array.data, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, Allocations, testing::Combine(testing::ValuesIn(kCases), testing::Values(1u, 3u)),
                         [](const auto& parameters) {
                           return std::get<0>(parameters.param).name + "On" +
                                  std::to_string(std::get<1>(parameters.param));
                         });

const Case& case_of(std::string_view name) { return *std::ranges::find(kCases, name, &Case::name); }

TEST(AllocationCases, AreWhatTheirNamesSay) {
  Device device = Device::open("emulator").value();
  const auto plan_of = [&](std::string_view name) { return Product(device, case_of(name)).matmul.plan(); };
  EXPECT_GT(plan_of("InnerDimensionInParts").parts.size(), 1u);
  EXPECT_GT(plan_of("IntegersInParts").parts.size(), 1u);
  EXPECT_TRUE(plan_of("OnePixel").one_pixel);
  EXPECT_TRUE(plan_of("SwappedRoles").swapped);
  EXPECT_TRUE(plan_of("IntegerRecords").requantises());
  EXPECT_GT(plan_of("ManyTasks").cost.tasks, 1u);
  Product eventful(device, case_of("NumericEvents"));
  ASSERT_TRUE(eventful.run());
  EXPECT_FALSE(eventful.matmul.reports().front().events.empty());
}

TEST(AllocationCounter, Counts) {
  Device device = Device::open("emulator").value();
  const Case& one = case_of("FloatToFp32");
  EXPECT_GT(allocations_during([&] { EXPECT_TRUE(Matmul::create(device, one.spec)); }), 0u);
  Product product(device, one);
  EXPECT_GT(allocations_during([&] { EXPECT_TRUE(product.run()); }), 0u);  // the first one
}

// Each thread has a product; they take turns on the device and its memory. None is made or goes away while they are
// counted: buffers that come and go make the device check its programs again.
TEST(AllocationsOfThreads, ThereAreNoneWhereSeveralShareADevice) {
  Device device = Device::open("emulator", {.threads = 2}).value();
  std::barrier together(2);
  const auto work = [&](const Case& one, std::size_t& bytes) {
    Product product(device, one);
    together.arrive_and_wait();
    for (int i = 0; i < kWarmUps; ++i) EXPECT_TRUE(product.run());
    const std::vector<std::byte> expected = product.c.array.data;
    together.arrive_and_wait();
    bytes = bytes_allocated_by([&] {
      for (int i = 0; i < kRuns; ++i) EXPECT_TRUE(product.run());
    });
    together.arrive_and_wait();
    EXPECT_EQ(product.c.array.data, expected);
  };
  std::array<std::size_t, 2> bytes{1, 1};
  std::thread other([&] { work(case_of("RowsWithGaps"), bytes[1]); });
  work(case_of("FloatToFp32"), bytes[0]);
  other.join();
  EXPECT_EQ(bytes[0], 0u);
  EXPECT_EQ(bytes[1], 0u);
}

}  // namespace
}  // namespace mattock::test
