// Files that are damaged or contradict themselves: one error each, never a crash.
#include <random>

#include "graph/check.hpp"
#include "onnx/model.hpp"

namespace mattock::test {
namespace {

Model perceptron() {
  Model model;
  model.input("x", {1, 2}).floats("w", {2, 3}, {1, 2, 3, 4, 5, 6}).floats("b", {3}, {1, 2, 3}).output("y");
  set_float(model.node("Gemm", {"x", "w", "b"}, "h", "fc"), "alpha", 0.5f);
  model.node("Relu", {"h"}, "y", "act");
  return model;
}

TEST(OnnxMalformed, what_is_no_model_is_refused) {
  for (const std::string& bytes :
       {std::string(), std::string("hello\n"), std::string(1000, '\xff'), std::string(1000, '\0'), std::string("RKNN")})
    expect_error(read(bytes), Code::kBadFile, {"ONNX"});
  Model empty;
  expect_error(read(empty), Code::kBadFile, {"has no outputs"});
  Model no_opset = perceptron();
  no_opset.proto.clear_opset_import();
  expect_error(read(no_opset), Code::kBadFile, {"names no opset"});
}

TEST(OnnxMalformed, every_truncation_is_an_error_or_a_model) {
  const std::string whole = perceptron().bytes();
  ASSERT_TRUE(read(whole));
  std::size_t refused = 0;
  for (std::size_t length = 0; length < whole.size(); ++length) refused += read(whole.substr(0, length)) ? 0u : 1u;
  EXPECT_EQ(refused, whole.size());  // the opset comes last
}

TEST(OnnxMalformed, changed_bytes_never_crash) {
  const std::string whole = perceptron().bytes();
  std::mt19937 random(6);
  std::size_t refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = whole;
    for (int i = 0; i < 1 + round % 3; ++i) changed[random() % changed.size()] = static_cast<char>(random());
    const auto reading = read(changed);
    if (!reading) {
      ++refused;
      EXPECT_FALSE(reading.error().message.empty());
      EXPECT_NE(reading.error().code, Code::kInternal) << reading.error().message;
    } else if (reading->problems.empty()) {
      ASSERT_TRUE(graph::check(reading->graph));
    }
  }
  EXPECT_GT(refused, 1000u);
}

TEST(OnnxMalformed, cycles_and_wrong_order_name_both_nodes) {
  Model model;
  model.input("x", {2}).output("y").node("Add", {"x", "b"}, "a", "first");
  model.node("Relu", {"a"}, "b", "second");
  model.node("Relu", {"b"}, "y", "third");
  expect_error(read(model), Code::kBadFile,
               {"Add 'first'", "reads 'b', which node 'second' gives only later", "cycles"});
  Model self;
  self.input("x", {2}).output("y").node("Add", {"x", "y"}, "y", "loop");
  expect_error(read(self), Code::kBadFile, {"Add 'loop'", "node 'loop' gives only later"});
}

TEST(OnnxMalformed, every_name_is_given_once) {
  Model nowhere;
  nowhere.input("x", {2}).output("y").node("Add", {"x", "z"}, "y", "sum");
  expect_error(read(nowhere), Code::kBadFile, {"Add 'sum'", "reads 'z', which no input, initializer or node gives"});
  Model twice;
  twice.input("x", {2}).output("y").node("Relu", {"x"}, "y");
  twice.node("Neg", {"x"}, "y");
  expect_error(read(twice), Code::kBadFile, {"two inputs, initializers or nodes give 'y'"});
  Model inputs;
  inputs.input("x", {2}).input("x", {3}).output("x");
  expect_error(read(inputs), Code::kBadFile, {"has two inputs 'x'"});
  Model nameless;
  nameless.input("", {2}).output("y").node("Relu", {""}, "y");
  expect_error(read(nameless), Code::kBadFile, {"has an input without a name"});
  Model output;
  output.input("x", {2}).output("z");
  expect_error(read(output), Code::kBadFile, {"output 'z': nothing gives it"});
}

TEST(OnnxMalformed, operands_outputs_and_attributes_are_counted_and_typed) {
  const auto with = [](auto change) {
    Model model = perceptron();
    change(*model.graph().mutable_node(0));
    return read(model);
  };
  expect_error(with([](auto& node) { node.add_input("x"); }), Code::kBadFile, {"Gemm 'fc'", "4 operands; 2 to 3"});
  expect_error(with([](auto& node) { node.set_input(0, ""); }), Code::kBadFile, {"Gemm 'fc'", "operands"});
  expect_error(with([](auto& node) { node.clear_input(); }), Code::kBadFile, {"0 operands; 2 to 3 are needed"});
  expect_error(with([](auto& node) { node.add_output("more"); }), Code::kBadFile, {"has 2 outputs; it gives one"});
  expect_error(with([](auto& node) { set_int(node, "beta", 1); }), Code::kBadFile, {"attribute 'beta' is not a float"});
  expect_error(with([](auto& node) { set_float(node, "transA", 1); }), Code::kBadFile, {"'transA' is not an integer"});
  Model max;
  max.input("x", {2}).output("y").node("Max", {"x", "", "x"}, "y", "m");
  expect_error(read(max), Code::kBadFile, {"Max 'm'", "operand 1 is left out"});
}

TEST(OnnxMalformed, a_declared_output_must_be_what_the_nodes_give) {
  const auto declared = [](const Shape& shape, int type) {
    Model model = perceptron();
    set_type(*model.graph().mutable_output(0), "y", shape, type);
    return read(model);
  };
  EXPECT_TRUE(declared({1, 3}, Proto::FLOAT));
  const std::string text = "output 'y' is declared otherwise than the float32 1x3 its nodes give";
  expect_error(declared({3, 1}, Proto::FLOAT), Code::kBadFile, {text});
  expect_error(declared({3}, Proto::FLOAT), Code::kBadFile, {text});
  expect_error(declared({1, 3}, Proto::FLOAT16), Code::kBadFile, {text});
}

TEST(OnnxMalformed, results_beyond_the_limits_are_problems) {
  Model model;
  model.input("x", {1 << 20, 1}).input("z", {1 << 20}).output("y").node("Add", {"x", "z"}, "y", "big");
  expect_problem(read(model), "big", "has more than 2147483648 elements");
}

}  // namespace
}  // namespace mattock::test
