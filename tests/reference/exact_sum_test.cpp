// The reference's product against exact rational sums. A binary16 number is an integer times 2^-24, so a
// product is an integer times 2^-48 below 2^80, and sums of thousands of them fit 128 bits exactly.
//
// What can be proved of a sequential binary64 sum of n exact products: its error is at most
// (n - 1) * 2^-53 * sum |product| / (1 - n * 2^-53). So the result rounded to binary16 equals the correctly
// rounded exact sum unless a rounding boundary lies within that error of the exact sum.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "build.hpp"

namespace mattock::test {
namespace {

__extension__ typedef __int128 Int128;

constexpr std::size_t kRows = 25, kDepth = 187, kColumns = 40;  // 1,000 elements, not square
static_assert(kRows * kColumns == 1000);

std::int64_t half_as_integer(double value) { return static_cast<std::int64_t>(std::ldexp(value, 24)); }

Int128 magnitude(Int128 value) { return value < 0 ? -value : value; }

/// Correctly rounded to binary16: the exact sum / 2^48, by integer division.
double round_exact(Int128 sum) {
  Int128 unit = Int128{1} << 24;  // 2^-24, the smallest step of binary16
  while (magnitude(sum) / unit >= 2048) unit *= 2;
  Int128 steps = magnitude(sum) / unit;
  const Int128 rest = magnitude(sum) % unit;
  if (rest * 2 > unit || (rest * 2 == unit && steps % 2 == 1)) ++steps;
  const double value = std::ldexp(static_cast<double>(steps) * static_cast<double>(unit), -48);
  const double limited = value >= 65520 ? INFINITY : value;
  return sum < 0 ? -limited : limited;
}

/// Distance of the exact sum to the nearest boundary between two binary16 results, in 2^-49.
Int128 distance_to_boundary(Int128 sum) {
  const Int128 twice = magnitude(sum) * 2;
  Int128 unit = Int128{1} << 24;
  while (magnitude(sum) / unit >= 2048) unit *= 2;
  const Int128 rest = (twice + unit) % (unit * 2);  // boundaries lie at odd multiples of unit / 2
  return std::min(rest, unit * 2 - rest);
}

struct Exact {
  Int128 sum = 0, magnitudes = 0;
};

Exact exact_dot(const Array& a, const Array& b, std::size_t row, std::size_t column) {
  Exact exact;
  for (std::size_t k = 0; k < kDepth; ++k) {
    const Int128 product = static_cast<Int128>(half_as_integer(element_as_double(a, row * kDepth + k))) *
                           half_as_integer(element_as_double(b, k * kColumns + column));
    exact.sum += product;
    exact.magnitudes += magnitude(product);
  }
  return exact;
}

double uniform(std::mt19937_64& random) { return std::uniform_real_distribution<>(-2, 2)(random); }
double normal(std::mt19937_64& random) { return std::normal_distribution<>()(random); }
double spread(std::mt19937_64& random) {
  const double magnitude = std::exp2(std::uniform_real_distribution<>(-7, 7)(random));
  return random() % 2 == 0 ? magnitude : -magnitude;
}

struct Inputs {
  const char* name;
  double (*draw)(std::mt19937_64&);
};

class ExactSum : public testing::TestWithParam<Inputs> {
 protected:
  void SetUp() override {
    std::mt19937_64 random(20240607);
    RecordProperty("seed", 20240607);
    a_ = Array::zeros(DType::kFloat16, {kRows, kDepth});
    b_ = Array::zeros(DType::kFloat16, {kDepth, kColumns});
    for (std::size_t i = 0; i < a_.size(); ++i) set_element(a_, i, GetParam().draw(random));
    for (std::size_t i = 0; i < b_.size(); ++i) set_element(b_, i, GetParam().draw(random));
  }
  Array product(DType dtype) const {
    return run(single(graph::MatMul{}, {{a_, {}}, {b_, {}}}, dtype, {kRows, kColumns}));
  }
  Array a_, b_;
};

TEST_P(ExactSum, the_binary64_sum_stays_within_the_proved_bound) {
  const Array sums = product(DType::kFloat64);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const Exact exact = exact_dot(a_, b_, i / kColumns, i % kColumns);
    // The sum in units of 2^-48 is a whole number: every partial sum is a multiple of the unit or larger steps.
    const double in_units = std::ldexp(element_as_double(sums, i), 48);
    ASSERT_EQ(in_units, std::floor(in_units));
    const Int128 error = magnitude(static_cast<Int128>(in_units) - exact.sum);
    const Int128 bound = (exact.magnitudes * kDepth) >> 53;  // kDepth for kDepth - 1 covers the denominator
    EXPECT_LE(error, bound) << "element " << i;
  }
}

TEST_P(ExactSum, binary16_results_are_the_rounded_exact_sums_where_the_bound_decides) {
  const Array halves = product(DType::kFloat16);
  std::size_t undecided = 0;
  std::size_t different = 0;
  for (std::size_t i = 0; i < halves.size(); ++i) {
    const Exact exact = exact_dot(a_, b_, i / kColumns, i % kColumns);
    const Int128 bound = (exact.magnitudes * kDepth) >> 53;
    const bool decided = distance_to_boundary(exact.sum) > 2 * bound;
    const bool equal = element_as_double(halves, i) == round_exact(exact.sum);
    if (!decided) ++undecided;
    if (!equal) ++different;
    EXPECT_TRUE(equal || !decided) << "element " << i;
  }
  RecordProperty("undecided", std::to_string(undecided));
  RecordProperty("different", std::to_string(different));
  EXPECT_LE(undecided, 10u) << "the bound must decide nearly every element, or this test shows nothing";
}

INSTANTIATE_TEST_SUITE_P(Inputs, ExactSum,
                         testing::Values(Inputs{"uniform", uniform}, Inputs{"normal", normal},
                                         Inputs{"spread", spread}),
                         [](const auto& inputs) { return std::string(inputs.param.name); });

TEST(ExactSum, a_tie_of_the_exact_sum_goes_to_even) {
  const auto sum = [](std::vector<double> terms) {
    const auto k = static_cast<std::int64_t>(terms.size());
    const Array a = array_of(DType::kFloat16, {1, k}, terms);
    const Array b = array_of(DType::kFloat16, {k, 1}, std::vector<double>(terms.size(), 1.0));
    return numbers(run(single(graph::MatMul{}, {{a, {}}, {b, {}}}, DType::kFloat16, {1, 1})))[0];
  };
  EXPECT_EQ(sum({2048, 1}), 2048);
  EXPECT_EQ(sum({2050, 1}), 2052);
  EXPECT_EQ(sum({-2048, -1}), -2048);
  EXPECT_EQ(sum({-2050, -1}), -2052);
  EXPECT_EQ(sum({2048, 1, std::ldexp(1.0, -24)}), 2050);  // above the tie by less than binary32 holds
  EXPECT_EQ(sum({60000, 60000}), INFINITY);
}

}  // namespace
}  // namespace mattock::test
