#include "graph/graph.hpp"

#include <gtest/gtest.h>

#include "graph/check.hpp"

namespace mattock::graph {
namespace {

TEST(Broadcast, repeats_dimensions_of_one_from_the_last_backwards) {
  EXPECT_EQ(broadcast({2, 3, 4}, {3, 1}), (Shape{2, 3, 4}));
  EXPECT_EQ(broadcast({1, 5}, {7, 1}), (Shape{7, 5}));
  EXPECT_EQ(broadcast({}, {2}), (Shape{2}));
}

TEST(Broadcast, refuses_sizes_that_differ_and_are_not_one) {
  EXPECT_EQ(broadcast({2, 3}, {2}), std::nullopt);
  EXPECT_EQ(broadcast({4}, {5}), std::nullopt);
}

Graph small_network() {
  Graph graph;
  Array weights = Array::zeros(DType::kInt8, {2, 3, 1, 5});
  graph.tensors = {
      {"x", DType::kInt8, {1, 3, 7, 9}, Quantization{{0.5}, {-3}, 0}, std::nullopt},
      {"w", DType::kInt8, {2, 3, 1, 5}, Quantization{{0.25, 0.5}, {0, 1}, 0}, weights},
      {"y", DType::kFloat16, {1, 2, 4, 9}, std::nullopt, std::nullopt},
      {"z", DType::kFloat16, {2, 36}, std::nullopt, std::nullopt},
      {"t", DType::kFloat16, {36, 2}, std::nullopt, std::nullopt},
  };
  graph.nodes = {
      {"conv",
       Conv{.strides = {2, 1}, .dilations = {1, 2}, .pads = {0, 3, 0, 5}},
       {0, 1},
       {2},
       {{LeakyRelu{0.125}, {}}}},
      {"flat", Reshape{}, {2}, {3}, {}},
      {"turn", Transpose{{1, 0}}, {3}, {4}, {}},
  };
  graph.inputs = {0};
  graph.outputs = {4};
  return graph;
}

TEST(Dump, shows_tensors_nodes_and_their_parameters) {
  const Graph graph = small_network();
  ASSERT_TRUE(check(graph)) << check(graph).error().message;
  EXPECT_EQ(dump(graph),
            "inputs %x\n"
            "tensor %x int8 1x3x7x9 scale=0.5 zero_point=-3\n"
            "tensor %w int8 2x3x1x5 scales=2 axis=0 constant\n"
            "tensor %y float16 1x2x4x9\n"
            "tensor %z float16 2x36\n"
            "tensor %t float16 36x2\n"
            "%y = Conv(%x, %w) group=1 strides=2x1 dilations=1x2 pads=0,3,0,5 + LeakyRelu slope=0.125  # conv\n"
            "%z = Reshape(%y)  # flat\n"
            "%t = Transpose(%z) perm=1,0  # turn\n"
            "outputs %t\n");
}

TEST(Dump, shows_indices_that_do_not_exist) {
  Graph graph;
  graph.outputs = {4};
  EXPECT_EQ(dump(graph), "inputs \noutputs %?4\n");
}

TEST(Operators, know_their_names_and_whether_they_compute) {
  EXPECT_EQ(op_name(Op{ConvTranspose{}}), "ConvTranspose");
  EXPECT_EQ(op_name(Elementwise{PRelu{}}), "PRelu");
  EXPECT_TRUE(is_arithmetic(MatMul{}));
  EXPECT_TRUE(is_arithmetic(Clip{0, 6}));
  EXPECT_FALSE(is_arithmetic(Softmax{1}));
  EXPECT_FALSE(is_arithmetic(Convert{}));
}

}  // namespace
}  // namespace mattock::graph
