// Products of two inputs on the emulated chip against the reference, bit for bit: thousands of input pairs of
// three kinds. Every pair runs on a fresh device, whose memory holds NaN patterns wherever nobody wrote, so a
// product that reads a lane it should not shows it.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <random>

#include "container/reader.hpp"
#include "reference/reference.hpp"
#include "session/session.hpp"

namespace mattock::verify {
namespace {

double uniform(std::mt19937_64& random) { return std::uniform_real_distribution<>(-1, 1)(random); }
double normal(std::mt19937_64& random) { return std::normal_distribution<>()(random); }
double spread(std::mt19937_64& random) {
  const double magnitude = std::exp2(std::uniform_real_distribution<>(-7, 7)(random));
  return random() % 2 == 0 ? magnitude : -magnitude;
}

struct Pairs {
  const char* kind;
  double (*draw)(std::mt19937_64&);
  const char* file;
  Shape a, b, c;
  std::size_t count;
};

class Products : public testing::TestWithParam<Pairs> {};

Array draw_array(const Shape& shape, double (*draw)(std::mt19937_64&), std::mt19937_64& random) {
  Array array = Array::zeros(DType::kFloat16, shape);
  for (std::size_t i = 0; i < array.size(); ++i) set_element(array, i, draw(random));
  return array;
}

graph::Graph product_graph(const Pairs& pairs) {
  graph::Graph graph;
  graph.tensors = {{"a", DType::kFloat16, pairs.a, {}, {}},
                   {"b", DType::kFloat16, pairs.b, {}, {}},
                   {"c", DType::kFloat16, pairs.c, {}, {}}};
  graph.nodes = {{"product", graph::MatMul{}, {0, 1}, {2}, {}}};
  graph.inputs = {0, 1};
  graph.outputs = {2};
  return graph;
}

TEST_P(Products, equal_the_reference_bit_for_bit) {
  const Pairs& pairs = GetParam();
  const auto model =
      container::read_model(std::filesystem::path(MATTOCK_TEST_DATA) / (std::string(pairs.file) + ".rknn"));
  ASSERT_TRUE(model) << to_string(model.error());
  const graph::Graph graph = product_graph(pairs);
  for (std::uint64_t seed = 1; seed <= pairs.count; ++seed) {
    std::mt19937_64 random(seed);
    const std::vector<Array> inputs{draw_array(pairs.a, pairs.draw, random), draw_array(pairs.b, pairs.draw, random)};
    DeviceOptions options;
    options.memory_bytes = std::size_t{1} << 20;
    ASSERT_TRUE(options.fill_with_nan);
    auto device = Device::open("emulator", options);
    ASSERT_TRUE(device) << to_string(device.error());
    auto session = Session::load(*device, *model);
    ASSERT_TRUE(session) << to_string(session.error());
    const auto found = session->run(inputs);
    ASSERT_TRUE(found) << to_string(found.error());
    const auto expected = reference::evaluate(graph, inputs);
    ASSERT_TRUE(expected) << to_string(expected.error());
    ASSERT_EQ(found->outputs.size(), 1u);
    ASSERT_EQ(found->outputs[0].raw.shape, pairs.c);
    ASSERT_EQ(found->outputs[0].raw.dtype, DType::kFloat16);
    ASSERT_EQ(found->outputs[0].raw.data, expected->at(0).data) << "seed " << seed;
  }
}

const Shape kNine{1, 9, 9};

INSTANTIATE_TEST_SUITE_P(
    Files, Products,
    testing::Values(Pairs{"seed_uniform", uniform, "seed/matmul", kNine, kNine, kNine, 2000},
                    Pairs{"seed_normal", normal, "seed/matmul", kNine, kNine, kNine, 2000},
                    Pairs{"seed_spread", spread, "seed/matmul", kNine, kNine, kNine, 2000},
                    Pairs{"odd_uniform", uniform, "vendor/mm_17x31x33", {17, 31}, {31, 33}, {17, 33}, 200},
                    Pairs{"odd_normal", normal, "vendor/mm_17x31x33", {17, 31}, {31, 33}, {17, 33}, 200},
                    Pairs{"odd_spread", spread, "vendor/mm_17x31x33", {17, 31}, {31, 33}, {17, 33}, 200}),
    [](const auto& pairs) { return std::string(pairs.param.kind); });

}  // namespace
}  // namespace mattock::verify
