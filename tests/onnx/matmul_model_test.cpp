#include "onnx/matmul_model.hpp"

#include "onnx/model.hpp"

namespace mattock::test {
namespace {

graph::Graph written(const onnx::MatMulModel& model) {
  const auto bytes = onnx::write_matmul(model);
  if (!bytes) {
    ADD_FAILURE() << to_string(bytes.error());
    return {};
  }
  auto graph = onnx::read_graph(*bytes, {});
  EXPECT_TRUE(graph) << to_string(graph.error());
  return graph ? *graph : graph::Graph{};
}

TEST(OnnxMatMulModel, reads_back_as_a_product_of_two_inputs) {
  EXPECT_EQ(graph::dump(written({.m = 2, .k = 3, .n = 4})),
            "inputs %a, %b\n"
            "tensor %a float32 2x3\n"
            "tensor %b float32 3x4\n"
            "tensor %c float32 2x4\n"
            "%c = MatMul(%a, %b)  # matmul\n"
            "outputs %c\n");
  EXPECT_EQ(graph::dump(written({.m = 1, .k = 3, .n = 1, .batch = 5, .dtype = DType::kFloat16})),
            "inputs %a, %b\n"
            "tensor %a float16 5x1x3\n"
            "tensor %b float16 5x3x1\n"
            "tensor %c float16 5x1x1\n"
            "%c = MatMul(%a, %b)  # matmul\n"
            "outputs %c\n");
}

TEST(OnnxMatMulModel, stores_b_bit_for_bit) {
  const Array b = floats({2, 3}, {1, 2, 3, 4, 5, 6}, DType::kFloat16);
  for (const std::optional<std::int64_t> batch : {std::optional<std::int64_t>{}, std::optional<std::int64_t>{2}}) {
    const graph::Graph graph = written({.m = 1, .k = 2, .n = 3, .batch = batch, .dtype = DType::kFloat16, .b = b});
    ASSERT_EQ(graph.inputs.size(), 1u);
    const Array& stored = graph.tensors.at(graph.nodes.at(0).inputs.at(1)).constant.value();
    EXPECT_EQ(stored.data, b.data);
    EXPECT_EQ(stored.shape, b.shape);
  }
  const Array a = floats({1, 2}, {1, 10}, DType::kFloat16);
  const auto c = reference::evaluate(written({.m = 1, .k = 2, .n = 3, .dtype = DType::kFloat16, .b = b}), {{a}});
  ASSERT_TRUE(c) << to_string(c.error());
  expect_array(c->at(0), {1, 3}, {41, 52, 63}, DType::kFloat16);
}

TEST(OnnxMatMulModel, refuses_sizes_and_constants_that_do_not_fit) {
  const auto expect_refused = [](const onnx::MatMulModel& model, const std::string& text) {
    const auto bytes = onnx::write_matmul(model);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().code, Code::kBadInput);
    EXPECT_NE(bytes.error().message.find(text), std::string::npos) << bytes.error().message;
  };
  expect_refused({.m = 0, .k = 1, .n = 1}, "dimension 0 in shape 0x1");
  expect_refused({.m = 1, .k = 1, .n = 1, .batch = -2}, "dimension -2");
  expect_refused({.m = 1 << 20, .k = 1, .n = 1 << 20}, "more than 2147483648 elements");
  expect_refused({.m = 1, .k = 1, .n = 1, .dtype = DType::kInt8}, "a model of int8");
  expect_refused({.m = 1, .k = 3, .n = 2, .b = floats({2, 3}, {1, 2, 3, 4, 5, 6})},
                 "b is 2x3, but k, n and batch make it 3x2");
  expect_refused({.m = 1, .k = 1, .n = 1, .dtype = DType::kFloat16, .b = floats({1, 1}, {1})},
                 "b is float32, the model float16");
}

}  // namespace
}  // namespace mattock::test
