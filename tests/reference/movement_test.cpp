#include <gtest/gtest.h>

#include "build.hpp"

namespace mattock::test {
namespace {

TEST(Transpose, moves_each_element_to_its_permuted_place) {
  const Array x = array_of(DType::kFloat16, {2, 3, 1, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  const Array y = run(single(graph::Transpose{{3, 1, 2, 0}}, {{x, {}}}, DType::kFloat16, {2, 3, 1, 2}));
  EXPECT_EQ(numbers(y), (std::vector<double>{0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11}));
}

TEST(Reshape, keeps_every_bit_even_of_nan) {
  Array x = Array::zeros(DType::kFloat16, {2, 2});
  store_le<std::uint16_t>(x.data, 2, 0xfdab);  // a signalling pattern with a payload
  const Array y = run(single(graph::Reshape{}, {{x, {}}}, DType::kFloat16, {4}));
  EXPECT_EQ(y.data, x.data);
  EXPECT_EQ(y.shape, (Shape{4}));
}

TEST(Split, cuts_along_its_axis_in_unequal_parts) {
  graph::Graph graph;
  graph.tensors = {{"x", DType::kInt32, {2, 3, 1}, {}, {}},
                   {"a", DType::kInt32, {2, 1, 1}, {}, {}},
                   {"b", DType::kInt32, {2, 2, 1}, {}, {}}};
  graph.nodes = {{"split", graph::Split{1}, {0}, {1, 2}, {}}};
  graph.inputs = {0};
  graph.outputs = {2, 1};
  const std::vector<Array> inputs{array_of(DType::kInt32, {2, 3, 1}, {1, 2, 3, 4, 5, 6})};
  const auto parts = reference::evaluate(graph, inputs);
  ASSERT_TRUE(parts) << parts.error().message;
  EXPECT_EQ(numbers((*parts)[0]), (std::vector<double>{2, 3, 5, 6}));
  EXPECT_EQ(numbers((*parts)[1]), (std::vector<double>{1, 4}));
}

TEST(Concat, joins_parts_and_converts_their_quantization) {
  const Array a = array_of(DType::kInt8, {2, 1}, {10, 20});
  const Array b = array_of(DType::kInt8, {2, 2}, {1, 2, 3, 4});
  const Array y = run(single(graph::Concat{1}, {{a, per_tensor(0.5, 0)}, {b, per_tensor(1, -4)}}, DType::kInt8, {2, 3},
                             per_tensor(1, -4)));
  EXPECT_EQ(numbers(y), (std::vector<double>{1, 1, 2, 6, 3, 4}));  // 10 * 0.5 - 4 = 1, 20 * 0.5 - 4 = 6
}

TEST(Evaluate, refuses_inputs_that_do_not_fit_and_shows_both_shapes) {
  const Single made = single(graph::Relu{}, {{array_of(DType::kFloat16, {2}, {1, 2}), {}}}, DType::kFloat16, {2});
  const std::vector<Array> wrong{Array::zeros(DType::kFloat16, {3})};
  const auto result = reference::evaluate(made.graph, wrong);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "input 'in0' is float16 3; the graph takes float16 2");
  EXPECT_FALSE(reference::evaluate(made.graph, {}));
}

TEST(Evaluate, passes_results_from_node_to_node) {
  graph::Graph graph;
  for (const char* name : {"x", "y", "z"}) graph.tensors.push_back({name, DType::kFloat16, {2}, {}, {}});
  graph.tensors.push_back({"c", DType::kFloat16, {1}, {}, array_of(DType::kFloat16, {1}, {1})});
  graph.nodes = {{"relu", graph::Relu{}, {0}, {1}, {}}, {"add", graph::Add{}, {1, 3}, {2}, {}}};
  graph.inputs = {0};
  graph.outputs = {2, 0};
  const std::vector<Array> inputs{array_of(DType::kFloat16, {2}, {-5, 7})};
  const auto results = reference::evaluate(graph, inputs);
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(numbers((*results)[0]), (std::vector<double>{1, 8}));
  EXPECT_EQ(numbers((*results)[1]), (std::vector<double>{-5, 7}));
}

}  // namespace
}  // namespace mattock::test
