#include "onnx/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mattock::onnx {
namespace {

constexpr std::size_t kAny = 1u << 16;

constexpr std::array kOperators{
    Operator{"Abs", 1, 1, "", "float32, float16", read_abs},
    Operator{"Add", 2, 2, "", "float32, float16; operands broadcast", read_add},
    Operator{"Cast", 1, 1, "to saturate", "between float32 and float16; constants of any number type to floats",
             read_cast},
    Operator{"Clip", 1, 3, "min max", "limits as attributes or constant scalars, in order", read_clip},
    Operator{"Constant", 0, 0, "value value_float value_floats value_int value_ints", "tensors and numbers",
             read_constant},
    Operator{"Div", 2, 2, "", "float32, float16; operands broadcast", read_div},
    Operator{"Flatten", 1, 1, "axis", "any type", read_flatten},
    Operator{"Gemm", 2, 3, "alpha beta transA transB", "float32, float16; both transposes, alpha, beta, C broadcasts",
             read_gemm},
    Operator{"Identity", 1, 1, "", "any type", read_identity},
    Operator{"LeakyRelu", 1, 1, "alpha", "float32, float16", read_leaky_relu},
    Operator{"MatMul", 2, 2, "", "float32, float16; 1 to 4 dimensions, leading ones broadcast", read_matmul},
    Operator{"Max", 1, kAny, "", "float32, float16; any number of operands, which broadcast", read_max},
    Operator{"Mul", 2, 2, "", "float32, float16; operands broadcast", read_mul},
    Operator{"Neg", 1, 1, "", "float32, float16", read_neg},
    Operator{"PRelu", 2, 2, "", "float32, float16; slopes broadcast to the input", read_prelu},
    Operator{"Relu", 1, 1, "", "float32, float16", read_relu},
    Operator{"Reshape", 2, 2, "allowzero", "constant shape; 0 copies a dimension, -1 takes the rest", read_reshape},
    Operator{"Softmax", 1, 1, "axis", "float32, float16; over one axis, before opset 13 over all from the axis on",
             read_softmax},
    Operator{"Squeeze", 1, 2, "axes", "axes as attribute or constant", read_squeeze},
    Operator{"Sub", 2, 2, "", "float32, float16; operands broadcast", read_sub},
    Operator{"Transpose", 1, 1, "perm", "any type", read_transpose},
    Operator{"Unsqueeze", 1, 2, "axes", "axes as attribute or constant", read_unsqueeze},
};

constexpr std::string_view kExport = "export the model in evaluation mode";
constexpr std::string_view kActivation = "Relu, LeakyRelu, PRelu and Clip are the activations that work";
constexpr std::string_view kFixedShapes = "export with fixed shapes, so that it becomes a constant";
constexpr std::string_view kWhole = "run this part of the model outside, or split the model here";
constexpr std::string_view kFloatModel = "give the model before quantisation, in float32";

constexpr std::array kAbsent{
    Absent{"AveragePool", "MatMul with a constant matrix of 1/n"},
    Absent{"BatchNormalization",
           "export in evaluation mode, where it folds into the product before it, or write Mul and Add"},
    Absent{"Concat", "multiply each part by its rows of the weights and Add the products"},
    Absent{"ConstantOfShape", kFixedShapes},
    Absent{"Conv", "write a 1x1 convolution as MatMul"},
    Absent{"DequantizeLinear", kFloatModel},
    Absent{"Dropout", kExport},
    Absent{"Einsum", "write it as Transpose, Reshape and MatMul"},
    Absent{"Elu", kActivation},
    Absent{"Erf", kActivation},
    Absent{"Exp", kActivation},
    Absent{"Expand", "Add, Sub, Mul, Div and Max broadcast by themselves"},
    Absent{"Gather", "MatMul with a constant matrix of zeros and ones"},
    Absent{"Gelu", kActivation},
    Absent{"GlobalAveragePool", "MatMul with a constant matrix of 1/n"},
    Absent{"HardSigmoid", "Mul, Add and Clip"},
    Absent{"HardSwish", "Mul, Add and Clip"},
    Absent{"If", kFixedShapes},
    Absent{"LayerNormalization", kWhole},
    Absent{"Loop", kFixedShapes},
    Absent{"MatMulInteger", kFloatModel},
    Absent{"Min", "Neg, Max and Neg"},
    Absent{"Pow", "Mul the tensor with itself"},
    Absent{"QLinearMatMul", kFloatModel},
    Absent{"QuantizeLinear", kFloatModel},
    Absent{"ReduceMean", "MatMul with a constant matrix of 1/n"},
    Absent{"ReduceSum", "MatMul with a constant matrix of ones"},
    Absent{"Shape", kFixedShapes},
    Absent{"Sigmoid", kActivation},
    Absent{"Slice", "MatMul with a constant matrix of zeros and ones"},
    Absent{"Split", "multiply by each part of the weights on its own"},
    Absent{"Sum", "a chain of Add"},
    Absent{"Tanh", kActivation},
};

}  // namespace

std::span<const Operator> operators() { return kOperators; }
std::span<const Absent> absent_operators() { return kAbsent; }

const Operator* find_operator(std::string_view name) {
  const auto* found = std::find_if(kOperators.begin(), kOperators.end(), [&](const auto& o) { return o.name == name; });
  return found == kOperators.end() ? nullptr : found;
}

bool takes_attribute(const Operator& row, std::string_view attribute) {
  for (std::string_view rest = row.attributes; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == attribute) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::string_view way_out_of(std::string_view name) {
  const auto* found = std::find_if(kAbsent.begin(), kAbsent.end(), [&](const auto& o) { return o.name == name; });
  return found == kAbsent.end() ? kWhole : found->way_out;
}

std::string support_text() {
  std::string text =
      "# ONNX operators\n\n"
      "What Mattock reads of ONNX models, opset 7 to 21. `mattock check MODEL.onnx` lists what a model has beyond it;\n"
      "`mattock check --operators` prints this page.\n\n"
      "| operator | what is read |\n| --- | --- |\n";
  for (const Operator& row : kOperators) text += fmt::format("| {} | {} |\n", row.name, row.covers);
  text += "\n| not read | the nearest thing that works |\n| --- | --- |\n";
  for (const Absent& row : kAbsent) text += fmt::format("| {} | {} |\n", row.name, row.way_out);
  return text + fmt::format("| any other | {} |\n", kWhole);
}

}  // namespace mattock::onnx
