#include "probe/floats.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/half.hpp"
#include "probe/product.hpp"
#include "probe/rounding.hpp"

namespace mattock::probe {
namespace {

constexpr plan::Types kToHalf{plan::Operand::kFp16, plan::Output::kFp16},
    kToFloat{plan::Operand::kFp16, plan::Output::kFp32};

/// Rows of A against one column B.
Result<Words> rows(Context& context, const plan::Types& types, const std::vector<std::vector<double>>& a,
                   const std::vector<double>& b) {
  Operands operands{{a.size(), b.size(), 1}, {}, b};
  for (const auto& row : a) operands.a.insert(operands.a.end(), row.begin(), row.end());
  return multiply(context.device, {types, {}, {}}, operands);
}

std::uint32_t half_bits(double value) { return half_from_double(value).bits; }

// --- Ties: fp16 numbers from 2048 to 4096 are the even ones --------------------------------------------------------

struct Pair {
  double large, small;
};
constexpr std::array kPairs{Pair{2048, 1},   Pair{2050, 1},   Pair{-2048, -1},   Pair{-2050, -1},
                            Pair{2048, 0.5}, Pair{2048, 1.5}, Pair{-2048, -0.5}, Pair{-2048, -1.5}};

// --- The order of sums: 2^24, 1 and -2^24, of which fp32 keeps the 1 only when the large ones met before -----------

constexpr double kLarge = 4096, kOne = 0x1p-12;  // times 4096: 2^24 and 1
constexpr std::size_t kSlice = 16;               // channels that an RK356x multiplies at once
constexpr std::array<std::array<double, 3>, 6> kOrders{{{kLarge, kOne, -kLarge},
                                                        {kLarge, -kLarge, kOne},
                                                        {kOne, kLarge, -kLarge},
                                                        {kOne, -kLarge, kLarge},
                                                        {-kLarge, kOne, kLarge},
                                                        {-kLarge, kLarge, kOne}}};

/// In neighbouring channels of a slice, the second on, then in three slices.
std::vector<std::vector<double>> orders() {
  std::vector<std::vector<double>> all;
  for (const auto& [first, step] : {std::pair{std::size_t{1}, std::size_t{1}}, std::pair{std::size_t{0}, kSlice}})
    for (const auto& order : kOrders) {
      std::vector<double> row(3 * kSlice);
      for (std::size_t i = 0; i < order.size(); ++i) row[first + i * step] = order[i];
      all.push_back(std::move(row));
    }
  return all;
}

using Products = std::vector<float>;

float one_by_one(const Products& products) {
  float sum = 0;
  for (const float product : products) sum += product;
  return sum;
}
float backwards(const Products& products) { return one_by_one({products.rbegin(), products.rend()}); }

double exactly(const Products& products) {
  double sum = 0;
  for (const float product : products) sum += static_cast<double>(product);
  return sum;
}
float wide(const Products& products) { return static_cast<float>(exactly(products)); }

template <class OfSlice>
float join_slices(const Products& products, const OfSlice& of_slice) {
  float sum = 0;
  for (auto at = products.begin(); at != products.end(); at += kSlice) sum += of_slice(Products(at, at + kSlice));
  return sum;
}
float wide_slices(const Products& products) { return join_slices(products, wide); }

float tree(Products products) {
  while (products.size() > 1) {
    for (std::size_t i = 0; i < products.size() / 2; ++i) products[i] = products[2 * i] + products[2 * i + 1];
    products.resize(products.size() / 2);
  }
  return products.front();
}
float tree_slices(const Products& products) { return join_slices(products, tree); }

}  // namespace

std::vector<Hypothesis> fp16_ties_hypotheses() {
  std::vector<Hypothesis> all;
  for (const Rounding& rounding : roundings()) {
    Hypothesis hypothesis{std::string(rounding.name), {}};
    for (const Pair& pair : kPairs)
      hypothesis.words.push_back(half_bits(2 * rounding.round((pair.large + pair.small) / 2)));
    all.push_back(std::move(hypothesis));
  }
  return all;
}

Result<Outcome> fp16_ties(Context& context) {
  std::vector<std::vector<double>> a;
  for (const Pair& pair : kPairs) a.push_back({pair.large, pair.small});
  const auto words = rows(context, kToHalf, a, {1, 1});
  if (!words) return propagate(words);
  return decide(fp16_ties_hypotheses(), *words);
}

std::vector<Hypothesis> fp16_overflow_hypotheses() {
  return {{"infinity", {0x7c00, 0xfc00, 0x7c00, 0x7bff}},
          {"the largest number, 65504", {0x7bff, 0xfbff, 0x7bff, 0x7bff}},
          {"infinity from 65504 on", {0x7c00, 0xfc00, 0x7c00, 0x7c00}}};
}

Result<Outcome> fp16_overflow(Context& context) {
  // 120000, -120000, 65528 (nearer to 65536), 65512 (nearer to 65504).
  const auto words = rows(context, kToHalf, {{60000, 0}, {-60000, 0}, {32752, 12}, {32752, 4}}, {2, 2});
  if (!words) return propagate(words);
  return decide(fp16_overflow_hypotheses(), *words);
}

std::vector<Hypothesis> fp16_subnormals_hypotheses() {
  // 2^-18 and 3 * 2^-22 as results; 2^-20 and 2^-15 as inputs, times 2^10.
  return {{"kept in inputs and results", {0x0040, 0x000c, 0x1400, 0x2800}},
          {"results become 0, inputs are kept", {0, 0, 0x1400, 0x2800}},
          {"inputs become 0, results are kept", {0x0040, 0x000c, 0, 0}},
          {"inputs and results become 0", {0, 0, 0, 0}}};
}

Result<Outcome> fp16_subnormals(Context& context) {
  const auto words = rows(context, kToHalf, {{0x1p-10, 0}, {0x3p-14, 0}, {0, 0x1p-20}, {0, 0x1p-15}}, {0x1p-8, 0x1p10});
  if (!words) return propagate(words);
  return decide(fp16_subnormals_hypotheses(), *words);
}

std::vector<Hypothesis> fp16_specials_hypotheses() {
  // Infinity, its negative, their sum, infinity times 0 and 2^-6; NaN, and NaN times 0.
  return {{"as IEEE 754; an invalid operation gives a negative NaN",
           {0x7c00, 0xfc00, 0xfe00, 0xfe00, 0x7c00, 0x7e00, 0x7e00}},
          {"as IEEE 754; an invalid operation gives a positive NaN",
           {0x7c00, 0xfc00, 0x7e00, 0x7e00, 0x7c00, 0x7e00, 0x7e00}},
          {"as IEEE 754; every NaN is 0x7fff", {0x7c00, 0xfc00, 0x7fff, 0x7fff, 0x7c00, 0x7fff, 0x7fff}},
          {"infinity reads as 65504, NaN as 0", {0x7bff, 0xfbff, 0, 0, 0x63ff, 0, 0}},
          {"the largest exponent is one as the others: infinity reads as 65536",
           {0x7c00, 0xfc00, 0, 0, 0x6400, 0x7c00, 0}}};
}

Result<Outcome> fp16_specials(Context& context) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const auto words = rows(context, kToHalf,
                          {{kInfinity, 0, 0, 0},
                           {-kInfinity, 0, 0, 0},
                           {kInfinity, -kInfinity, 0, 0},
                           {0, 0, kInfinity, 0},
                           {0, 0, 0, kInfinity},
                           {kNan, 0, 0, 0},
                           {0, 0, kNan, 0}},
                          {1, 1, 0, 0x1p-6});
  if (!words) return propagate(words);
  return decide(fp16_specials_hypotheses(), *words);
}

std::vector<Hypothesis> accumulation_order_hypotheses() {
  struct Way {
    const char* name;
    float (*sum)(const Products&);
  };
  constexpr std::array ways{Way{"wider than fp32 over all of K", wide},
                            Way{"fp32, one product after the other", one_by_one},
                            Way{"fp32, one product after the other from the last channel", backwards},
                            Way{"wide within a slice, fp32 from slice to slice", wide_slices},
                            Way{"fp32, neighbours first within a slice, then slice after slice", tree_slices}};
  std::vector<Hypothesis> all;
  for (const Way& way : ways) {
    Hypothesis hypothesis{way.name, {}};
    for (const auto& row : orders()) {
      Products products;
      for (const double factor : row) products.push_back(static_cast<float>(factor * kLarge));
      hypothesis.words.push_back(bits_of(way.sum(products)));
    }
    all.push_back(std::move(hypothesis));
  }
  return all;
}

Result<Outcome> accumulation_order(Context& context) {
  const auto words = rows(context, kToFloat, orders(), std::vector<double>(3 * kSlice, kLarge));
  if (!words) return propagate(words);
  return decide(accumulation_order_hypotheses(), *words);
}

}  // namespace mattock::probe
