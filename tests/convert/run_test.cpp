// Models made of lowered graphs run in a session on the emulator, and give the numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "container/reader.hpp"
#include "container/writer.hpp"
#include "convert/assemble.hpp"
#include "convert/module.hpp"
#include "convert/onnx_runs.hpp"
#include "session/session.hpp"
#include "support/device.hpp"

namespace mattock::convert {
namespace {

using test::kInner;
using test::kRows;

std::vector<double> input_numbers() {
  std::vector<double> numbers(kRows * kInner, 0);
  for (std::size_t i = 0; i < numbers.size(); i += 5) numbers[i] = i % 2 == 0 ? 1 : -1;
  return numbers;
}

void multiply(std::vector<double>& rows, const std::vector<double>& square) {
  std::vector<double> product(rows.size(), 0);
  for (std::size_t r = 0; r < kRows; ++r)
    for (std::size_t c = 0; c < kInner; ++c)
      for (std::size_t k = 0; k < kInner; ++k) product[r * kInner + c] += rows[r * kInner + k] * square[k * kInner + c];
  rows = std::move(product);
}

void normalise(std::vector<double>& rows) {
  for (std::size_t r = 0; r < kRows; ++r) {
    double sum = 0;
    for (std::size_t c = 0; c < kInner; ++c) sum += std::exp(rows[r * kInner + c]);
    for (std::size_t c = 0; c < kInner; ++c) rows[r * kInner + c] = std::exp(rows[r * kInner + c]) / sum;
  }
}

/// What chain_module(kinds) means, in double.
std::vector<double> expected(const std::string& kinds) {
  std::vector<double> rows = input_numbers();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == 'p') multiply(rows, test::square_numbers(i));
    if (kinds[i] == 's') normalise(rows);
  }
  return rows;
}

struct Outcome {
  std::vector<double> numbers;
  std::vector<std::size_t> submits;  ///< tasks of each
};

Outcome run(const std::string& kinds) {
  auto module = test::chain_module(kinds);
  const auto file = container::write_model(assemble(module, test::chip()).value()).value();
  Device device = test::open_device();
  Session session = Session::load(device, container::parse_model(file).value()).value();
  Array input = Array::zeros(DType::kFloat32, {kRows, kInner});
  const auto numbers = input_numbers();
  for (std::size_t i = 0; i < numbers.size(); ++i) set_element(input, i, numbers[i]);
  const auto result = session.run(std::vector{input});
  EXPECT_TRUE(result) << kinds << ": " << to_string(result.error());
  Outcome outcome;
  if (!result) return outcome;
  const Array& values = result->outputs[0].values;
  for (std::size_t i = 0; i < values.size(); ++i) outcome.numbers.push_back(element_as_double(values, i));
  for (const SubmitRecord& submit : result->submits) outcome.submits.push_back(submit.tasks.count);
  return outcome;
}

TEST(Run, ProductsAreExact) {
  for (const char* kinds : {"p", "pp", "php"}) {
    const auto numbers = expected(kinds);
    ASSERT_LE(std::abs(*std::ranges::max_element(numbers, {}, [](double x) { return std::abs(x); })), 2048);
    EXPECT_EQ(run(kinds).numbers, numbers) << kinds;
  }
}

TEST(Run, NodesOfTheHostStandBetweenSubmits) {
  EXPECT_EQ(run("pp").submits, (std::vector<std::size_t>{2}));
  EXPECT_EQ(run("pphhp").submits, (std::vector<std::size_t>{2, 1}));
  EXPECT_EQ(run("hpp").submits, (std::vector<std::size_t>{2}));
}

TEST(Run, SoftmaxTakesItsAxisFromTheFile) {
  const auto numbers = expected("psh"), got = run("psh").numbers;
  ASSERT_EQ(got.size(), numbers.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], numbers[i], 1e-3 * numbers[i] + 1e-7) << i;
}

// A batch of 4,200 products of [2, 4] by [4, 2], a task each: the chip's counter ends at 4,095.
TEST(Run, MoreTasksThanASubmitTakesAreSeveralSubmits) {
  constexpr std::int64_t kBatch = 4200, kInnerSize = 4, kSize = 2;
  test::Model model;
  model.input("a", {kBatch, kSize, kInnerSize}).input("b", {kBatch, kInnerSize, kSize}).output("c");
  model.node("MatMul", {"a", "b"}, "h");
  model.node("Relu", {"h"}, "c");
  std::vector<double> a, b, expected;
  for (std::int64_t i = 0; i < kBatch * kSize * kInnerSize; ++i) {
    a.push_back(static_cast<double>(i % 7) - 3);
    b.push_back(static_cast<double>(i % 11) - 5);
  }
  for (std::int64_t m = 0; m < kBatch; ++m)
    for (std::int64_t row = 0; row < kSize; ++row)
      for (std::int64_t column = 0; column < kSize; ++column) {
        double sum = 0;
        for (std::int64_t k = 0; k < kInnerSize; ++k)
          sum += a[static_cast<std::size_t>((m * kSize + row) * kInnerSize + k)] *
                 b[static_cast<std::size_t>((m * kInnerSize + k) * kSize + column)];
        expected.push_back(std::max(sum, 0.0));
      }
  EXPECT_EQ(test::run_converted(model, {a, b}), expected);
}

// The node is in two submits; its result is kept once, when it is whole.
TEST(Run, ANodeInTwoSubmitsIsOneLayer) {
  test::Model model;
  model.input("a", {4200, 1, 4}).input("b", {4200, 4, 8}).output("c");
  model.node("MatMul", {"a", "b"}, "c");
  const auto made = test::converted(model);
  ASSERT_TRUE(made) << to_string(made.error());
  Device device = test::open_device();
  Session session = Session::load(device, container::parse_model(made->file).value()).value();
  std::vector<Array> inputs;
  for (const TensorInfo& input : session.inputs())
    inputs.push_back(test::floats(input.shape, std::vector<double>(element_count(input.shape), 1)));
  const auto result = session.run(inputs, {.keep_layers = true}).value();
  EXPECT_GT(result.submits.size(), 1U);
  std::set<std::pair<std::size_t, std::size_t>> seen;
  for (const Layer& layer : result.layers) EXPECT_TRUE(seen.insert({layer.node, layer.tensor}).second) << layer.node;
}

}  // namespace
}  // namespace mattock::convert
