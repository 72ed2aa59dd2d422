// Products beyond what one task takes: just below, at and above each limit, against the reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "container/reader.hpp"
#include "convert/convert.hpp"
#include "convert/onnx_runs.hpp"
#include "onnx/reader.hpp"
#include "reference/reference.hpp"
#include "session/session.hpp"
#include "support/device.hpp"

namespace mattock {
namespace {

struct Limit {
  std::int64_t m, k, n;
  bool constant;
};
struct Counts {
  std::size_t products = 0, joins = 0;  ///< nodes
};

/// A[m, k] x B[k, n], plus a row, ReLU.
test::Model layer(const Limit& limit) {
  test::Model model;
  std::mt19937_64 random(7);
  const auto numbers = [&](std::int64_t count) {
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = (static_cast<float>(random() % 65) - 32) / 64;
    return values;
  };
  model.input("a", {limit.m, limit.k}).output("c");
  if (limit.constant)
    model.floats("b", {limit.k, limit.n}, numbers(limit.k * limit.n));
  else
    model.input("b", {limit.k, limit.n});
  model.floats("row", {limit.n}, numbers(limit.n));
  model.node("MatMul", {"a", "b"}, "p");
  model.node("Add", {"p", "row"}, "s");
  model.node("Relu", {"s"}, "c");
  return model;
}

/// Converts, runs and compares within `steps` fp16 steps of the largest number.
Counts run(const Limit& limit, double steps) {
  const std::string bytes = layer(limit).bytes();
  const auto made = convert::convert(std::as_bytes(std::span(bytes)), {}, {});
  EXPECT_TRUE(made) << to_string(made.error());
  Device device = test::open_device();
  Session session = Session::load(device, container::parse_model(made->file).value()).value();
  std::vector<Array> inputs;
  std::mt19937_64 random(8);
  for (const TensorInfo& input : session.inputs()) {
    inputs.push_back(Array::zeros(DType::kFloat32, input.shape));
    for (std::size_t i = 0; i < inputs.back().size(); ++i)
      set_element(inputs.back(), i, (static_cast<double>(random() % 65) - 32) / 32);
  }
  const auto graph = onnx::read_graph(std::as_bytes(std::span(bytes)), {}).value();
  const Array expected = reference::evaluate(graph, inputs).value().front();
  const auto found = session.run(inputs);
  EXPECT_TRUE(found) << to_string(found.error());
  if (!found) return {};
  double largest = 0, apart = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double wanted = element_as_double(expected, i);
    largest = std::max(largest, std::abs(wanted));
    apart = std::max(apart, std::abs(element_as_double(found->outputs[0].values, i) - wanted));
  }
  EXPECT_LE(apart, steps * std::exp2(std::floor(std::log2(largest)) - 10));
  Counts counts;
  for (const container::Node& node : session.model().nodes) {
    counts.products += node.op.starts_with("Conv") || node.op == "exMatMul" ? 1U : 0U;
    counts.joins += node.op == "Concat" ? 1U : 0U;
  }
  return counts;
}

// A row of one pixel is a line of at most 2,047 atoms, of which whole slices are taken. Of two inputs the row is a
// kernel.
TEST(Limits, LongSumsOfOneRowAreInParts) {
  EXPECT_EQ(run({1, 8176, 9, true}, 1).products, 1u);
  EXPECT_EQ(run({1, 8177, 9, true}, 1.5).products, 2u);
  EXPECT_EQ(run({1, 8177, 9, false}, 1).products, 1u);
  EXPECT_EQ(run({1, 8193, 9, false}, 1.5).products, 2u);
}

TEST(Limits, LongSumsAreInParts) {
  for (const bool constant : {true, false}) {
    EXPECT_EQ(run({3, 8191, 9, constant}, 1).products, 1u);
    EXPECT_EQ(run({3, 8192, 9, constant}, 1).products, 1u);
    EXPECT_EQ(run({3, 8193, 9, constant}, 1.5).products, 2u);
    EXPECT_EQ(run({3, 16'385, 9, constant}, 2).products, 3u);
  }
  EXPECT_EQ(run({2, 8193, 1, false}, 1.5).products, 2u);
}

TEST(Limits, WideResultsAreInPanels) {
  for (const bool constant : {true, false}) {
    EXPECT_EQ(run({2, 5, 32'767, constant}, 1).joins, 0u);
    EXPECT_EQ(run({2, 5, 32'768, constant}, 1).joins, 0u);
    const Counts wide = run({2, 5, 32'769, constant}, 1);
    EXPECT_EQ(wide.joins, 1u);
    EXPECT_EQ(wide.products, 2u);
    EXPECT_EQ(run({1, 5, 32'769, constant}, 1).joins, 0u) << "nothing lies behind one row";
  }
  EXPECT_EQ(run({2, 20, 65'537, false}, 1).products, 3u);
}

}  // namespace
}  // namespace mattock
