#include "graph/check.hpp"

#include <gtest/gtest.h>

namespace mattock::graph {
namespace {

Tensor plain(std::string name, Shape shape, DType dtype = DType::kFloat16) {
  return {std::move(name), dtype, std::move(shape), std::nullopt, std::nullopt};
}

/// One node: every tensor but the last `outputs` is a graph input.
Graph single(Op op, std::vector<Shape> shapes, std::size_t outputs = 1) {
  Graph graph;
  Node node{"n", std::move(op), {}, {}, {}};
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    graph.tensors.push_back(plain(std::string("t").append(std::to_string(i)), shapes[i]));
    const bool is_output = i + outputs >= shapes.size();
    (is_output ? node.outputs : node.inputs).push_back(i);
    (is_output ? graph.outputs : graph.inputs).push_back(i);
  }
  graph.nodes.push_back(std::move(node));
  return graph;
}

void expect_refused(const Graph& graph, const std::string& part) {
  const auto result = check(graph);
  ASSERT_FALSE(result) << "accepted; expected: " << part;
  EXPECT_EQ(result.error().code, Code::kBadInput);
  EXPECT_NE(result.error().message.find(part), std::string::npos) << result.error().message;
}

void expect_accepted(const Graph& graph) {
  const auto result = check(graph);
  EXPECT_TRUE(result) << result.error().message;
}

TEST(Check, matmul_needs_inner_sizes_that_agree) {
  expect_accepted(single(MatMul{}, {{3, 4}, {4, 5}, {3, 5}}));
  expect_accepted(single(MatMul{}, {{2, 1, 1, 4}, {7, 4, 1}, {2, 7, 1, 1}}));
  expect_refused(single(MatMul{}, {{3, 4}, {5, 4}, {3, 4}}), "3x4 and 5x4 do not multiply");
  expect_refused(single(MatMul{}, {{3, 4}, {4, 5}, {5, 3}}), "give shape 3x5, but the output has 5x3");
  expect_refused(single(MatMul{}, {{2, 3, 4}, {3, 4, 5}, {2, 3, 5}}), "do not broadcast");
  expect_refused(single(MatMul{}, {{4}, {4, 5}, {5}}), "do not multiply");
}

TEST(Check, convolution_extents_follow_from_kernel_stride_dilation_and_pads) {
  const Conv op{.group = 1, .strides = {2, 3}, .dilations = {2, 1}, .pads = {1, 0, 2, 1}};
  // rows (9 + 3 - 5) / 2 + 1 = 4, columns (10 + 1 - 2) / 3 + 1 = 4
  expect_accepted(single(op, {{1, 3, 9, 10}, {8, 3, 3, 2}, {8}, {1, 8, 4, 4}}));
  expect_refused(single(op, {{1, 3, 9, 10}, {8, 3, 3, 2}, {1, 8, 4, 5}}), "give shape 1x8x4x4");
  expect_refused(single(op, {{1, 4, 9, 10}, {8, 3, 3, 2}, {1, 8, 4, 4}}), "4 channels and weights 8x3x3x2");
  expect_refused(single(op, {{1, 3, 9, 10}, {8, 3, 3, 2}, {7}, {1, 8, 4, 4}}), "bias 7 must be 8");
  expect_refused(single(op, {{3, 9, 10}, {8, 3, 3, 2}, {8, 4, 4}}), "rank 4");
  expect_refused(single(Conv{.strides = {0, 1}}, {{1, 3, 9, 10}, {8, 3, 1, 1}, {1, 8, 9, 10}}), "at least 1");
}

TEST(Check, a_kernel_larger_than_its_image_is_refused) {
  expect_refused(single(Conv{}, {{1, 1, 2, 2}, {1, 1, 3, 3}, {1, 1, 1, 1}}), "1x1x0x0");
}

TEST(Check, groups_divide_channels_and_kernels) {
  expect_accepted(single(Conv{.group = 2}, {{1, 4, 1, 1}, {6, 2, 1, 1}, {1, 6, 1, 1}}));
  expect_refused(single(Conv{.group = 2}, {{1, 4, 1, 1}, {5, 2, 1, 1}, {1, 5, 1, 1}}), "do not fit 2 groups");
}

TEST(Check, transposed_convolution_spreads_the_image) {
  const ConvTranspose op{.strides = {2, 3}, .pads = {1, 0, 0, 1}, .output_pads = {1, 0}};
  // rows (4-1)*2 + 3 + 1 - 1 = 9, columns (5-1)*3 + 2 - 1 = 13
  expect_accepted(single(op, {{1, 6, 4, 5}, {6, 2, 3, 2}, {1, 2, 9, 13}}));
  expect_refused(single(op, {{1, 6, 4, 5}, {2, 6, 3, 2}, {1, 2, 9, 13}}), "do not fit");
}

TEST(Check, max_broadcasts_and_signs_keep_the_shape) {
  expect_accepted(single(Max{}, {{2, 1}, {3}, {2, 3}}));
  expect_refused(single(Max{}, {{2, 1}, {3}, {3, 2}}), "node 'n' (Max): its inputs give shape 2x3");
  expect_refused(single(Max{}, {{2}, {2}}), "1 inputs; it takes 2 to 2");
  expect_accepted(single(Neg{}, {{2, 3}, {2, 3}}));
  expect_refused(single(Neg{}, {{2, 3}, {3, 2}}), "node 'n' (Neg)");
  expect_accepted(single(Abs{}, {{2, 3}, {2, 3}}));
  expect_refused(single(Abs{}, {{2, 3}, {3, 2}}), "node 'n' (Abs)");
  Graph fused = single(MatMul{}, {{2, 3}, {3, 4}, {2, 4}});
  fused.nodes[0].epilogue = {{Abs{}, {}}, {Neg{}, {}}};
  expect_accepted(fused);
  fused.nodes[0].epilogue = {{Max{}, {}}};
  expect_refused(fused, "fused Max needs an operand");
}

TEST(Check, split_and_concat_parts_add_up_to_the_whole) {
  expect_accepted(single(Split{1}, {{2, 5, 3}, {2, 4, 3}, {2, 1, 3}}, 2));
  expect_refused(single(Split{1}, {{2, 5, 3}, {2, 4, 3}, {2, 2, 3}}, 2), "add up to 6");
  expect_refused(single(Split{0}, {{2, 5, 3}, {2, 4, 3}, {2, 1, 3}}, 2), "differ in more than axis 0");
  expect_accepted(single(Concat{0}, {{1, 3}, {2, 3}, {3, 3}}));
  expect_refused(single(Concat{2}, {{1, 3}, {2, 3}, {3, 3}}), "axis 2");
}

TEST(Check, a_permutation_names_each_dimension_once) {
  expect_accepted(single(Transpose{{2, 0, 1}}, {{4, 5, 6}, {6, 4, 5}}));
  expect_refused(single(Transpose{{0, 0, 1}}, {{4, 5, 6}, {4, 4, 5}}), "each dimension");
  expect_refused(single(Transpose{{0, 1}}, {{4, 5, 6}, {4, 5}}), "each dimension");
  expect_refused(single(Transpose{{0, 1, 3}}, {{4, 5, 6}, {4, 5, 6}}), "each dimension");
}

TEST(Check, reshape_keeps_the_number_of_elements) {
  expect_accepted(single(Reshape{}, {{4, 6}, {3, 8}}));
  expect_refused(single(Reshape{}, {{4, 6}, {5, 5}}), "different numbers");
}

TEST(Check, fused_steps_have_the_operands_they_need_and_no_others) {
  Graph graph = single(Add{}, {{2, 3}, {3}, {2, 3}});
  graph.nodes[0].epilogue = {{Relu{}, {}}, {PRelu{}, 1}};
  expect_accepted(graph);
  graph.nodes[0].epilogue = {{PRelu{}, {}}};
  expect_refused(graph, "fused PRelu needs an operand");
  graph.nodes[0].epilogue = {{Relu{}, 1}};
  expect_refused(graph, "takes no an operand");
}

TEST(Check, nothing_is_fused_behind_data_movement) {
  Graph graph = single(Reshape{}, {{2, 3}, {6}});
  graph.nodes[0].epilogue = {{Relu{}, {}}};
  expect_refused(graph, "moves data");
}

TEST(Check, a_tensor_is_written_once_and_before_it_is_read) {
  Graph graph = single(Relu{}, {{2}, {2}});
  graph.inputs.clear();
  expect_refused(graph, "read before it has a value");
  graph = single(Relu{}, {{2}, {2}});
  graph.nodes.push_back(graph.nodes[0]);
  expect_refused(graph, "already has a value");
  graph = single(Relu{}, {{2}, {2}});
  graph.nodes[0].inputs = {9};
  expect_refused(graph, "index 9 of 2");
  graph = single(Relu{}, {{2}, {2}});
  graph.outputs = {7};
  expect_refused(graph, "index 7 of 2");
}

TEST(Check, operand_counts_are_those_of_the_operator) {
  expect_refused(single(Relu{}, {{2}, {2}, {2}}), "2 inputs; it takes 1 to 1");
  expect_refused(single(Add{}, {{2}, {2}}), "1 inputs; it takes 2 to 2");
  expect_refused(single(Relu{}, {{2}, {2}, {2}}, 2), "2 outputs; it has one");
}

TEST(Check, constants_and_quantization_fit_their_tensor) {
  Graph graph = single(Relu{}, {{2, 3}, {2, 3}});
  graph.tensors[0].dtype = DType::kInt8;
  graph.tensors[0].quantization = Quantization{{1, 2, 3}, {0, 0, 0}, 1};
  expect_accepted(graph);
  graph.tensors[0].quantization->axis = 0;
  expect_refused(graph, "3 scales");
  graph.tensors[0].quantization = Quantization{{1}, {128}, 0};
  expect_refused(graph, "zero point 128 is no int8");
  graph.tensors[0].quantization = Quantization{{-1}, {0}, 0};
  expect_refused(graph, "scale -1");
  graph.tensors[0].quantization = Quantization{{1}, {}, 0};
  expect_refused(graph, "1 scales and 0 zero points");
  graph.tensors[0].dtype = DType::kFloat16;
  graph.tensors[0].quantization = Quantization{{1}, {0}, 0};
  expect_refused(graph, "cannot be quantized");
  graph = single(Relu{}, {{2, 3}, {2, 3}});
  graph.tensors[0].constant = Array::zeros(DType::kFloat16, {3, 2});
  expect_refused(graph, "its constant is float16 3x2");
}

TEST(Check, shapes_have_positive_dimensions_of_sane_size) {
  expect_refused(single(Relu{}, {{0}, {0}}), "below 1");
  expect_refused(single(Relu{}, {{1 << 30, 1 << 30, 1 << 30}, {2}}), "too large");
}

TEST(Check, arithmetic_refuses_64_bit_integers) {
  Graph graph = single(Relu{}, {{2}, {2}});
  graph.tensors[0].dtype = DType::kInt64;
  expect_refused(graph, "cannot compute with int64");
}

}  // namespace
}  // namespace mattock::graph
