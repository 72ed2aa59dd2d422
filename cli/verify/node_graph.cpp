#include "verify/node_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "verify/constants.hpp"

namespace mattock::verify {
namespace {

using container::Model;
using container::Tensor;
using container::TensorKind;
using MaybeGraph = Result<std::optional<NodeGraph>>;

bool is_float(DType dtype) { return dtype == DType::kFloat16 || dtype == DType::kBfloat16 || dtype == DType::kFloat32; }

/// Scratch memory of a task list, named as an input of the node.
bool is_scratch(const Tensor& tensor) {
  return tensor.kind == TensorKind::kIntermediate && tensor.name.ends_with("_exSecondary");
}

/// Model output and intermediates carry no data of their own; constants do.
bool is_constant(const Tensor& tensor) { return !tensor.data.empty(); }

std::optional<graph::Quantization> quantization_of(const Tensor& tensor) {
  if (tensor.scale.empty() || tensor.scale.size() != tensor.zero_point.size() || is_float(tensor.dtype))
    return std::nullopt;
  graph::Quantization q;
  q.scale.assign(tensor.scale.begin(), tensor.scale.end());
  q.zero_point = tensor.zero_point;
  return q;
}

/// An integer constant is a number only if the file says what one unit of it is.
bool has_meaning(const Tensor& tensor) { return is_float(tensor.dtype) || quantization_of(tensor).has_value(); }

/// The file's fused operators that the reference can express: a first operator and what follows it.
struct Row {
  std::string_view op;
  graph::Op first;
  std::vector<graph::Elementwise> then;
};

std::vector<Row> rows() {
  return {
      {"Conv", graph::Conv{}, {}},
      {"ConvRelu", graph::Conv{}, {graph::Relu{}}},
      {"ConvPRelu", graph::Conv{}, {graph::PRelu{}}},
      {"ConvAdd", graph::Conv{}, {graph::Add{}}},
      {"ConvAddRelu", graph::Conv{}, {graph::Add{}, graph::Relu{}}},
      {"exMatMul", graph::MatMul{}, {}},
      {"Add", graph::Add{}, {}},
      {"AddRelu", graph::Add{}, {graph::Relu{}}},
      {"Sub", graph::Sub{}, {}},
      {"Mul", graph::Mul{}, {}},
      {"Div", graph::Div{}, {}},
      {"Relu", graph::Relu{}, {}},
      {"LeakyRelu", graph::LeakyRelu{}, {}},
      {"PRelu", graph::PRelu{}, {}},
      {"Reshape", graph::Reshape{}, {}},
      {"Transpose", graph::Transpose{}, {}},
      {"Split", graph::Split{}, {}},
      {"Concat", graph::Concat{}, {}},
  };
}

/// Collects the tensors and nodes of one NodeGraph.
class Builder {
 public:
  Builder(const Model& model, const container::Node& node, const TensorValues& values)
      : model_(model), node_(node), values_(values) {}

  const Tensor& tensor(std::size_t index) const { return model_.tensors[index]; }

  /// Inputs without scratch memory.
  std::vector<std::size_t> operands() const {
    std::vector<std::size_t> list;
    for (const std::size_t index : node_.inputs)
      if (!is_scratch(tensor(index))) list.push_back(index);
    return list;
  }

  /// A tensor that an earlier node wrote, with its value.
  Result<graph::TensorId> value(std::size_t index) {
    const auto found = values_.find(index);
    if (found == values_.end())
      return fail(Code::kNotFound, fmt::format("the value of tensor '{}' was not kept", tensor(index).name));
    const graph::TensorId id = declare(index);
    made_.graph.inputs.push_back(id);
    made_.inputs.push_back(found->second);
    return id;
  }

  graph::TensorId constant(std::string name, Array array, std::optional<graph::Quantization> quantization = {}) {
    made_.graph.tensors.push_back(
        {std::move(name), array.dtype, array.shape, std::move(quantization), std::move(array)});
    return made_.graph.tensors.size() - 1;
  }

  /// Value or constant, whichever the tensor is.
  Result<graph::TensorId> operand(std::size_t index) {
    const Tensor& t = tensor(index);
    if (!is_constant(t)) return value(index);
    auto array = decode_constant(t);
    if (!array) return propagate(array);
    return constant(t.name, std::move(*array), quantization_of(t));
  }

  /// A tensor between two nodes of the graph.
  graph::TensorId between(std::string name, DType dtype, Shape shape, std::optional<graph::Quantization> q) {
    made_.graph.tensors.push_back({std::move(name), dtype, std::move(shape), std::move(q), std::nullopt});
    return made_.graph.tensors.size() - 1;
  }

