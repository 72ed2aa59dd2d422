// Whole networks: a perceptron and a feed-forward block run in tasks of the NPU, a task for each layer.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "convert/assemble.hpp"
#include "convert/pack.hpp"
#include "reference/reference.hpp"
#include "session/session.hpp"
#include "support/device.hpp"

namespace mattock {
namespace {

using graph::Graph;
using graph::TensorId;

struct Network {
  Graph graph;
  std::mt19937_64 random{5};

  TensorId tensor(const Shape& shape) {
    graph.tensors.push_back({fmt::format("t{}", graph.tensors.size()), DType::kFloat32, shape, {}, {}});
    return graph.tensors.size() - 1;
  }
  TensorId constant(const Shape& shape) {
    const TensorId id = tensor(shape);
    Array array = Array::zeros(DType::kFloat32, shape);
    for (std::size_t i = 0; i < array.size(); ++i)
      set_element(array, i, (static_cast<double>(random() % 65) - 32) / 512);
    graph.tensors[id].constant = std::move(array);
    return id;
  }
  TensorId node(graph::Op op, std::vector<TensorId> inputs, const Shape& shape) {
    const TensorId out = tensor(shape);
    graph.nodes.push_back({fmt::format("n{}", out), std::move(op), std::move(inputs), {out}, {}});
    return out;
  }
  TensorId layer(TensorId x, std::int64_t columns) {
    const Shape in = graph.tensors[x].shape;
    const TensorId product = node(graph::MatMul{}, {x, constant({in[1], columns})}, {in[0], columns});
    return node(graph::Add{}, {product, constant({columns})}, {in[0], columns});
  }
  TensorId relu(TensorId x) { return node(graph::Relu{}, {x}, graph.tensors[x].shape); }
};

/// Converts, runs and compares within a fp16 step of the largest number; gives the model for further looks.
container::Model run_and_compare(Network& network) {
  const hw::Chip& chip = *hw::find_chip("rk3566");
  auto module = lower::lower(network.graph, chip);
  EXPECT_TRUE(module.has_value()) << module.error().message;
  EXPECT_TRUE(convert::pack_kernels(*module, chip).has_value());
  auto model = convert::assemble(*module, chip);
  EXPECT_TRUE(model.has_value()) << model.error().message;
  Device device = test::open_device();
  auto session = Session::load(device, *model);
  EXPECT_TRUE(session.has_value()) << session.error().message;
  Array input = Array::zeros(DType::kFloat32, network.graph.tensors[network.graph.inputs[0]].shape);
  for (std::size_t i = 0; i < input.size(); ++i)
    set_element(input, i, (static_cast<double>(network.random() % 65) - 32) / 32);
  const std::vector<Array> inputs{input};
  const auto expected = reference::evaluate(network.graph, inputs);
  const auto got = session->run(inputs);
  EXPECT_TRUE(got.has_value()) << got.error().message;
  if (!got) return *model;
  double peak = 0;
  for (std::size_t i = 0; i < expected->front().size(); ++i)
    peak = std::max(peak, std::abs(element_as_double(expected->front(), i)));
  const double step = std::exp2(std::floor(std::log2(peak)) - 10);
  for (std::size_t i = 0; i < expected->front().size(); ++i)
    EXPECT_NEAR(element_as_double(got->outputs[0].values, i), element_as_double(expected->front(), i), step) << i;
  return *model;
}

std::size_t host_nodes(const container::Model& model) {
  std::size_t count = 0;
  for (const container::Node& node : model.nodes)
    if (node.engine == container::Engine::kHost && !node.op.ends_with("Operator")) ++count;
  return count;
}

class Batches : public testing::TestWithParam<std::int64_t> {};

TEST_P(Batches, PerceptronIsOneTaskALayer) {
  Network network;
  const TensorId x = network.tensor({GetParam(), 784});
  network.graph.inputs = {x};
  network.graph.outputs = {network.layer(network.relu(network.layer(network.relu(network.layer(x, 256)), 64)), 10)};
  const container::Model model = run_and_compare(network);
  EXPECT_EQ(model.program.tasks.size(), 3u);
  EXPECT_EQ(host_nodes(model), GetParam() == 1 ? 0u : 1u) << "a Reshape drops the padded columns";
}

TEST_P(Batches, FeedForwardBlockTakesItsResidualAlong) {
  Network network;
  const TensorId x = network.tensor({GetParam(), 64});
  network.graph.inputs = {x};
  const TensorId inner = network.layer(network.relu(network.layer(x, 256)), 64);
  network.graph.outputs = {network.node(graph::Add{}, {inner, x}, {GetParam(), 64})};
  const container::Model model = run_and_compare(network);
  EXPECT_EQ(model.program.tasks.size(), 2u);
  EXPECT_EQ(host_nodes(model), 0u);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Batches, testing::Values(1, 4, 32));

TEST(Networks, AResidualNarrowerThanAStepIsReadInsideItsBuffer) {
  Network network;
  const TensorId x = network.tensor({512, 4});  // a whole page: the last row's second step lies beyond
  network.graph.inputs = {x};
  network.graph.outputs = {network.node(graph::Add{}, {network.layer(x, 4), x}, {512, 4})};
  run_and_compare(network);
}

TEST(Networks, ALongInnerDimensionIsNotSplit) {
  Network network;
  const TensorId x = network.tensor({4, 3200});
  network.graph.inputs = {x};
  network.graph.outputs = {network.layer(x, 8)};
  EXPECT_EQ(run_and_compare(network).program.tasks.size(), 1u);
}

TEST(Networks, AFactorThatFp16DoesNotHoldBecomesTwo) {
  for (const bool divides : {false, true}) {
    Network network;
    const TensorId x = network.tensor({3, 5});
    network.graph.inputs = {x};
    const TensorId product = network.node(graph::MatMul{}, {x, network.constant({5, 7})}, {3, 7});
    const TensorId factor = network.constant({});
    set_element(*network.graph.tensors[factor].constant, 0, divides ? 1e-5 : 1e5);
    const graph::Op op = divides ? graph::Op{graph::Div{}} : graph::Op{graph::Mul{}};
    network.graph.outputs = {network.node(op, {product, factor}, {3, 7})};
    EXPECT_EQ(run_and_compare(network).program.tasks.size(), 1u);
  }
}

TEST(Networks, AWeightBeyondFp16IsRefused) {
  Network network;
  const TensorId x = network.tensor({3, 5});
  network.graph.inputs = {x};
  const TensorId weights = network.constant({5, 7});
  const hw::Chip& chip = *hw::find_chip("rk3566");
  set_element(*network.graph.tensors[weights].constant, 34, -65519);
  network.graph.outputs = {network.node(graph::MatMul{}, {x, weights}, {3, 7})};
  const std::string name = network.graph.nodes.back().name;
  EXPECT_TRUE(lower::lower(network.graph, chip).has_value());
  set_element(*network.graph.tensors[weights].constant, 34, -65520);
  const auto module = lower::lower(network.graph, chip);
  ASSERT_FALSE(module.has_value());
  EXPECT_EQ(module.error().code, Code::kUnsupported);
  EXPECT_NE(module.error().message.find(name), std::string::npos);
  EXPECT_NE(module.error().message.find("65504"), std::string::npos);
}

TEST(Networks, AConstantBeyondFp16IsRefused) {
  Network network;
  const TensorId x = network.tensor({3, 5});
  network.graph.inputs = {x};
  const TensorId map = network.constant({3, 5});
  set_element(*network.graph.tensors[map].constant, 4, 1e6);
  network.graph.outputs = {network.node(graph::Mul{}, {x, map}, {3, 5})};
  EXPECT_FALSE(lower::lower(network.graph, *hw::find_chip("rk3566")).has_value());
}

/// Weights beyond fp16, with an Add and a ReLU behind that the task would take; good; an addend that is no number.
TEST(Networks, AllNodesThatCannotBeLoweredAreToldAtOnce) {
  const double infinite = std::numeric_limits<double>::infinity();
  Network network;
  const TensorId x = network.tensor({2, 9});
  network.graph.inputs = {x};
  const TensorId good = network.layer(network.relu(network.layer(x, 8)), 8);
  network.graph.outputs = {network.layer(good, 12), good};
  const auto spoil = [&](std::size_t node, double value) {
    const TensorId id = network.graph.nodes[node].inputs[1];
    set_element(*network.graph.tensors[id].constant, 3, value);
  };
  spoil(0, 1e6);
  spoil(6, -infinite);
  for (const char* name : {"rk3566", "rk3568"}) {
    const hw::Chip& chip = *hw::find_chip(name);
    const auto found = lower::refusals(network.graph, chip);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].node, network.graph.nodes[0].name);
    EXPECT_EQ(found[0].op, "MatMul");
    EXPECT_EQ(found[0].error.message, "element 3 of the weights 't1' is 1000000; fp16 holds numbers up to 65504");
    EXPECT_EQ(found[1].node, network.graph.nodes[6].name);
    for (const lower::Refusal& refusal : found) {
      EXPECT_EQ(refusal.error.where, "");
      EXPECT_NE(refusal.error.hint, "");
    }
    EXPECT_FALSE(lower::lower(network.graph, chip));
  }
}

TEST(Networks, NothingIsToldOfAGraphThatCanBeLowered) {
  Network network;
  const TensorId x = network.tensor({2, 9});
  network.graph.inputs = {x};
  network.graph.outputs = {network.layer(network.relu(network.layer(x, 8)), 12)};
  EXPECT_TRUE(lower::refusals(network.graph, *hw::find_chip("rk3566")).empty());
  EXPECT_TRUE(lower::lower(network.graph, *hw::find_chip("rk3566")));
}

}  // namespace
}  // namespace mattock
