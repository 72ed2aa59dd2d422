#include "lower/lower.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/bytes.hpp"
#include "lower/lowering.hpp"

namespace mattock::lower {
namespace {

/// Weights become fp16 as they are. They are many, so fp32 is looked at as it lies.
Result<void> check_weights(const graph::Tensor& tensor, const graph::Node& node) {
  if (!tensor.constant) return {};
  constexpr double kTooLarge = 65520;  // rounds to infinity
  const Array& weights = *tensor.constant;
  const bool floats = weights.dtype == DType::kFloat32;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double value = floats ? load_le<float>(weights.data, i * sizeof(float)) : element_as_double(weights, i);
    if (std::abs(value) < kTooLarge) continue;
    return fail(Code::kUnsupported,
                fmt::format("node '{}': element {} of the weights '{}' is {}; fp16 holds numbers up to 65504",
                            shown(node.name), i, shown(tensor.name), value),
                "scale the weights down and the result up");
  }
  return {};
}

/// Infinities and what is no number: a register or an operand stream would take the bits, and the result would be
/// another than the operator's.
Result<void> check_finite(const graph::Tensor& tensor, const graph::Node& node) {
  if (!tensor.constant) return {};
  for (std::size_t i = 0; i < tensor.constant->size(); ++i) {
    const double value = element_as_double(*tensor.constant, i);
    if (!std::isfinite(value))
      return fail(Code::kUnsupported,
                  fmt::format("node '{}': element {} of constant '{}' is {}; the NPU takes finite numbers",
                              shown(node.name), i, shown(tensor.name), value),
                  "write a large number in place of an infinity, up to 65504, such as -10000 in a mask");
  }
  return {};
}

}  // namespace

/// Of what the node computes with; what is only moved may be anything.
Result<void> Lowering::check_constants(const graph::Node& node) const {
  const auto check = std::holds_alternative<graph::MatMul>(node.op) ? check_weights : check_finite;
  if (graph::is_arithmetic(node.op))
    for (const graph::TensorId id : node.inputs)
      if (const auto good = check(graph_.tensors[id], node); !good) return good;
  for (const graph::Fused& step : node.epilogue)
    if (step.operand)
      if (const auto good = check_finite(graph_.tensors[*step.operand], node); !good) return good;
  return {};
}

void Lowering::begin() {
  readers_.resize(graph_.tensors.size());
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    for (const graph::TensorId id : graph_.nodes[i].inputs) readers_[id].push_back(i);
    for (const graph::Fused& step : graph_.nodes[i].epilogue)
      if (step.operand) readers_[*step.operand].push_back(i);
  }
  outputs_.insert(graph_.outputs.begin(), graph_.outputs.end());
}

Result<Module> Lowering::run() {
  begin();
  for (const graph::Node& node : graph_.nodes)
    if (const auto good = check_constants(node); !good) return propagate(good);
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    if (done_.contains(i)) continue;
    if (const auto lowered = lower_node(graph_.nodes[i]); !lowered) return propagate(lowered);
  }
  values_.finish(graph_);
  return std::move(module_);
}

/// The results of a node that was refused, as if something had written them.
void Lowering::pretend(const graph::Node& node) {
  for (const ValueId out : node.outputs)
    if (!values_[out].exists()) values_.place(out, values_[out].columns());
}

std::vector<Refusal> Lowering::refusals() {
  begin();
  std::vector<Refusal> found;
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    const graph::Node& node = graph_.nodes[i];
    const auto good = check_constants(node);
    if (good && done_.contains(i)) continue;
    const auto lowered = good ? lower_node(node) : good;
    if (lowered) continue;
    Error error = lowered.error();
    const std::string name = fmt::format("node '{}'", shown(node.name));
    if (error.message.starts_with(name + ": ")) error.message.erase(0, name.size() + 2);
    if (error.where == name) error.where.clear();
    found.push_back({node.name, std::string(graph::op_name(node.op)), std::move(error)});
    pretend(node);
    for (const std::size_t taken : done_) pretend(graph_.nodes[taken]);  // of the same chain
  }
  return found;
}

Result<void> Lowering::lower_node(const graph::Node& node) {
  const ValueId out = node.outputs.front();
  if (std::holds_alternative<graph::MatMul>(node.op)) return product(node);
  if (std::holds_alternative<graph::Softmax>(node.op)) {
    softmax(node);
  } else if (std::holds_alternative<graph::Reshape>(node.op) || std::holds_alternative<graph::Convert>(node.op)) {
    values_.alias(out, node.inputs.front());  // all that moves is fp16
  } else if (const auto* transpose = std::get_if<graph::Transpose>(&node.op)) {
    values_.transpose(out, node.inputs.front(), transpose->perm);
  } else if (graph::is_arithmetic(node.op)) {
    return elementwise(node);
  } else {
    return fail(Code::kUnsupported,
                fmt::format("node '{}': {} has no form on the NPU yet", shown(node.name), graph::op_name(node.op)));
  }
  return {};
}

void Lowering::softmax(const graph::Node& node) {
  const std::size_t from = values_.plain(node.inputs.front());
  const ValueId out = node.outputs.front();
  const Storage to = values_.place(out, values_[out].columns());
  values_.add_node("exSoftmax13", values_[out].name, {from}, {to.tensor}).axis =
      static_cast<std::int64_t>(std::get<graph::Softmax>(node.op).axis);
}

Result<Module> lower(const graph::Graph& graph, const hw::Chip& chip, const Options& options) {
  return Lowering(graph, chip, options).run();
}

std::vector<Refusal> refusals(const graph::Graph& graph, const hw::Chip& chip, const Options& options) {
  return Lowering(graph, chip, options).refusals();
}

std::string dump(const Module& module) {
  std::string text;
  for (std::size_t i = 1; i < module.tensors.size(); ++i) {
    const Tensor& tensor = module.tensors[i];
    text += fmt::format("tensor {} '{}' {} pitch {} {} bytes\n", i, tensor.name, shape_text(tensor.shape), tensor.pitch,
                        tensor.bytes);
  }
  for (const Node& node : module.nodes) {
    text += fmt::format("{} '{}' on the {}, {} launches:", node.op, node.name, node.npu ? "NPU" : "host",
                        node.launches.size());
    for (const std::size_t tensor : node.inputs) text += fmt::format(" {}", tensor);
    text += " ->";
    for (const std::size_t tensor : node.outputs) text += fmt::format(" {}", tensor);
    text += '\n';
  }
  return text;
}

}  // namespace mattock::lower
