// What is not covered: all of it at once, each with a name, a reason and a way out.
#include <algorithm>
#include <fstream>

#include "onnx/model.hpp"
#include "onnx/operators.hpp"

namespace mattock::test {
namespace {

using Rows = std::vector<std::array<std::string, 3>>;

Rows rows(const Result<onnx::Reading>& reading) {
  Rows found;
  if (!reading) ADD_FAILURE() << to_string(reading.error());
  if (reading)
    for (const onnx::Problem& problem : reading->problems) found.push_back({problem.name, problem.op, problem.reason});
  return found;
}

TEST(OnnxProblems, every_node_that_is_not_covered_is_listed_once) {
  Model model;
  model.input("x", {2, 3}).output("y");
  model.node("Sigmoid", {"x"}, "a", "gate");
  model.node("Relu", {"a"}, "b", "fine");  // of unknown shape, but no problem itself
  model.node("Split", {"b"}, "c", "cut").add_output("d");
  model.node("Gelu", {"d"}, "e").set_domain("com.microsoft");
  model.node("MatMul", {"x", "x"}, "f", "later");  // reads known tensors, and does not fit: the file's fault
  model.node("Add", {"e", "c"}, "y", "fine2");
  expect_error(read(model), Code::kBadFile, {"MatMul 'later'"});
  model.graph().mutable_node(4)->set_op_type("Frobnicate");
  EXPECT_EQ(rows(read(model)), (Rows{{"gate", "Sigmoid", "is not supported"},
                                     {"cut", "Split", "is not supported"},
                                     {"e", "Gelu", "belongs to 'com.microsoft'; ONNX's own operators are read"},
                                     {"later", "Frobnicate", "is not supported"}}));
}

TEST(OnnxProblems, become_one_error_with_all_of_them_for_whoever_needs_the_graph) {
  Model model;
  model.input("x", {2}).output("z").node("Tanh", {"x"}, "y", "t1");
  model.node("Pow", {"y", "y"}, "z", "p1");
  const std::string bytes = model.bytes();
  const auto graph = onnx::read_graph(std::as_bytes(std::span(bytes)), {});
  ASSERT_FALSE(graph);
  EXPECT_EQ(graph.error().code, Code::kUnsupported);
  EXPECT_EQ(to_string(graph.error()),
            "2 problems: Tanh 't1': is not supported (Relu, LeakyRelu, PRelu and Clip are the activations that work); "
            "Pow 'p1': is not supported (Mul the tensor with itself); mattock check lists them");
}

TEST(OnnxProblems, an_open_dimension_is_named) {
  Model model;
  model.input("x", {2, 3}).output("y").node("Relu", {"x"}, "y");
  auto* shape = model.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
  shape->mutable_dim(1)->set_dim_param("batch");
  expect_problem(read(model), "x", "dimension 1 is 'batch', not a number", "fixed sizes");
  shape->mutable_dim(1)->clear_dim_param();
  expect_problem(read(model), "x", "dimension 1 is left open, not a number", "fixed sizes");
  shape->mutable_dim(1)->set_dim_value(0);
  expect_problem(read(model), "x", "dimension 0 in shape 2x0; they begin at 1");
  model.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
  expect_problem(read(model), "x", "has no shape", "fixed sizes");
  model.graph().mutable_input(0)->mutable_type()->mutable_sequence_type();
  expect_problem(read(model), "x", "is not a tensor");
}

TEST(OnnxProblems, an_attribute_nobody_knows_is_not_passed_over) {
  Model model;
  set_int(model.input("x", {2}).output("y").node("Relu", {"x"}, "y", "r"), "leak", 1);
  expect_problem(read(model), "r", "attribute 'leak' is not known");
}

TEST(OnnxProblems, opsets_outside_7_to_21_are_refused_with_both_limits) {
  for (const std::int64_t opset : {7, 21}) {
    Model model(opset);
    model.input("x", {2}).output("y").node("Relu", {"x"}, "y");
    EXPECT_TRUE(read(model)) << opset;
  }
  for (const std::int64_t opset : {6, 22}) {
    Model model(opset);
    model.input("x", {2}).output("y").node("Relu", {"x"}, "y");
    expect_error(read(model), Code::kUnsupported,
                 {"uses opset " + std::to_string(opset), "7 to 21 are read", "version_converter"});
  }
}

TEST(OnnxProblems, names_of_any_length_are_kept_and_shown_short) {
  const std::string name(100'000, 'n');
  Model model;
  model.input(name, {2}).output("y").node("Relu", {name}, "y", name);
  EXPECT_EQ(graph_of(model).nodes.at(0).name, name);
  model.graph().mutable_node(0)->set_op_type("Sin");
  const auto reading = read(model);
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->problems.at(0).name, name);
  EXPECT_LT(onnx::problems_error(reading->problems).message.size(), 300u);
}

TEST(OnnxSupport, the_tables_are_in_order_and_do_not_contradict_each_other) {
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  EXPECT_TRUE(std::is_sorted(onnx::operators().begin(), onnx::operators().end(), by_name));
  EXPECT_TRUE(std::is_sorted(onnx::absent_operators().begin(), onnx::absent_operators().end(), by_name));
  for (const onnx::Absent& row : onnx::absent_operators())
    EXPECT_EQ(onnx::find_operator(row.name), nullptr) << row.name;
}

TEST(OnnxSupport, the_page_in_docs_is_what_the_table_says) {
  std::ifstream page(MATTOCK_TEST_DATA "/../../docs/support.md");
  const std::string text(std::istreambuf_iterator<char>(page), {});
  EXPECT_NE(text.find("| MatMul | float32, float16; 1 to 4 dimensions"), std::string::npos);
  EXPECT_EQ(text, onnx::support_text()) << "build/release/mattock check --operators > docs/support.md";
}

}  // namespace
}  // namespace mattock::test