  graph::TensorId output(std::size_t index) {
    const graph::TensorId id = declare(index);
    made_.graph.outputs.push_back(id);
    made_.outputs.push_back(index);
    return id;
  }

  void add(graph::Node node) { made_.graph.nodes.push_back(std::move(node)); }

  graph::Tensor& graph_tensor(graph::TensorId id) { return made_.graph.tensors[id]; }

  NodeGraph finish(bool exact) {
    made_.exact = exact;
    return std::move(made_);
  }

  const container::Node& node() const { return node_; }

 private:
  graph::TensorId declare(std::size_t index) {
    const Tensor& t = tensor(index);
    made_.graph.tensors.push_back({t.name, t.dtype, t.shape, quantization_of(t), std::nullopt});
    return made_.graph.tensors.size() - 1;
  }

  const Model& model_;
  const container::Node& node_;
  const TensorValues& values_;
  NodeGraph made_;
};

tl::unexpected<Error> odd(const container::Node& node, std::string what) {
  return fail(Code::kUnsupported, fmt::format("node '{}' ({}): {}", node.name, node.op, what));
}

const hw::Chip* chip_of(const Model& model) {
  for (const hw::Chip& chip : hw::chips())
    if (chip.generation == model.generation) return &chip;
  return nullptr;
}

graph::Extent2 extent_of(const std::vector<std::int32_t>& values, std::int64_t otherwise) {
  if (values.size() != 2) return {otherwise, otherwise};
  return {values[0], values[1]};
}

/// Factors pass through 16-bit float operands of the hardware, addends through 32-bit ones.
Array as_factor(const Array& array, DType feature) {
  return array.dtype == DType::kFloat32 && is_float(feature) ? converted(array, feature) : array;
}

/// Operands of a convolution by what they are: x, weights, then a bias (constant, one per kernel), slopes
/// (constant, 16-bit), a residual (computed).
struct ConvOperands {
  std::size_t x = 0, weights = 0;
  std::optional<std::size_t> bias, slopes, residual;
};

Result<ConvOperands> sort_conv_operands(const Builder& builder, std::vector<std::size_t> list) {
  if (list.size() < 2) return odd(builder.node(), "a convolution without weights");
  ConvOperands sorted{list[0], list[1], {}, {}, {}};
  for (std::size_t i = 2; i < list.size(); ++i) {
    const Tensor& t = builder.tensor(list[i]);
    const bool is_bias = t.dtype == DType::kFloat32 || t.dtype == DType::kInt32;
    auto& place = !is_constant(t) ? sorted.residual : (is_bias ? sorted.bias : sorted.slopes);
    if (place) return odd(builder.node(), fmt::format("two operands of one kind; the second is '{}'", t.name));
    place = list[i];
  }
  return sorted;
}

Result<graph::Conv> conv_parameters(const container::Node& node) {
  const container::NodeParams& p = node.params;
  graph::Conv op{.group = p.group, .strides = extent_of(p.strides, 1), .dilations = extent_of(p.dilations, 1)};
  if (p.pads.size() == 4) op.pads = {p.pads[0], p.pads[1], p.pads[2], p.pads[3]};
  if (p.pad_mode != "NOTSET" && !p.pad_mode.empty()) return odd(node, fmt::format("pad mode '{}'", p.pad_mode));
  return op;
}

/// The epilogue's second operands: residuals for Add, slopes for PRelu.
Result<std::optional<std::vector<graph::Fused>>> conv_epilogue(Builder& builder, const Row& row,
                                                               const ConvOperands& operands) {
  std::vector<graph::Fused> epilogue;
  for (const graph::Elementwise& step : row.then) {
    const bool adds = std::holds_alternative<graph::Add>(step);
    const bool slopes = std::holds_alternative<graph::PRelu>(step);
    const std::optional<std::size_t> source =
        adds ? operands.residual : (slopes ? operands.slopes : std::optional<std::size_t>{});
    if ((adds || slopes) && !source) return std::nullopt;
    std::optional<graph::TensorId> operand;
    if (source) {
      const auto id = builder.operand(*source);
      if (!id) return propagate(id);
      operand = *id;
    }
    epilogue.push_back({step, operand});
  }
  return epilogue;
}

/// Slopes [channels] or [1, channels, 1, 1] as a shape that broadcasts over an image.
void spread_over_image(graph::Tensor& tensor) {
  if (tensor.shape.size() != 1) return;
  tensor.shape = {tensor.shape[0], 1, 1};
  if (tensor.constant) tensor.constant->shape = tensor.shape;
}

MaybeGraph conv_graph(Builder builder, const Row& row, const Model& model) {
  const auto operands = sort_conv_operands(builder, builder.operands());
  if (!operands) return propagate(operands);
  const Tensor& weights = builder.tensor(operands->weights);
  const hw::Chip* chip = chip_of(model);
  // Integer weights: the file keeps zero points and ratios of scales (the operand records), but the scale
  // itself only inside the output converter's words.
  if (!is_constant(weights) || !has_meaning(weights) || chip == nullptr) return std::nullopt;
  const auto op = conv_parameters(builder.node());
  if (!op) return propagate(op);
  const auto x = builder.value(operands->x);
  if (!x) return propagate(x);
  const Tensor& image = builder.tensor(operands->x);
  const bool depthwise = op->group > 1 && image.shape.size() == 4 && op->group == image.shape[1];
  auto decoded = depthwise ? decode_depthwise_weights(weights, *chip) : decode_weights(weights, *chip);
  if (!decoded) return propagate(decoded);
  graph::Node node{builder.node().name, *op, {*x, builder.constant(weights.name, std::move(*decoded))}, {}, {}};
  if (operands->bias) {
    if (!has_meaning(builder.tensor(*operands->bias))) return std::nullopt;
    const auto bias = builder.operand(*operands->bias);
    if (!bias) return propagate(bias);
    node.inputs.push_back(*bias);
  }
  auto epilogue = conv_epilogue(builder, row, *operands);
  if (!epilogue) return propagate(epilogue);
  if (!*epilogue) return std::nullopt;
  for (const graph::Fused& step : **epilogue)
    if (std::holds_alternative<graph::PRelu>(step.op)) spread_over_image(builder.graph_tensor(*step.operand));
  node.epilogue = std::move(**epilogue);
  node.outputs = {builder.output(builder.node().outputs.at(0))};
  builder.add(std::move(node));
  return builder.finish(is_float(image.dtype));
}

/// A quantized feature operand is first requantized to zero point 0 and the scale of its largest magnitude.
Result<std::optional<graph::TensorId>> without_zero_point(Builder& builder, std::size_t index, graph::TensorId id) {
  const Tensor& t = builder.tensor(index);
  if (is_float(t.dtype) || t.zero_point == std::vector<std::int32_t>{0}) return id;
  if (t.range_min.size() != 1 || t.range_max.size() != 1) return std::nullopt;
  const double largest = std::max(std::fabs(t.range_min[0]), std::fabs(t.range_max[0]));
  if (t.dtype != DType::kInt8 || !(largest > 0)) return std::nullopt;
  const graph::TensorId other =
      builder.between("requantized", t.dtype, t.shape, graph::Quantization{{largest / 127}, {0}, 0});
  builder.add({"requantize", graph::Convert{}, {id}, {other}, {}});
  return other;
}

// Both operands carry K in their channels: out[n, p, 0, q] = sum over k of first[n, k, 0, p] * second[n, k, 0, q].
MaybeGraph matmul_graph(Builder builder) {
  const std::vector<std::size_t> list = builder.operands();
  if (list.size() != 2) return std::nullopt;  // a fused scaling or addend: which, only the words say
  const Tensor& first = builder.tensor(list[0]);
  const Tensor& second = builder.tensor(list[1]);
  const std::size_t result = builder.node().outputs.at(0);
  const Tensor& out = builder.tensor(result);
  for (const Tensor* t : {&first, &second, &out}) {
    if (t->shape.size() != 4 || t->shape[2] != 1)
      return odd(builder.node(),
                 fmt::format("tensor '{}' of shape {} is not one line high", t->name, shape_text(t->shape)));
    if (!has_meaning(*t)) return std::nullopt;
  }
  const auto a = builder.value(list[0]);
  if (!a) return propagate(a);
  const auto b = builder.value(list[1]);
  if (!b) return propagate(b);
  const auto features = without_zero_point(builder, list[1], *b);
  if (!features) return propagate(features);
  if (!*features) return std::nullopt;
  const auto permuted = [](const Shape& s, const std::vector<std::size_t>& perm) {
    Shape shape;
    for (const std::size_t dim : perm) shape.push_back(s[dim]);
    return shape;
  };
  const std::vector<std::size_t> rows_first{0, 2, 3, 1};
  const std::vector<std::size_t> lines_first{0, 2, 1, 3};
  const graph::TensorId left =
      builder.between("left", first.dtype, permuted(first.shape, rows_first), quantization_of(first));
  const graph::TensorId right = builder.between("right", second.dtype, permuted(second.shape, lines_first),
                                                builder.graph_tensor(**features).quantization);
  const graph::TensorId product =
      builder.between("product", out.dtype, permuted(out.shape, lines_first), quantization_of(out));
  builder.add({"left", graph::Transpose{rows_first}, {*a}, {left}, {}});
  builder.add({"right", graph::Transpose{lines_first}, {**features}, {right}, {}});
  builder.add({builder.node().name, graph::MatMul{}, {left, right}, {product}, {}});
  builder.add({"result", graph::Transpose{lines_first}, {product}, {builder.output(result)}, {}});
  return builder.finish(is_float(out.dtype));
}

MaybeGraph elementwise_graph(Builder builder, const Row& row) {
  std::vector<std::size_t> list = builder.operands();
  const Tensor& x = builder.tensor(list.empty() ? builder.node().outputs.at(0) : list[0]);
  graph::Node node{builder.node().name, row.first, {}, {}, {}};
  const bool factor = std::holds_alternative<graph::Mul>(row.first) || std::holds_alternative<graph::PRelu>(row.first);
  if (std::holds_alternative<graph::LeakyRelu>(row.first)) {
    if (!builder.node().params.alpha) return std::nullopt;
    Array slope = Array::zeros(is_float(x.dtype) ? x.dtype : DType::kFloat32, {1});
    set_element(slope, 0, *builder.node().params.alpha);
    node.op = graph::LeakyRelu{element_as_double(slope, 0)};
  }
  for (const std::size_t index : list) {
    if (!has_meaning(builder.tensor(index))) return std::nullopt;
    const auto id = builder.operand(index);
    if (!id) return propagate(id);
    graph::Tensor& operand = builder.graph_tensor(*id);
    if (factor && operand.constant) {
      operand.constant = as_factor(*operand.constant, x.dtype);
      operand.dtype = operand.constant->dtype;
    }
    node.inputs.push_back(*id);
  }
  const Tensor& out = builder.tensor(builder.node().outputs.at(0));
  if (!has_meaning(out)) return std::nullopt;
  for (const graph::Elementwise& step : row.then) node.epilogue.push_back({step, {}});
  node.outputs = {builder.output(builder.node().outputs[0])};
  builder.add(std::move(node));
  return builder.finish(is_float(out.dtype));
}

bool same_quantization(const Tensor& a, const Tensor& b) {
  return a.dtype == b.dtype && a.scale == b.scale && a.zero_point == b.zero_point;
}

MaybeGraph movement_graph(Builder builder, const Row& row) {
  std::vector<std::size_t> list = builder.operands();
  // Reshape and Split name their target shape in a constant; the outputs' shapes say the same.
  if (!std::holds_alternative<graph::Concat>(row.first) && list.size() > 1) list.erase(list.begin() + 1, list.end());
  graph::Node node{builder.node().name, row.first, {}, {}, {}};
  const container::NodeParams& p = builder.node().params;
  if (auto* transpose = std::get_if<graph::Transpose>(&node.op)) {
    if (p.perm.empty()) return std::nullopt;
    for (const std::int32_t dim : p.perm) transpose->perm.push_back(static_cast<std::size_t>(dim));
  }
  if (std::holds_alternative<graph::Split>(node.op) || std::holds_alternative<graph::Concat>(node.op)) {
    if (list.empty()) return odd(builder.node(), "no inputs");
    const auto rank = static_cast<std::int32_t>(builder.tensor(list[0]).shape.size());
    const std::int32_t axis = p.axis.value_or(0) < 0 ? p.axis.value_or(0) + rank : p.axis.value_or(0);
    if (std::holds_alternative<graph::Split>(node.op))
      node.op = graph::Split{static_cast<std::size_t>(axis)};
    else
      node.op = graph::Concat{static_cast<std::size_t>(axis)};
  }
  bool exact = true;
  const Tensor& first_out = builder.tensor(builder.node().outputs.at(0));
  for (const std::size_t index : list) {
    const auto id = builder.operand(index);
    if (!id) return propagate(id);
    node.inputs.push_back(*id);
    exact = exact && same_quantization(builder.tensor(index), first_out);
  }
  for (const std::size_t index : builder.node().outputs) {
    exact = exact && same_quantization(builder.tensor(index), first_out);
    node.outputs.push_back(builder.output(index));
  }
  builder.add(std::move(node));
  return builder.finish(exact || is_float(first_out.dtype));
}

}  // namespace

MaybeGraph node_graph(const Model& model, const container::Node& node, const TensorValues& values) {
  const std::vector<Row> table = rows();
  const auto row = std::find_if(table.begin(), table.end(), [&](const Row& r) { return r.op == node.op; });
  if (row == table.end() || node.outputs.empty()) return std::nullopt;
  Builder builder(model, node, values);
  if (std::holds_alternative<graph::Conv>(row->first)) return conv_graph(std::move(builder), *row, model);
  if (std::holds_alternative<graph::MatMul>(row->first)) return matmul_graph(std::move(builder));
  if (graph::is_arithmetic(row->first)) return elementwise_graph(std::move(builder), *row);
  return movement_graph(std::move(builder), *row);
}

}  // namespace mattock::verify
