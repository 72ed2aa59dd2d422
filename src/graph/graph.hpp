// A model as the user thinks of it: typed operators on tensors with known shapes, in the order they run.
// Nothing here knows of NPUs. The ONNX reader fills it, `reference` evaluates it, `lower` takes it apart.
//
// Images are NCHW, weights [kernels, channels of a group, rows, columns] (transposed convolutions:
// [channels, kernels of a group, rows, columns]). Element-wise operands broadcast as in NumPy.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/array.hpp"
#include "base/dtype.hpp"

namespace mattock::graph {

/// real = (stored - zero_point) * scale, with one entry for the tensor or one per index of `axis`.
struct Quantization {
  std::vector<double> scale;
  std::vector<std::int32_t> zero_point;  ///< as many as scales
  std::size_t axis = 0;                  ///< which dimension the entries count; unused with one entry
};

using TensorId = std::size_t;  ///< index into Graph::tensors

struct Tensor {
  std::string name;
  DType dtype = DType::kFloat32;
  Shape shape;
  std::optional<Quantization> quantization;  ///< integer types only; without it integers mean themselves
  std::optional<Array> constant;             ///< same dtype and shape
};

struct Extent2 {
  std::int64_t y = 1, x = 1;
};

struct Pads {
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;
};

/// a [..., M, K] times b [..., K, N]; leading dimensions broadcast.
struct MatMul {};

/// Inputs x, weights, and optionally a bias [kernels]. Depthwise: group = channels.
struct Conv {
  std::int64_t group = 1;
  Extent2 strides{}, dilations{};
  Pads pads{};
};

/// The gradient of Conv: out = (in - 1) * stride + (k - 1) * dilation + 1 + output_pad - pads.
struct ConvTranspose {
  std::int64_t group = 1;
  Extent2 strides{}, dilations{};
  Pads pads{};
  Extent2 output_pads{0, 0};
};

struct Add {};
struct Sub {};
struct Mul {};
struct Div {};
/// The larger of two operands; NaN if either is.
struct Max {};
struct Neg {};
struct Abs {};
struct Relu {};
struct Clip {
  double low = 0, high = 0;
};
struct LeakyRelu {
  double slope = 0;  ///< factor of negative values
};
/// Second operand: the factor of negative values.
struct PRelu {};

struct Reshape {};
struct Transpose {
  std::vector<std::size_t> perm;  ///< output dimension i is input dimension perm[i]
};
/// One input, one output per part; the parts' sizes are the outputs' shapes.
struct Split {
  std::size_t axis = 0;
};
struct Concat {
  std::size_t axis = 0;
};
struct Softmax {
  std::size_t axis = 0;
};
/// The same numbers in the output's type and quantization.
struct Convert {};

using Elementwise = std::variant<Add, Sub, Mul, Div, Max, Neg, Abs, Relu, Clip, LeakyRelu, PRelu>;
using Op = std::variant<MatMul, Conv, ConvTranspose, Add, Sub, Mul, Div, Max, Neg, Abs, Relu, Clip, LeakyRelu, PRelu,
                        Reshape, Transpose, Split, Concat, Softmax, Convert>;

/// A step applied to a node's unrounded result; the result is rounded once, after the last step.
struct Fused {
  Elementwise op;
  std::optional<TensorId> operand;  ///< the second operand of Add, Sub, Mul, Div, Max, PRelu; broadcasts to the result
};

struct Node {
  std::string name;
  Op op;
  std::vector<TensorId> inputs, outputs;
  std::vector<Fused> epilogue;  ///< arithmetic operators only
};

struct Graph {
  std::vector<Tensor> tensors;
  std::vector<Node> nodes;  ///< every tensor is written before it is read
  std::vector<TensorId> inputs, outputs;
};

/// "Conv", "MatMul", ... as in ONNX.
std::string_view op_name(const Op& op);
std::string_view op_name(const Elementwise& op);

/// True for the operators that compute (MatMul to PRelu), false for those that move or convert data.
bool is_arithmetic(const Op& op);

/// NumPy's broadcast of two shapes; nothing if they do not fit.
std::optional<Shape> broadcast(const Shape& a, const Shape& b);

/// One line per tensor and node, for people and for tests.
std::string dump(const Graph& graph);

}  // namespace mattock::graph
