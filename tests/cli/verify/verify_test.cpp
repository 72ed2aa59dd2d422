// Verdicts on models made by hand: small enough that the right output is worked out here.
#include "verify/verify.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/bytes.hpp"
#include "base/half.hpp"

namespace mattock::verify {
namespace {

using container::Layout;
using container::Node;
using container::Tensor;
using container::TensorKind;

Array array_of(DType dtype, Shape shape, const std::vector<double>& values) {
  Array array = Array::zeros(dtype, std::move(shape));
  EXPECT_EQ(array.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) set_element(array, i, values[i]);
  return array;
}

/// One node under test with its tensors; index 0 is the placeholder, as in every file.
struct Case {
  container::Model model;
  TensorValues values;

  Case(std::string op, container::NodeParams params = {}) {
    model.generation = "RKNPU lite";
    model.tensors.emplace_back();
    Node node;
    node.op = std::move(op);
    node.name = "node";
    node.params = std::move(params);
    model.nodes.push_back(std::move(node));
  }

  Tensor& add(std::string name, DType dtype, Shape shape, TensorKind kind) {
    Tensor tensor;
    tensor.name = std::move(name);
    tensor.dtype = dtype;
    tensor.shape = std::move(shape);
    tensor.kind = kind;
    model.tensors.push_back(std::move(tensor));
    return model.tensors.back();
  }
  Case& input(DType dtype, Shape shape, const std::vector<double>& values_in, float scale = 0, int zero_point = 0) {
    model.nodes[0].inputs.push_back(model.tensors.size());
    values[model.tensors.size()] = array_of(dtype, shape, values_in);
    quantize(add("in", dtype, shape, TensorKind::kIntermediate), scale, zero_point);
    return *this;
  }
  Case& constant(DType dtype, Shape shape, const std::vector<double>& values_in, Layout layout = Layout::kPlain) {
    model.nodes[0].inputs.push_back(model.tensors.size());
    Tensor& tensor = add("constant", dtype, shape, TensorKind::kConstant);
    tensor.layout = layout;
    tensor.data = array_of(dtype, {static_cast<std::int64_t>(values_in.size())}, values_in).data;
    return *this;
  }
  Case& output(DType dtype, Shape shape, const std::vector<double>& values_in, float scale = 0, int zero_point = 0) {
    model.nodes[0].outputs.push_back(model.tensors.size());
    values[model.tensors.size()] = array_of(dtype, shape, values_in);
    quantize(add("out", dtype, shape, TensorKind::kIntermediate), scale, zero_point);
    return *this;
  }
  NodeVerdict verdict() const {
    const auto verdicts = verify(model, values);
    EXPECT_EQ(verdicts.size(), 1u);
    return verdicts.empty() ? NodeVerdict{} : verdicts[0];
  }

