// Per operator: how many operands, and which output shape follows from the inputs. One rule per function, with
// the sentence the user reads.
#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "graph/check.hpp"

namespace mattock::graph {
namespace {

/// A node with the shapes of its operands at hand.
struct View {
  const Graph& graph;
  const Node& node;

  const Shape& in(std::size_t i) const { return graph.tensors[node.inputs[i]].shape; }
  const Shape& out(std::size_t i) const { return graph.tensors[node.outputs[i]].shape; }

  tl::unexpected<Error> wrong(std::string what) const {
    return fail(Code::kBadInput, fmt::format("node '{}' ({}): {}", printable(node.name), op_name(node.op), what));
  }

  Result<void> expect_out(const Shape& expected) const {
    if (out(0) == expected) return {};
    return wrong(
        fmt::format("its inputs give shape {}, but the output has {}", shape_text(expected), shape_text(out(0))));
  }
};

struct Arity {
  std::size_t least, most, outputs;
};

constexpr std::size_t kAny = 1u << 20;

Arity arity(const Op& op) {
  if (std::holds_alternative<Conv>(op) || std::holds_alternative<ConvTranspose>(op)) return {2, 3, 1};
  if (std::holds_alternative<Concat>(op)) return {1, kAny, 1};
  if (std::holds_alternative<Split>(op)) return {1, 1, kAny};
  if (std::holds_alternative<MatMul>(op) || std::holds_alternative<Add>(op) || std::holds_alternative<Sub>(op) ||
      std::holds_alternative<Mul>(op) || std::holds_alternative<Div>(op) || std::holds_alternative<Max>(op) ||
      std::holds_alternative<PRelu>(op))
    return {2, 2, 1};
  return {1, 1, 1};
}

Result<void> check_arity(const View& view) {
  const Arity allowed = arity(view.node.op);
  const std::size_t inputs = view.node.inputs.size();
  const std::size_t outputs = view.node.outputs.size();
  if (inputs < allowed.least || inputs > allowed.most)
    return view.wrong(fmt::format("{} inputs; it takes {} to {}", inputs, allowed.least, allowed.most));
  if (outputs == 0 || (allowed.outputs != kAny && outputs != allowed.outputs))
    return view.wrong(fmt::format("{} outputs; it has {}", outputs, allowed.outputs == kAny ? "one or more" : "one"));
  return {};
}

Result<void> shape_rule(const View& view, const MatMul&) {
  const Shape& a = view.in(0);
  const Shape& b = view.in(1);
  if (a.size() < 2 || b.size() < 2 || a.back() != b[b.size() - 2])
    return view.wrong(
        fmt::format("shapes {} and {} do not multiply; the last dimension of the first must be the last "
                    "but one of the second",
                    shape_text(a), shape_text(b)));
  auto lead = broadcast(Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2));
  if (!lead)
    return view.wrong(fmt::format("leading dimensions of {} and {} do not broadcast", shape_text(a), shape_text(b)));
  lead->push_back(a[a.size() - 2]);
  lead->push_back(b.back());
  return view.expect_out(*lead);
}

Result<void> check_window(const View& view, std::int64_t group, Extent2 strides, Extent2 dilations, Pads pads) {
  const Shape& x = view.in(0);
  const Shape& w = view.in(1);
  if (x.size() != 4 || w.size() != 4 || view.out(0).size() != 4)
    return view.wrong(fmt::format("image {} and weights {} must have rank 4", shape_text(x), shape_text(w)));
  if (group < 1 || strides.y < 1 || strides.x < 1 || dilations.y < 1 || dilations.x < 1)
    return view.wrong("group, strides and dilations must be at least 1");
  if (std::min({pads.top, pads.left, pads.bottom, pads.right}) < 0) return view.wrong("pads must not be negative");
  // Keeps every product of sizes below far from the limits of int64.
  constexpr std::int64_t kMost = 1 << 24;
  if (std::max({group, strides.y, strides.x, dilations.y, dilations.x, pads.top, pads.left, pads.bottom, pads.right}) >
      kMost)
    return view.wrong(fmt::format("group, strides, dilations and pads must not exceed {}", kMost));
  return {};
}

Result<void> check_bias(const View& view, std::int64_t kernels) {
  if (view.node.inputs.size() < 3 || view.in(2) == Shape{kernels}) return {};
  return view.wrong(fmt::format("bias {} must be {}", shape_text(view.in(2)), kernels));
}

std::int64_t conv_extent(std::int64_t in, std::int64_t pads, std::int64_t kernel, std::int64_t stride,
                         std::int64_t dilation) {
  const std::int64_t room = in + pads - ((kernel - 1) * dilation + 1);
  return room < 0 ? 0 : room / stride + 1;
}

Result<void> shape_rule(const View& view, const Conv& op) {
  if (auto ok = check_window(view, op.group, op.strides, op.dilations, op.pads); !ok) return ok;
  const Shape& x = view.in(0);
  const Shape& w = view.in(1);
  if (w[1] * op.group != x[1] || w[0] % op.group != 0)
    return view.wrong(fmt::format("{} channels and weights {} do not fit {} groups", x[1], shape_text(w), op.group));
  if (auto ok = check_bias(view, w[0]); !ok) return ok;
  return view.expect_out({x[0], w[0],
                          conv_extent(x[2], op.pads.top + op.pads.bottom, w[2], op.strides.y, op.dilations.y),
                          conv_extent(x[3], op.pads.left + op.pads.right, w[3], op.strides.x, op.dilations.x)});
}

Result<void> shape_rule(const View& view, const ConvTranspose& op) {
  if (auto ok = check_window(view, op.group, op.strides, op.dilations, op.pads); !ok) return ok;
  const Shape& x = view.in(0);
  const Shape& w = view.in(1);
  if (w[0] != x[1] || x[1] % op.group != 0)
    return view.wrong(fmt::format("{} channels and weights {} do not fit {} groups", x[1], shape_text(w), op.group));
  if (op.output_pads.y < 0 || op.output_pads.x < 0 || op.output_pads.y >= std::max(op.strides.y, op.dilations.y) ||
      op.output_pads.x >= std::max(op.strides.x, op.dilations.x))
    return view.wrong("output pads must be smaller than the stride or the dilation");
  if (auto ok = check_bias(view, w[1] * op.group); !ok) return ok;
  const auto extent = [](std::int64_t in, std::int64_t stride, std::int64_t kernel, std::int64_t dilation,
                         std::int64_t more, std::int64_t pads) {
    return std::max<std::int64_t>(0, (in - 1) * stride + (kernel - 1) * dilation + 1 + more - pads);
  };
  return view.expect_out(
      {x[0], w[1] * op.group,
       extent(x[2], op.strides.y, w[2], op.dilations.y, op.output_pads.y, op.pads.top + op.pads.bottom),
       extent(x[3], op.strides.x, w[3], op.dilations.x, op.output_pads.x, op.pads.left + op.pads.right)});
}

Result<void> binary_rule(const View& view) {
  const auto shape = broadcast(view.in(0), view.in(1));
  if (!shape)
    return view.wrong(fmt::format("shapes {} and {} do not broadcast", shape_text(view.in(0)), shape_text(view.in(1))));
  return view.expect_out(*shape);
}

Result<void> shape_rule(const View& view, const Add&) { return binary_rule(view); }
Result<void> shape_rule(const View& view, const Sub&) { return binary_rule(view); }
Result<void> shape_rule(const View& view, const Mul&) { return binary_rule(view); }
Result<void> shape_rule(const View& view, const Div&) { return binary_rule(view); }
Result<void> shape_rule(const View& view, const Max&) { return binary_rule(view); }
Result<void> shape_rule(const View& view, const PRelu&) {
  const auto shape = broadcast(view.in(0), view.in(1));
  if (!shape || *shape != view.in(0))
    return view.wrong(fmt::format("slopes {} do not broadcast to {}", shape_text(view.in(1)), shape_text(view.in(0))));
  return view.expect_out(view.in(0));
}
Result<void> shape_rule(const View& view, const Neg&) { return view.expect_out(view.in(0)); }
Result<void> shape_rule(const View& view, const Abs&) { return view.expect_out(view.in(0)); }
Result<void> shape_rule(const View& view, const Relu&) { return view.expect_out(view.in(0)); }
Result<void> shape_rule(const View& view, const Clip& op) {
  if (!(op.low <= op.high)) return view.wrong(fmt::format("limits {} and {} are not in order", op.low, op.high));
  return view.expect_out(view.in(0));
}
Result<void> shape_rule(const View& view, const LeakyRelu&) { return view.expect_out(view.in(0)); }
Result<void> shape_rule(const View& view, const Convert&) { return view.expect_out(view.in(0)); }

Result<void> shape_rule(const View& view, const Reshape&) {
  if (element_count(view.in(0)) == element_count(view.out(0))) return {};
  return view.wrong(
      fmt::format("{} and {} hold different numbers of elements", shape_text(view.in(0)), shape_text(view.out(0))));
}

Result<void> shape_rule(const View& view, const Transpose& op) {
  const Shape& x = view.in(0);
  std::vector<bool> used(x.size(), false);
  Shape expected;
  for (const std::size_t dim : op.perm) {
    if (dim >= x.size() || used[dim] || op.perm.size() != x.size())
      return view.wrong(fmt::format("the permutation does not name each dimension of {} once", shape_text(x)));
    used[dim] = true;
    expected.push_back(x[dim]);
  }
  if (expected.size() != x.size())
    return view.wrong(fmt::format("the permutation does not name each dimension of {} once", shape_text(x)));
  return view.expect_out(expected);
}

/// The parts differ from the whole in the axis only, where they add up to it.
Result<void> parts_rule(const View& view, std::size_t axis, const Shape& whole, const std::vector<TensorId>& parts) {
  if (axis >= whole.size()) return view.wrong(fmt::format("axis {} of shape {}", axis, shape_text(whole)));
  std::int64_t sum = 0;
  for (const TensorId id : parts) {
    Shape part = view.graph.tensors[id].shape;
    if (part.size() == whole.size()) {
      sum += part[axis];
      part[axis] = whole[axis];
    }
    if (part != whole)
      return view.wrong(fmt::format("part {} and whole {} differ in more than axis {}",
                                    shape_text(view.graph.tensors[id].shape), shape_text(whole), axis));
  }
  if (sum != whole[axis])
    return view.wrong(fmt::format("the parts add up to {} along axis {}, the whole is {}", sum, axis, whole[axis]));
  return {};
}

Result<void> shape_rule(const View& view, const Split& op) {
  return parts_rule(view, op.axis, view.in(0), view.node.outputs);
}
Result<void> shape_rule(const View& view, const Concat& op) {
  return parts_rule(view, op.axis, view.out(0), view.node.inputs);
}
Result<void> shape_rule(const View& view, const Softmax& op) {
  if (op.axis >= view.in(0).size())
    return view.wrong(fmt::format("axis {} of shape {}", op.axis, shape_text(view.in(0))));
  return view.expect_out(view.in(0));
}

bool takes_operand(const Elementwise& op) {
  return !std::holds_alternative<Neg>(op) && !std::holds_alternative<Abs>(op) && !std::holds_alternative<Relu>(op) &&
         !std::holds_alternative<Clip>(op) && !std::holds_alternative<LeakyRelu>(op);
}

Result<void> check_epilogue(const View& view) {
  if (view.node.epilogue.empty()) return {};
  if (!is_arithmetic(view.node.op)) return view.wrong("it moves data, so nothing can be fused behind it");
  for (const Fused& step : view.node.epilogue) {
    if (takes_operand(step.op) != step.operand.has_value())
      return view.wrong(fmt::format("fused {} {} an operand", op_name(step.op), step.operand ? "takes no" : "needs"));
    if (!step.operand) continue;
    const Shape& operand = view.graph.tensors[*step.operand].shape;
    const auto shape = broadcast(view.out(0), operand);
    if (!shape || *shape != view.out(0))
      return view.wrong(fmt::format("operand {} of fused {} does not broadcast to {}", shape_text(operand),
                                    op_name(step.op), shape_text(view.out(0))));
  }
  return {};
}

/// Numbers the operators compute with: 64-bit integers do not fit a double, bool is no number.
Result<void> check_types(const View& view) {
  if (!is_arithmetic(view.node.op) && !std::holds_alternative<Softmax>(view.node.op)) return {};
  const auto wrong_type = [&](TensorId id) {
    const DType dtype = view.graph.tensors[id].dtype;
    return dtype == DType::kInt64 || dtype == DType::kUint64 || dtype == DType::kBool;
  };
  for (const std::vector<TensorId>* list : {&view.node.inputs, &view.node.outputs})
    for (const TensorId id : *list)
      if (wrong_type(id))
        return view.wrong(fmt::format("cannot compute with {}", dtype_name(view.graph.tensors[id].dtype)));
  return {};
}

}  // namespace

Result<void> check_node(const Graph& graph, const Node& node) {
  const View view{graph, node};
  if (auto ok = check_arity(view); !ok) return ok;
  if (auto ok = check_types(view); !ok) return ok;
  if (auto ok = std::visit([&](const auto& op) { return shape_rule(view, op); }, node.op); !ok) return ok;
  return check_epilogue(view);
}

}  // namespace mattock::graph
