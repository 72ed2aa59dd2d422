#include "onnx/model.hpp"

namespace mattock::test {
namespace {

const std::vector<double> kSix{1, 2, 3, 4, 5, 6};

/// y = op(x) with x [2, 3] holding 1 to 6, or constant.
Array moved(Model& model, const Shape& shape = {2, 3}) {
  model.input("x", shape).output("y");
  return result_of(model, {floats(shape, kSix)});
}

TEST(OnnxReshape, copies_dimensions_and_fills_in_the_rest) {
  const std::vector<std::pair<std::vector<std::int64_t>, Shape>> cases{
      {{3, 2}, {3, 2}}, {{-1}, {6}}, {{0, -1, 1}, {2, 3, 1}}, {{1, -1, 3}, {1, 2, 3}}, {{0, 0}, {2, 3}}};
  for (const auto& [wanted, shape] : cases) {
    Model model;
    model.ints("s", wanted).node("Reshape", {"x", "s"}, "y");
    expect_array(moved(model), shape, kSix);
  }
}

TEST(OnnxReshape, takes_its_shape_from_nodes_that_fold) {
  Model model;
  model.initializer("six", {}, Proto::INT32).add_int32_data(6);
  set_int(model.node("Cast", {"six"}, "six64"), "to", Proto::INT64);
  model.ints("axes", {0}).node("Unsqueeze", {"six64", "axes"}, "list");
  model.node("Identity", {"list"}, "shape");
  model.node("Reshape", {"x", "shape"}, "y");
  expect_array(moved(model), {6}, kSix);
  const graph::Graph graph = graph_of(model);
  EXPECT_EQ(graph.nodes.size(), 1u);
  EXPECT_EQ(graph.tensors.size(), 2u) << "nothing is left of the shape";
}

TEST(OnnxReshape, refuses_shapes_that_do_not_fit_and_those_that_are_computed) {
  for (const std::vector<std::int64_t>& wanted :
       std::vector<std::vector<std::int64_t>>{{4}, {-1, 4}, {-1, -1}, {0, 0, 0, 1}, {-2, 3}, {1LL << 40, 1LL << 40}}) {
    Model model;
    model.input("x", {2, 3}).output("y").ints("s", wanted).node("Reshape", {"x", "s"}, "y", "r");
    expect_error(read(model), Code::kBadFile, {"Reshape 'r'", "shape 2x3 cannot become"});
  }
  Model zero(14);
  set_int(zero.input("x", {2, 3}).output("y").ints("s", {0, 6}).node("Reshape", {"x", "s"}, "y", "r"), "allowzero", 1);
  expect_error(read(zero), Code::kBadFile, {"shape 2x3 cannot become 0x6"});
  Model computed;
  computed.input("x", {2, 3}).input("s", {1}, Proto::INT64).output("y").node("Reshape", {"x", "s"}, "y", "r");
  expect_problem(read(computed), "r", "operand 's' is computed when the model runs", "fixed shapes");
  Model floating;
  floating.input("x", {2, 3}).floats("s", {1}, {6}).output("y").node("Reshape", {"x", "s"}, "y", "r");
  expect_error(read(floating), Code::kBadFile, {"operand 's' is float32 1, not a list of int64"});
}

TEST(OnnxFlatten, makes_two_dimensions_of_any) {
  const std::vector<std::pair<std::optional<std::int64_t>, Shape>> cases{
      {std::nullopt, {1, 6}}, {0, {1, 6}}, {2, {2, 3}}, {-1, {2, 3}}, {3, {6, 1}}};
  for (const auto& [axis, shape] : cases) {
    Model model;
    auto& node = model.node("Flatten", {"x"}, "y");
    if (axis) set_int(node, "axis", *axis);
    expect_array(moved(model, {1, 2, 3}), shape, kSix);
  }
  Model far;
  set_int(far.input("x", {1, 2, 3}).output("y").node("Flatten", {"x"}, "y", "f"), "axis", 4);
  expect_error(read(far), Code::kBadFile, {"Flatten 'f'", "axis 4 of 3 dimensions"});
}

TEST(OnnxTranspose, reverses_or_permutes) {
  Model reversed;
  reversed.node("Transpose", {"x"}, "y");
  expect_array(moved(reversed), {3, 2}, {1, 4, 2, 5, 3, 6});
  Model permuted;
  set_ints(permuted.node("Transpose", {"x"}, "y"), "perm", {1, 2, 0});
  expect_array(moved(permuted, {1, 2, 3}), {2, 3, 1}, kSix);
  Model cycled;
  set_ints(cycled.node("Transpose", {"x"}, "y"), "perm", {2, 0, 1});
  expect_array(moved(cycled, {2, 3, 1}), {1, 2, 3}, kSix);
}

TEST(OnnxTranspose, folds_a_constant) {
  Model model;
  model.floats("c", {2, 1, 3}, {1, 2, 3, 4, 5, 6}).output("y");
  set_ints(model.node("Transpose", {"c"}, "y"), "perm", {2, 0, 1});
  EXPECT_TRUE(graph_of(model).nodes.empty());
  expect_array(result_of(model), {3, 2, 1}, {1, 4, 2, 5, 3, 6});
}

TEST(OnnxTranspose, refuses_what_is_no_permutation) {
  for (const std::vector<std::int64_t>& perm : std::vector<std::vector<std::int64_t>>{{0}, {0, 0}, {0, 2}, {0, -1}}) {
    Model model;
    set_ints(model.input("x", {2, 3}).output("y").node("Transpose", {"x"}, "y", "t"), "perm", perm);
    expect_error(read(model), Code::kBadFile, {"Transpose 't'"});
  }
}

TEST(OnnxSqueeze, has_axes_as_attribute_before_opset_13_as_operand_since_or_takes_all) {
  Model old(11);
  set_ints(old.node("Squeeze", {"x"}, "y"), "axes", {-4});
  expect_array(moved(old, {1, 2, 1, 3}), {2, 1, 3}, kSix);
  Model now(13);
  now.ints("axes", {2, 0}).node("Squeeze", {"x", "axes"}, "y");
  expect_array(moved(now, {1, 2, 1, 3}), {2, 3}, kSix);
  Model all(13);
  all.node("Squeeze", {"x"}, "y");
  expect_array(moved(all, {1, 2, 1, 3}), {2, 3}, kSix);
  Model wide(13);
  wide.input("x", {2, 3}).output("y").ints("axes", {1}).node("Squeeze", {"x", "axes"}, "y", "s");
  expect_error(read(wide), Code::kBadFile, {"Squeeze 's'", "dimension 1 of 2x3 is not 1"});
}

TEST(OnnxUnsqueeze, counts_axes_in_the_result) {
  Model old(7);
  set_ints(old.node("Unsqueeze", {"x"}, "y"), "axes", {3, 0});
  expect_array(moved(old), {1, 2, 3, 1}, kSix);
  Model now(21);
  now.ints("axes", {-2}).node("Unsqueeze", {"x", "axes"}, "y");
  expect_array(moved(now), {2, 1, 3}, kSix);
  Model twice(13);
  twice.input("x", {2, 3}).output("y").ints("axes", {0, -4}).node("Unsqueeze", {"x", "axes"}, "y", "u");
  expect_error(read(twice), Code::kBadFile, {"Unsqueeze 'u'", "axis -4 is named twice"});
  Model both(13);
  auto& node = both.input("x", {2, 3}).output("y").ints("a", {0}).node("Unsqueeze", {"x", "a"}, "y", "u");
  set_ints(node, "axes", {0});
  expect_error(read(both), Code::kBadFile, {"'axes' is an attribute and an operand at once"});
}

TEST(OnnxCast, goes_between_floats_and_folds_constants) {
  Model down;
  set_int(down.input("x", {2}).output("y").node("Cast", {"x"}, "y"), "to", Proto::FLOAT16);
  expect_array(result_of(down, {floats({2}, {2049, 0.5})}), {2}, {2048, 0.5}, DType::kFloat16);
  Model up;
  set_int(up.input("x", {1}, Proto::FLOAT16).output("y").node("Cast", {"x"}, "y"), "to", Proto::FLOAT);
  expect_array(result_of(up, {floats({1}, {0.5}, DType::kFloat16)}), {1}, {0.5});
  Model constant;
  Proto& weights = constant.initializer("w", {2}, Proto::INT8);
  weights.set_raw_data("\x80\x7f");
  set_int(constant.output("y").node("Cast", {"w"}, "y"), "to", Proto::FLOAT);
  expect_array(result_of(constant), {2}, {-128, 127});
  Model integer;
  set_int(integer.input("x", {1}).output("y").node("Cast", {"x"}, "y", "c"), "to", Proto::INT32);
  expect_problem(read(integer), "c", "casts float32 to int32");
  Model strange;
  set_int(strange.input("x", {1}).output("y").node("Cast", {"x"}, "y", "c"), "to", 77);
  expect_problem(read(strange), "c", "casts float32 to type 77");
}

TEST(OnnxConstant, has_one_value_in_any_of_its_forms) {
  Model tensor;
  auto* value =
      attribute(tensor.output("y").node("Constant", {}, "y"), "value", ::onnx::AttributeProto::TENSOR).mutable_t();
  value->set_data_type(Proto::FLOAT);
  value->add_dims(2);
  value->add_float_data(1.5f);
  value->add_float_data(-2);
  expect_array(result_of(tensor), {2}, {1.5, -2});
  Model number;
  set_float(number.output("y").node("Constant", {}, "y"), "value_float", 0.25f);
  expect_array(result_of(number), {}, {0.25});
  Model integer;
  set_int(integer.output("y").node("Constant", {}, "y"), "value_int", -7);
  expect_array(result_of(integer), {}, {-7}, DType::kInt64);
  Model list;
  auto& floats = attribute(list.output("y").node("Constant", {}, "y"), "value_floats", ::onnx::AttributeProto::FLOATS);
  floats.add_floats(1);
  floats.add_floats(2);
  expect_array(result_of(list), {2}, {1, 2});
  Model integers;
  set_ints(integers.output("y").node("Constant", {}, "y"), "value_ints", {3, 4});
  expect_array(result_of(integers), {2}, {3, 4}, DType::kInt64);
  Model none;
  none.output("y").node("Constant", {}, "y", "c");
  expect_error(read(none), Code::kBadFile, {"Constant 'c'", "has 0 values"});
  Model text;
  attribute(text.output("y").node("Constant", {}, "y", "c"), "value_string", ::onnx::AttributeProto::STRING).set_s("x");
  expect_problem(read(text), "c", "attribute 'value_string' is not known");
}

}  // namespace
}  // namespace mattock::test