 private:
  static void quantize(Tensor& tensor, float scale, int zero_point) {
    if (scale == 0) return;
    tensor.scale = {scale};
    tensor.zero_point = {zero_point};
  }
};

container::NodeParams conv_params(std::vector<std::int32_t> pads = {0, 0, 0, 0}, std::int32_t group = 1) {
  container::NodeParams params;
  params.type = 1;
  params.pad_mode = "NOTSET";
  params.strides = params.dilations = params.kernel = {1, 1};
  params.pads = std::move(pads);
  params.group = group;
  return params;
}

/// 1x1 convolution of 4 channels and 2 kernels with bias: 1 + 2 + 3 + 4 = 10 and its negative, on two pixels.
Case conv_case(std::string op, const std::vector<double>& expected) {
  Case c(std::move(op), conv_params());
  c.input(DType::kFloat16, {1, 4, 1, 2}, {1, 10, 2, 20, 3, 30, 4, 40})
      .constant(DType::kFloat16, {2, 4, 1, 1}, {1, 1, 1, 1, -1, -1, -1, -1}, Layout::kNativeWeight)
      .constant(DType::kFloat32, {2}, {0.5, 0.25, 0, 0})
      .output(DType::kFloat16, {1, 2, 1, 2}, expected);
  return c;
}

TEST(VerifyConv, recomputes_from_weights_and_bias_of_the_file) {
  EXPECT_EQ(conv_case("Conv", {10.5, 100.5, -9.75, -99.75}).verdict().verdict, Verdict::kExact);
  EXPECT_EQ(conv_case("ConvRelu", {10.5, 100.5, 0, 0}).verdict().verdict, Verdict::kExact);
}

TEST(VerifyConv, names_the_worst_element_of_a_mismatch) {
  const NodeVerdict verdict = conv_case("Conv", {10.5, 100.5, -9.7421875, -99.5}).verdict();
  EXPECT_EQ(verdict.verdict, Verdict::kMismatch);
  EXPECT_EQ(verdict.elements, 4u);
  EXPECT_EQ(verdict.differing, 2u);
  EXPECT_EQ(verdict.worst, 4);  // 99.75 and 99.5 are four steps of 2^-4 apart
  EXPECT_EQ(verdict.note, "element 3 of 'out' is -99.5, reference -99.75");
  EXPECT_FALSE(passed({verdict}));
}

TEST(VerifyConv, one_step_of_a_float_is_a_mismatch) {
  EXPECT_EQ(conv_case("Conv", {10.5078125, 100.5, -9.75, -99.75}).verdict().verdict, Verdict::kMismatch);
}

TEST(VerifyConv, adds_the_residual_before_the_one_rounding) {
  Case c("ConvAddRelu", conv_params());
  c.input(DType::kFloat16, {1, 1, 1, 2}, {2048, -1})
      .constant(DType::kFloat16, {1, 1, 1, 1}, {1, 0, 0, 0}, Layout::kNativeWeight)
      .constant(DType::kFloat32, {1}, {1})
      .input(DType::kFloat16, {1, 1, 1, 2}, {2, -5})
      .output(DType::kFloat16, {1, 1, 1, 2}, {2052, 0});  // 2051 rounds to 2052, 2048 + 1 alone to 2048
  EXPECT_EQ(c.verdict().verdict, Verdict::kExact);
}

TEST(VerifyConv, slopes_per_channel_are_operands) {
  Case c("ConvPRelu", conv_params());
  c.input(DType::kFloat16, {1, 1, 1, 1}, {2})
      .constant(DType::kFloat16, {2, 1, 1, 1}, {1, 0, 0, 0, -1, 0, 0, 0}, Layout::kNativeWeight)
      .constant(DType::kFloat16, {2}, {0.5, 0.25})
      .output(DType::kFloat16, {1, 2, 1, 1}, {2, -0.5});
  EXPECT_EQ(c.verdict().verdict, Verdict::kExact);
}

TEST(VerifyConv, depthwise_has_one_kernel_per_channel) {
  Case c("Conv", conv_params({0, 1, 0, 0}, 3));
  // Channels 0..2 in one atom of four; taps left and right.
  c.input(DType::kFloat16, {1, 3, 1, 2}, {1, 2, 3, 4, 5, 6})
      .constant(DType::kFloat16, {1, 3, 1, 2}, {1, 10, 100, 0, 2, 20, 200, 0}, Layout::kNativeWeight)
      .output(DType::kFloat16, {1, 3, 1, 2}, {2, 5, 60, 110, 1000, 1700});
  EXPECT_EQ(c.verdict().verdict, Verdict::kExact) << c.verdict().note;
}

TEST(VerifyConv, int8_weights_have_their_scale_only_in_the_command_words) {
  Case c("Conv", conv_params());
  c.input(DType::kInt8, {1, 1, 1, 1}, {2}, 0.5)
      .constant(DType::kInt8, {1, 1, 1, 1}, {1, 0, 0, 0, 0, 0, 0, 0}, Layout::kNativeWeight)
      .output(DType::kInt8, {1, 1, 1, 1}, {2}, 0.5);
  EXPECT_EQ(c.verdict().verdict, Verdict::kNotVerified);
  EXPECT_EQ(c.verdict().note, "not verified: parameters only in the command words");
}

TEST(VerifyConv, limits_of_a_fused_clip_are_only_in_the_command_words) {
  const NodeVerdict verdict = conv_case("ConvClip", {1, 1, 1, 1}).verdict();
  EXPECT_EQ(verdict.verdict, Verdict::kNotVerified);
  EXPECT_EQ(verdict.note, kOnlyInCommands);
  EXPECT_TRUE(passed({verdict}));
}

TEST(VerifyMatMul, both_operands_carry_k_in_their_channels) {
  Case c("exMatMul");
  c.input(DType::kFloat16, {1, 2, 1, 3}, {1, 2, 3, 10, 20, 30})  // A transposed: K = 2, M = 3
      .input(DType::kFloat16, {1, 2, 1, 2}, {1, 2, 3, 4});       // K = 2, N = 2
  Tensor& scratch = c.add("in_exSecondary", DType::kFloat16, {1, 2, 1, 3}, TensorKind::kIntermediate);
  EXPECT_EQ(scratch.name, "in_exSecondary");
  c.model.nodes[0].inputs.push_back(3);
  c.output(DType::kFloat16, {1, 3, 1, 2}, {31, 42, 62, 84, 93, 126});
  EXPECT_EQ(c.verdict().verdict, Verdict::kExact) << c.verdict().note;
}

TEST(VerifyMatMul, a_quantized_feature_operand_is_requantized_to_zero_point_zero) {
  // second: (q - 10) * 1 within [-20, 127]: requantized with scale 127 / 127 = 1, so 117 - 10 = 107 stays 107.
  // (4 - 1) * 0.5 * 107 = 160.5, in units of 2: 80.25.
  const auto with_output = [](double value) {
    Case c("exMatMul");
    c.input(DType::kInt8, {1, 1, 1, 1}, {4}, 0.5, 1)
        .input(DType::kInt8, {1, 1, 1, 1}, {117}, 1, 10)
        .output(DType::kInt8, {1, 1, 1, 1}, {value}, 2, 3);
    c.model.tensors[2].range_min = {-20};
    c.model.tensors[2].range_max = {127};
    return c;
  };
  EXPECT_EQ(with_output(83).verdict().verdict, Verdict::kExact) << with_output(83).verdict().note;
  EXPECT_EQ(with_output(84).verdict().verdict, Verdict::kWithin);
  EXPECT_EQ(with_output(85).verdict().verdict, Verdict::kMismatch);
  Case no_range = with_output(83);
  no_range.model.tensors[2].range_max.clear();
  EXPECT_EQ(no_range.verdict().note, kOnlyInCommands);
}

TEST(VerifyMatMul, a_third_operand_is_not_guessed) {
  Case c("exMatMul");
  c.input(DType::kFloat16, {1, 1, 1, 1}, {4})
      .input(DType::kFloat16, {1, 1, 1, 1}, {4})
      .input(DType::kFloat16, {1, 1, 1, 1}, {4})
      .output(DType::kFloat16, {1, 1, 1, 1}, {16});
  EXPECT_EQ(c.verdict().note, kOnlyInCommands);
}

TEST(VerifyElementwise, quantized_sums_may_be_one_step_off) {
  const auto with_output = [](double value) {
    Case c("AddRelu");  // 2 * 0.5 + (3 - 1) * 0.25 = 1.5, in units of 1 / 4: 6
    c.input(DType::kInt8, {1}, {2}, 0.5F).input(DType::kInt8, {1}, {3}, 0.25F, 1);
    c.output(DType::kInt8, {1}, {value}, 0.25F, -100);
    return c.verdict();
  };
  EXPECT_EQ(with_output(-94).verdict, Verdict::kExact);
  EXPECT_EQ(with_output(-95).verdict, Verdict::kWithin);
  EXPECT_EQ(with_output(-93).verdict, Verdict::kWithin);
  EXPECT_EQ(with_output(-92).verdict, Verdict::kMismatch);
}

TEST(VerifyElementwise, a_slope_is_rounded_to_the_type_of_the_registers) {
  container::NodeParams params;
  params.alpha = 0.1F;
  Case c("LeakyRelu", params);
  const double slope = to_double(half_from_double(0.1F));
  c.input(DType::kFloat16, {2}, {-2048, 3}).output(DType::kFloat16, {2}, {-2048 * slope, 3});
  EXPECT_EQ(c.verdict().verdict, Verdict::kExact) << c.verdict().note;
}

TEST(VerifyElementwise, integer_constants_without_a_scale_are_not_guessed) {
  Case c("Mul");
  c.input(DType::kInt8, {1}, {2}, 0.5F).constant(DType::kInt16, {1}, {100}).output(DType::kInt8, {1}, {2}, 0.5F);
  EXPECT_EQ(c.verdict().note, kOnlyInCommands);
}

TEST(VerifyMovement, bits_must_arrive_unchanged) {
  container::NodeParams params;
  params.perm = {0, 3, 2, 1};
  const auto with_output = [&](double last) {
    Case c("Transpose", params);
    c.input(DType::kInt8, {1, 2, 1, 3}, {1, 2, 3, 4, 5, 6}, 0.5F)
        .output(DType::kInt8, {1, 3, 1, 2}, {1, 4, 2, 5, 3, last}, 0.5F);
    return c.verdict();
  };
  EXPECT_EQ(with_output(6).verdict, Verdict::kExact);
  EXPECT_EQ(with_output(7).verdict, Verdict::kMismatch);  // equal scales: one step off is wrong
}

TEST(VerifyMovement, split_and_concat_follow_their_axis) {
  container::NodeParams params;
  params.axis = 1;
  Case split("Split", params);
  split.input(DType::kFloat16, {2, 3}, {1, 2, 3, 4, 5, 6})
      .constant(DType::kInt64, {2}, {1, 2})
      .output(DType::kFloat16, {2, 1}, {1, 4})
      .output(DType::kFloat16, {2, 2}, {2, 3, 5, 6});
  EXPECT_EQ(split.verdict().verdict, Verdict::kExact) << split.verdict().note;
  EXPECT_EQ(split.verdict().elements, 6u);
  params.axis = -1;
  Case concat("Concat", params);
  concat.input(DType::kFloat16, {2, 1}, {1, 4})
      .input(DType::kFloat16, {2, 2}, {2, 3, 5, 6})
      .output(DType::kFloat16, {2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(concat.verdict().verdict, Verdict::kExact) << concat.verdict().note;
}

TEST(Verify, compares_nan_with_nan_and_zero_with_zero) {
  Case c("Reshape");
  c.input(DType::kFloat16, {3}, {NAN, 0, NAN}).output(DType::kFloat16, {1, 3}, {NAN, -0.0, 1});
  const NodeVerdict verdict = c.verdict();
  EXPECT_EQ(verdict.differing, 1u);
  EXPECT_EQ(verdict.worst, INFINITY);
  EXPECT_EQ(verdict.verdict, Verdict::kMismatch);
}

TEST(Verify, says_which_value_is_missing_and_survives_odd_files) {
  Case c("Relu");
  c.input(DType::kFloat16, {2}, {1, 2}).output(DType::kFloat16, {2}, {1, 2});
  c.values.erase(1);
  EXPECT_EQ(c.verdict().note, "not verified: the value of tensor 'in' was not kept");
  Case shapes("Relu");
  shapes.input(DType::kFloat16, {2}, {1, 2}).output(DType::kFloat16, {3}, {1, 2, 3});
  EXPECT_EQ(shapes.verdict().verdict, Verdict::kNotVerified);
  EXPECT_NE(shapes.verdict().note.find("give shape 2, but the output has 3"), std::string::npos);
  EXPECT_EQ(Case("Conv", conv_params()).model.nodes.size(), 1u);
  Case empty("Conv", conv_params());
  empty.output(DType::kFloat16, {1}, {0});
  EXPECT_EQ(empty.verdict().verdict, Verdict::kNotVerified);
  container::NodeParams params;
  params.perm = {0, -7};
  Case perm("Transpose", params);
  perm.input(DType::kFloat16, {1, 1}, {1}).output(DType::kFloat16, {1, 1}, {1});
  EXPECT_EQ(perm.verdict().verdict, Verdict::kNotVerified);
}

TEST(Verify, leaves_the_doors_out) {
  Case c("InputOperator");
  c.output(DType::kFloat16, {1}, {1});
  EXPECT_TRUE(verify(c.model, c.values).empty());
}

}  // namespace
}  // namespace mattock::verify
