#include "onnx/model.hpp"

namespace mattock::test {
namespace {

Array unary(const std::string& op, const std::vector<double>& values) {
  Model model;
  model.input("x", {static_cast<std::int64_t>(values.size())}).output("y").node(op, {"x"}, "y");
  return result_of(model, {floats({static_cast<std::int64_t>(values.size())}, values)});
}

Array binary(const std::string& op, const Array& a, const Array& b) {
  Model model;
  model.input("a", a.shape).input("b", b.shape).output("y").node(op, {"a", "b"}, "y");
  return result_of(model, {a, b});
}

TEST(OnnxElementwise, each_operator_of_one_operand_does_what_its_name_says) {
  expect_array(unary("Relu", {-2, 0, 3}), {3}, {0, 0, 3});
  expect_array(unary("Neg", {-2, 0.5, 3}), {3}, {2, -0.5, -3});
  expect_array(unary("Abs", {-2, 0, 3}), {3}, {2, 0, 3});
  expect_array(unary("Identity", {-2, 0, 3}), {3}, {-2, 0, 3});
  expect_array(unary("LeakyRelu", {-100, 3}), {2}, {-1, 3});  // 0.01 unless alpha says otherwise
}

TEST(OnnxElementwise, each_operator_of_two_operands_broadcasts_both_ways) {
  const Array column = floats({2, 1}, {6, 8});
  const Array row = floats({3}, {1, 2, 4});
  expect_array(binary("Add", column, row), {2, 3}, {7, 8, 10, 9, 10, 12});
  expect_array(binary("Sub", row, column), {2, 3}, {-5, -4, -2, -7, -6, -4});
  expect_array(binary("Mul", column, row), {2, 3}, {6, 12, 24, 8, 16, 32});
  expect_array(binary("Div", column, row), {2, 3}, {6, 3, 1.5, 8, 4, 2});
  expect_array(binary("Max", row, floats({2, 1}, {2, 3})), {2, 3}, {2, 2, 4, 3, 3, 4});
}

TEST(OnnxElementwise, max_takes_any_number_of_operands) {
  Model model(8);
  model.input("a", {3}).input("b", {3}).input("c", {}).output("y").node("Max", {"a", "b", "c"}, "y");
  expect_array(result_of(model, {floats({3}, {1, 5, 0}), floats({3}, {2, 1, -1}), floats({}, {1.5})}), {3},
               {2, 5, 1.5});
  Model one;
  one.input("a", {2}).output("y").node("Max", {"a"}, "y");
  expect_array(result_of(one, {floats({2}, {1, 5})}), {2}, {1, 5});
}

TEST(OnnxElementwise, float16_stays_float16) {
  Model model;
  model.input("a", {1}, Proto::FLOAT16).input("b", {1}, Proto::FLOAT16).output("y").node("Add", {"a", "b"}, "y");
  const Array a = floats({1}, {2048}, DType::kFloat16);
  const Array b = floats({1}, {1}, DType::kFloat16);
  expect_array(result_of(model, {a, b}), {1}, {2048}, DType::kFloat16);  // a tie, to even
}

TEST(OnnxElementwise, leaky_relu_takes_its_slope) {
  Model model;
  set_float(model.input("x", {2}).output("y").node("LeakyRelu", {"x"}, "y"), "alpha", 0.25f);
  expect_array(result_of(model, {floats({2}, {-2, 2})}), {2}, {-0.5, 2});
}

TEST(OnnxElementwise, prelu_slopes_broadcast_to_the_input_alone) {
  Model model;
  model.input("x", {2, 2}).floats("s", {2}, {0.5f, 0.25f}).output("y").node("PRelu", {"x", "s"}, "y");
  expect_array(result_of(model, {floats({2, 2}, {-4, -4, 4, -8})}), {2, 2}, {-2, -1, 4, -2});
  Model wide;
  wide.input("x", {1, 2}).floats("s", {2, 2}, {1, 1, 1, 1}).output("y").node("PRelu", {"x", "s"}, "y", "act");
  expect_error(read(wide), Code::kBadFile, {"PRelu 'act'", "slopes 2x2 do not broadcast to 1x2"});
}

TEST(OnnxElementwise, clip_has_attributes_before_opset_11_and_operands_since) {
  const Array x = floats({4}, {-2, -0.25, 0.75, 3});
  Model old(7);
  auto& node = old.input("x", {4}).output("y").node("Clip", {"x"}, "y");
  set_float(node, "min", -0.5f);
  set_float(node, "max", 1);
  expect_array(result_of(old, {x}), {4}, {-0.5, -0.25, 0.75, 1});
  Model both(11);
  both.input("x", {4}).floats("lo", {}, {-0.5f}).floats("hi", {}, {1}).output("y").node("Clip", {"x", "lo", "hi"}, "y");
  expect_array(result_of(both, {x}), {4}, {-0.5, -0.25, 0.75, 1});
  Model high(13);
  high.input("x", {4}).floats("hi", {}, {1}).output("y").node("Clip", {"x", "", "hi"}, "y");
  expect_array(result_of(high, {x}), {4}, {-2, -0.25, 0.75, 1});
  Model low(13);
  low.input("x", {4}).floats("lo", {}, {0}).output("y").node("Clip", {"x", "lo"}, "y");
  expect_array(result_of(low, {x}), {4}, {0, 0, 0.75, 3});
}

TEST(OnnxElementwise, clip_limits_must_be_constant_scalars_in_order) {
  Model computed;
  computed.input("x", {4}).input("lo", {}).output("y").node("Clip", {"x", "lo"}, "y", "c");
  expect_problem(read(computed), "c", "limit 'lo' is computed when the model runs", "Max");
  Model list;
  list.input("x", {4}).floats("lo", {2}, {0, 1}).output("y").node("Clip", {"x", "lo"}, "y", "c");
  expect_error(read(list), Code::kBadFile, {"Clip 'c'", "limit 'lo' is 2, not a scalar"});
  Model crossed;
  crossed.input("x", {4})
      .floats("lo", {}, {2})
      .floats("hi", {}, {1})
      .output("y")
      .node("Clip", {"x", "lo", "hi"}, "y", "c");
  expect_problem(read(crossed), "c", "limits 2 and 1 are not in order");
}

TEST(OnnxElementwise, operands_must_be_floats_of_one_type_and_shapes_that_broadcast) {
  Model integers;
  integers.input("a", {2}, Proto::INT32).input("b", {2}, Proto::INT32).output("y").node("Add", {"a", "b"}, "y", "sum");
  expect_problem(read(integers), "sum", "computes with int32; float32 and float16 are supported", "Cast");
  Model mixed;
  mixed.input("a", {2}).input("b", {2}, Proto::FLOAT16).output("y").node("Add", {"a", "b"}, "y", "sum");
  expect_error(read(mixed), Code::kBadFile, {"Add 'sum'", "float32 and float16"});
  Model shapes;
  shapes.input("a", {2}).input("b", {3}).output("y").node("Add", {"a", "b"}, "y", "sum");
  expect_error(read(shapes), Code::kBadFile, {"Add 'sum'", "shapes 2 and 3 do not broadcast"});
}

}  // namespace
}  // namespace mattock::test
