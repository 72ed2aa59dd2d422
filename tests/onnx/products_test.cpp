#include "onnx/model.hpp"

namespace mattock::test {
namespace {

Array product(const Array& a, const Array& b) {
  Model model;
  model.input("a", a.shape).input("b", b.shape).output("y").node("MatMul", {"a", "b"}, "y");
  return result_of(model, {a, b});
}

TEST(OnnxMatMul, has_the_shapes_of_numpy_for_one_to_four_dimensions) {
  const Array m = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  const Array v3 = floats({3}, {1, 10, 100});
  const Array v2 = floats({2}, {1, 10});
  expect_array(product(m, floats({3, 1}, {1, 10, 100})), {2, 1}, {321, 654});
  expect_array(product(m, v3), {2}, {321, 654});
  expect_array(product(v2, m), {3}, {41, 52, 63});
  expect_array(product(v3, v3), {}, {10101});
  expect_array(product(floats({2, 1, 1, 2}, {1, 2, 3, 4}), floats({2, 2, 1}, {1, 10, 2, 20})), {2, 2, 1, 1},
               {21, 42, 43, 86});
  expect_array(product(floats({2, 1, 2}, {1, 2, 3, 4}), v2), {2, 1}, {21, 43});
  expect_array(product(v2, floats({2, 2, 1}, {1, 2, 3, 4})), {2, 1}, {21, 43});
}

TEST(OnnxMatMul, takes_a_constant_on_either_side) {
  Model right;
  right.input("a", {1, 2}).floats("b", {2, 2}, {1, 2, 3, 4}).output("y").node("MatMul", {"a", "b"}, "y");
  expect_array(result_of(right, {floats({1, 2}, {1, 10})}), {1, 2}, {31, 42});
  Model left;
  left.input("b", {2, 1}).floats("a", {2, 2}, {1, 2, 3, 4}).output("y").node("MatMul", {"a", "b"}, "y");
  expect_array(result_of(left, {floats({2, 1}, {1, 10})}), {2, 1}, {21, 43});
}

TEST(OnnxMatMul, refuses_what_does_not_multiply_and_what_has_more_dimensions) {
  for (const auto& [a, b] :
       std::vector<std::pair<Shape, Shape>>{{{2, 3}, {2, 3}}, {{3}, {2, 3}}, {{2, 3}, {2}}, {{2, 2, 3}, {3, 3, 1}}}) {
    Model model;
    model.input("a", a).input("b", b).output("y").node("MatMul", {"a", "b"}, "y", "mm");
    expect_error(read(model), Code::kBadFile,
                 {"MatMul 'mm'", "shapes " + shape_text(a) + " and " + shape_text(b) + " do not multiply"});
  }
  Model five;
  five.input("a", {1, 1, 1, 2, 3}).input("b", {3, 1}).output("y").node("MatMul", {"a", "b"}, "y", "mm");
  expect_problem(read(five), "mm", "operands have 1 to 4 dimensions", "Reshape");
  Model scalar;
  scalar.input("a", {}).input("b", {3, 1}).output("y").node("MatMul", {"a", "b"}, "y", "mm");
  expect_problem(read(scalar), "mm", "operands have 1 to 4 dimensions");
}

// A [2, 3] times B [3, 2] is {{22, 28}, {49, 64}} in each of the four ways to store them.
TEST(OnnxGemm, turns_either_operand_constant_or_not) {
  const std::vector<double> a{1, 2, 3, 4, 5, 6}, a_turned{1, 4, 2, 5, 3, 6};
  const std::vector<float> b{1, 2, 3, 4, 5, 6}, b_turned{1, 3, 5, 2, 4, 6};
  for (const bool turn_a : {false, true})
    for (const bool turn_b : {false, true})
      for (const bool constant_b : {false, true}) {
        Model model;
        const Shape b_shape = turn_b ? Shape{2, 3} : Shape{3, 2};
        const std::vector<float>& b_values = turn_b ? b_turned : b;
        model.input("a", turn_a ? Shape{3, 2} : Shape{2, 3}).output("y");
        if (constant_b)
          model.floats("b", b_shape, b_values);
        else
          model.input("b", b_shape);
        auto& node = model.node("Gemm", {"a", "b"}, "y");
        if (turn_a) set_int(node, "transA", 1);
        if (turn_b) set_int(node, "transB", 1);
        std::vector<Array> inputs{floats(turn_a ? Shape{3, 2} : Shape{2, 3}, turn_a ? a_turned : a)};
        if (!constant_b) inputs.push_back(floats(b_shape, {b_values.begin(), b_values.end()}));
        expect_array(result_of(model, inputs), {2, 2}, {22, 28, 49, 64});
        EXPECT_EQ(graph_of(model).nodes.size(), 1u + turn_a + (turn_b && !constant_b))
            << "constants are turned when read";
      }
}

TEST(OnnxGemm, scales_with_alpha_and_beta_and_broadcasts_c) {
  const Array a = floats({2, 1}, {1, 2});
  for (const bool constant_c : {false, true}) {
    Model model;
    model.input("a", {2, 1}).floats("b", {1, 2}, {10, 20}).output("y");
    if (constant_c)
      model.floats("c", {2}, {1, 2});
    else
      model.input("c", {2});
    auto& node = model.node("Gemm", {"a", "b", "c"}, "y");
    set_float(node, "alpha", 0.5f);
    set_float(node, "beta", -4);
    std::vector<Array> inputs{a};
    if (!constant_c) inputs.push_back(floats({2}, {1, 2}));
    expect_array(result_of(model, inputs), {2, 2}, {1, 2, 6, 12});  // 0.5 * {10 20; 20 40} - 4 * {1 2}
    EXPECT_EQ(graph_of(model).nodes.size(), constant_c ? 1u : 2u);
  }
  Model none;
  auto& node = none.input("a", {2, 1})
                   .input("c", {2, 1})
                   .floats("b", {1, 2}, {10, 20})
                   .output("y")
                   .node("Gemm", {"a", "b", "c"}, "y");
  set_float(node, "beta", 0);
  expect_array(result_of(none, {a, floats({2, 1}, {NAN, NAN})}), {2, 2}, {10, 20, 20, 40});
}

TEST(OnnxGemm, rounds_once_behind_the_bias) {
  Model model;
  model.input("a", {1, 1}, Proto::FLOAT16).input("b", {1, 1}, Proto::FLOAT16).input("c", {1}, Proto::FLOAT16);
  model.output("y").node("Gemm", {"a", "b", "c"}, "y");
  const auto half = [](const Shape& shape, double value) { return floats(shape, {value}, DType::kFloat16); };
  // 2049 would round to 2048 before the bias; 2049 + 1 is exact.
  expect_array(result_of(model, {half({1, 1}, 683), half({1, 1}, 3), half({1}, 1)}), {1, 1}, {2050}, DType::kFloat16);
}

TEST(OnnxGemm, refuses_what_does_not_fit) {
  Model cubes;
  cubes.input("a", {1, 2, 3}).input("b", {3, 1}).output("y").node("Gemm", {"a", "b"}, "y", "fc");
  expect_error(read(cubes), Code::kBadFile, {"Gemm 'fc'", "operand 'a' is 1x2x3, not a matrix"});
  Model inner;
  inner.input("a", {2, 3}).input("b", {2, 3}).output("y").node("Gemm", {"a", "b"}, "y", "fc");
  expect_error(read(inner), Code::kBadFile, {"shapes 2x3 and 2x3 do not multiply"});
  Model bias;
  bias.input("a", {2, 3}).input("b", {3, 2}).input("c", {3}).output("y").node("Gemm", {"a", "b", "c"}, "y", "fc");
  expect_error(read(bias), Code::kBadFile, {"C 3 does not broadcast to 2x2"});
}

}  // namespace
}  // namespace mattock::test
