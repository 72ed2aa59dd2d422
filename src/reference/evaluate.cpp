#include <fmt/format.h>

#include <type_traits>

#include "graph/check.hpp"
#include "reference/number.hpp"
#include "reference/operators.hpp"
#include "reference/quantized.hpp"
#include "reference/reference.hpp"

namespace mattock::reference {
namespace {

using graph::Graph;
using graph::Node;

constexpr std::size_t kMaxElements = std::size_t{1} << 31;

Result<void> check_input(const graph::Tensor& tensor, const Array& array) {
  if (array.dtype == tensor.dtype && array.shape == tensor.shape &&
      array.data.size() == array.size() * element_bytes(array.dtype))
    return {};
  return fail(Code::kBadInput,
              fmt::format("input '{}' is {} {}; the graph takes {} {}", tensor.name, dtype_name(array.dtype),
                          shape_text(array.shape), dtype_name(tensor.dtype), shape_text(tensor.shape)));
}

/// The accumulator is int32: products of 32-bit integers have no meaning in it.
Result<void> check_products(const Operands& operands) {
  for (std::size_t i = 0; i < 2; ++i)
    if (is_integer(operands.in(i).dtype) && element_bytes(operands.in(i).dtype) > 2)
      return fail(Code::kUnsupported, fmt::format("node '{}' multiplies {}; integer products take 8 or 16 bits",
                                                  operands.node.name, dtype_name(operands.in(i).dtype)));
  return {};
}

template <class Op>
constexpr bool is_product =
    std::is_same_v<Op, graph::MatMul> || std::is_same_v<Op, graph::Conv> || std::is_same_v<Op, graph::ConvTranspose>;

/// The unrounded result of an arithmetic operator, before its epilogue.
struct Arithmetic {
  const Operands& operands;
  std::uint64_t& wrapped;

  std::vector<double> operator()(const graph::MatMul&) const { return matmul(operands, wrapped); }
  std::vector<double> operator()(const graph::Conv& op) const { return conv(operands, op, wrapped); }
  std::vector<double> operator()(const graph::ConvTranspose& op) const { return conv_transpose(operands, op, wrapped); }
  template <class Op>
  std::vector<double> operator()(const Op& op) const {
    const Shape& shape = operands.out(0).shape;
    std::vector<double> values = broadcast_reals(operands.in(0), operands.data(0), shape);
    std::vector<double> operand;
    if (operands.node.inputs.size() > 1) operand = broadcast_reals(operands.in(1), operands.data(1), shape);
    apply(op, values, operand);
    return values;
  }
};

void apply_epilogue(const Operands& operands, std::vector<double>& values) {
  for (const graph::Fused& step : operands.node.epilogue) {
    std::vector<double> operand;
    if (step.operand)
      operand =
          broadcast_reals(operands.graph.tensors[*step.operand], operands.values[*step.operand], operands.out(0).shape);
    apply(step.op, values, operand);
  }
}

template <class Op>
Result<std::vector<Array>> arithmetic(const Operands& operands, const Op& op, Report* report) {
  if constexpr (is_product<Op>)
    if (auto ok = check_products(operands); !ok) return propagate(ok);
  std::uint64_t wrapped = 0;
  std::vector<double> values = Arithmetic{operands, wrapped}(op);
  if (wrapped > 0 && report != nullptr) {
    report->wrapped_outputs += wrapped;
    report->notes.push_back(
        fmt::format("node '{}': {} of {} int32 sums wrapped", operands.node.name, wrapped, values.size()));
  }
  apply_epilogue(operands, values);
  return std::vector<Array>{stored(operands.out(0), values)};
}

struct Evaluator {
  const Operands& operands;
  Report* report;

  Result<std::vector<Array>> operator()(const graph::Reshape&) const { return reshape(operands); }
  Result<std::vector<Array>> operator()(const graph::Convert&) const { return reshape(operands); }
  Result<std::vector<Array>> operator()(const graph::Transpose& op) const { return transpose(operands, op); }
  Result<std::vector<Array>> operator()(const graph::Split& op) const { return split(operands, op); }
  Result<std::vector<Array>> operator()(const graph::Concat& op) const { return concat(operands, op); }
  Result<std::vector<Array>> operator()(const graph::Softmax& op) const {
    return std::vector<Array>{stored(operands.out(0), softmax(operands, op))};
  }
  template <class Op>
  Result<std::vector<Array>> operator()(const Op& op) const {
    return arithmetic(operands, op, report);
  }
};

}  // namespace

Result<std::vector<Array>> evaluate_node(const Graph& graph, const Node& node, std::span<const Array> values,
                                         Report* report) {
  for (const graph::TensorId id : node.outputs)
    if (element_count(graph.tensors[id].shape) > kMaxElements)
      return fail(Code::kUnsupported, fmt::format("node '{}': output {} is beyond 2^31 elements", node.name,
                                                  shape_text(graph.tensors[id].shape)));
  const Operands operands{graph, node, values};
  return std::visit(Evaluator{operands, report}, node.op);
}

Result<std::vector<Array>> evaluate_all(const Graph& graph, std::span<const Array> inputs, Report* report) {
  if (auto ok = graph::check(graph); !ok) return propagate(ok);
  if (inputs.size() != graph.inputs.size())
    return fail(Code::kBadInput, fmt::format("{} inputs; the graph takes {}", inputs.size(), graph.inputs.size()));
  std::vector<Array> values(graph.tensors.size());
  for (graph::TensorId id = 0; id < graph.tensors.size(); ++id)
    if (graph.tensors[id].constant) values[id] = *graph.tensors[id].constant;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (auto ok = check_input(graph.tensors[graph.inputs[i]], inputs[i]); !ok) return propagate(ok);
    values[graph.inputs[i]] = inputs[i];
  }
  for (const Node& node : graph.nodes) {
    auto outputs = evaluate_node(graph, node, values, report);
    if (!outputs) return propagate(outputs, node.name);
    for (std::size_t i = 0; i < node.outputs.size(); ++i) values[node.outputs[i]] = std::move((*outputs)[i]);
  }
  return values;
}

Result<std::vector<Array>> evaluate(const Graph& graph, std::span<const Array> inputs, Report* report) {
  const auto values = evaluate_all(graph, inputs, report);
  if (!values) return propagate(values);
  std::vector<Array> results;
  for (const graph::TensorId id : graph.outputs) results.push_back((*values)[id]);
  return results;
}

}  // namespace mattock::reference
