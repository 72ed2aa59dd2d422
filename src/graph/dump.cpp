#include <fmt/format.h>

#include "graph/graph.hpp"

namespace mattock::graph {
namespace {

std::string name_of(const Graph& graph, TensorId id) {
  return id < graph.tensors.size() ? fmt::format("%{}", graph.tensors[id].name) : fmt::format("%?{}", id);
}

std::string names_of(const Graph& graph, const std::vector<TensorId>& ids) {
  std::string text;
  for (const TensorId id : ids) text += (text.empty() ? "" : ", ") + name_of(graph, id);
  return text;
}

std::string window_text(std::int64_t group, Extent2 strides, Extent2 dilations, Pads pads) {
  return fmt::format(" group={} strides={}x{} dilations={}x{} pads={},{},{},{}", group, strides.y, strides.x,
                     dilations.y, dilations.x, pads.top, pads.left, pads.bottom, pads.right);
}

struct Details {
  std::string operator()(const Conv& op) const { return window_text(op.group, op.strides, op.dilations, op.pads); }
  std::string operator()(const ConvTranspose& op) const {
    return window_text(op.group, op.strides, op.dilations, op.pads) +
           fmt::format(" output_pads={}x{}", op.output_pads.y, op.output_pads.x);
  }
  std::string operator()(const Clip& op) const { return fmt::format(" low={} high={}", op.low, op.high); }
  std::string operator()(const LeakyRelu& op) const { return fmt::format(" slope={}", op.slope); }
  std::string operator()(const Transpose& op) const {
    std::string text = " perm=";
    for (std::size_t i = 0; i < op.perm.size(); ++i) text += fmt::format("{}{}", i == 0 ? "" : ",", op.perm[i]);
    return text;
  }
  std::string operator()(const Split& op) const { return fmt::format(" axis={}", op.axis); }
  std::string operator()(const Concat& op) const { return fmt::format(" axis={}", op.axis); }
  std::string operator()(const Softmax& op) const { return fmt::format(" axis={}", op.axis); }
  template <class T>
  std::string operator()(const T&) const {
    return "";
  }
};

std::string tensor_line(const Tensor& tensor) {
  std::string text = fmt::format("tensor %{} {} {}", tensor.name, dtype_name(tensor.dtype), shape_text(tensor.shape));
  if (tensor.quantization && tensor.quantization->scale.size() == 1 && tensor.quantization->zero_point.size() == 1)
    text += fmt::format(" scale={} zero_point={}", tensor.quantization->scale[0], tensor.quantization->zero_point[0]);
  else if (tensor.quantization)
    text += fmt::format(" scales={} axis={}", tensor.quantization->scale.size(), tensor.quantization->axis);
  return text + (tensor.constant ? " constant\n" : "\n");
}

std::string node_line(const Graph& graph, const Node& node) {
  std::string text = fmt::format("{} = {}({}){}", names_of(graph, node.outputs), op_name(node.op),
                                 names_of(graph, node.inputs), std::visit(Details{}, node.op));
  for (const Fused& step : node.epilogue)
    text += fmt::format(" + {}{}{}", op_name(step.op),
                        step.operand ? fmt::format(" {}", name_of(graph, *step.operand)) : "",
                        std::visit(Details{}, step.op));
  return text + fmt::format("  # {}\n", node.name);
}

}  // namespace

std::string dump(const Graph& graph) {
  std::string text = fmt::format("inputs {}\n", names_of(graph, graph.inputs));
  for (const Tensor& tensor : graph.tensors) text += tensor_line(tensor);
  for (const Node& node : graph.nodes) text += node_line(graph, node);
  return text + fmt::format("outputs {}\n", names_of(graph, graph.outputs));
}

}  // namespace mattock::graph
