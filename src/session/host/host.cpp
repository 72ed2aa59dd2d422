#include "session/host/host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "base/math.hpp"
#include "session/host/attributes.hpp"
#include "session/host/ops.hpp"

namespace mattock::session::host {
namespace {

struct Operator {
  std::string_view name;
  bool all_inputs;    ///< every input carries data, not only the first
  bool many_outputs;  ///< any number of results, not only one
  Result<void> (*check)(const container::Node&, const Operands&);
  Kernel (*bind)(const Binding&);
};

constexpr std::array kOperators{
    Operator{"Cast", false, false, check_copy, bind_copy},
    Operator{"Concat", true, false, check_concat, bind_concat},
    Operator{"Expand", false, false, check_expand, bind_expand},
    Operator{"Reshape", false, false, check_copy, bind_copy},
    Operator{"Split", false, true, check_split, bind_split},
    Operator{"Transpose", false, false, check_transpose, bind_transpose},
    Operator{"exSoftmax13", false, false, check_softmax, bind_softmax},
};

const Operator* find_operator(std::string_view name) {
  const auto found = std::ranges::find(kOperators, name, &Operator::name);
  return found == kOperators.end() ? nullptr : &*found;
}

Value value_of(const container::Tensor& tensor, Room& room) {
  const std::size_t bytes = element_count(tensor.shape) * element_bytes(tensor.dtype);
  return {&tensor, room.take(bytes), bytes};
}

}  // namespace

bool is_known(std::string_view op) { return find_operator(op) != nullptr; }

std::string known_operators() {
  std::string names;
  for (const Operator& op : kOperators) names += fmt::format("{}{}", names.empty() ? "" : ", ", op.name);
  return names;
}

std::size_t data_inputs(const container::Node& node) {
  const Operator* op = find_operator(node.op);
  if (op == nullptr || op->all_inputs) return node.inputs.size();
  return std::min<std::size_t>(node.inputs.size(), 1);
}

Result<void> check(const container::Node& node, const container::Model& model) {
  const Operator* op = find_operator(node.op);
  if (op == nullptr)
    return fail(Code::kUnsupported, fmt::format("node '{}': the CPU operator {} is not there yet", node.name, node.op),
                fmt::format("known: {}", known_operators()));
  if (node.inputs.empty() || node.outputs.empty()) return bad_node(node, "needs an input and an output");
  if (node.outputs.size() > 1 && !op->many_outputs)
    return bad_node(node, fmt::format("has {} outputs instead of one", node.outputs.size()));
  Operands operands;
  for (std::size_t i = 0; i < data_inputs(node); ++i) operands.inputs.push_back(&model.tensors[node.inputs[i]]);
  for (const std::size_t tensor : node.outputs) operands.outputs.push_back(&model.tensors[tensor]);
  return op->check(node, operands);
}

std::size_t Room::take(std::size_t bytes) {
  constexpr std::size_t kAlignment = 16;
  const std::size_t offset = bytes_;
  bytes_ += align_up(bytes, kAlignment);
  return offset;
}

BoundNode::BoundNode(const container::Node& node, const container::Model& model) {
  const Operator* op = find_operator(node.op);
  assert(op != nullptr);
  Room room;
  for (std::size_t i = 0; i < data_inputs(node); ++i) inputs_.push_back(value_of(model.tensors[node.inputs[i]], room));
  for (const std::size_t tensor : node.outputs) outputs_.push_back(value_of(model.tensors[tensor], room));
  kernel_ = op->bind({node, inputs_, outputs_, room});
  bytes_ = room.bytes();
}

bool same_numbers(const container::Tensor& a, const container::Tensor& b) {
  return a.dtype == b.dtype && a.scale == b.scale && a.zero_point == b.zero_point;
}

double real_value(const container::Tensor& tensor, std::span<const std::byte> data, std::size_t index) {
  const double stored = element_as_double(tensor.dtype, data, index);
  if (tensor.scale.empty()) return stored;
  const double zero_point = tensor.zero_point.empty() ? 0 : tensor.zero_point.front();
  return (stored - zero_point) * double{tensor.scale.front()};
}

void set_real_value(const container::Tensor& tensor, std::span<std::byte> data, std::size_t index, double value) {
  if (tensor.scale.empty()) return set_element(tensor.dtype, data, index, value);
  const double zero_point = tensor.zero_point.empty() ? 0 : tensor.zero_point.front();
  set_element(tensor.dtype, data, index, std::nearbyint(value / double{tensor.scale.front()}) + zero_point);
}

void convert(const container::Tensor& from_tensor, std::span<const std::byte> from, const container::Tensor& to_tensor,
             std::span<std::byte> to) {
  if (same_numbers(from_tensor, to_tensor)) {
    std::ranges::copy(from, to.begin());
    return;
  }
  const std::size_t count = to.size() / element_bytes(to_tensor.dtype);
  for (std::size_t i = 0; i < count; ++i) set_real_value(to_tensor, to, i, real_value(from_tensor, from, i));
}

tl::unexpected<Error> bad_node(const container::Node& node, const std::string& what) {
  return fail(Code::kBadFile, fmt::format("node '{}' ({}): {}", node.name, node.op, what));
}

Result<std::size_t> axis_of(const container::Node& node, std::size_t rank, std::int64_t otherwise) {
  std::int64_t axis = otherwise;
  const auto attribute = integer_attribute(node.attributes, "axis");
  if (node.params.axis) {
    axis = *node.params.axis;
  } else if (attribute && attribute->size() == 1) {
    axis = attribute->front();
  }
  const auto dimensions = static_cast<std::int64_t>(rank);
  if (axis < -dimensions || axis >= dimensions)
    return bad_node(node, fmt::format("axis {} of a tensor with {} dimensions", axis, rank));
  return static_cast<std::size_t>(axis < 0 ? axis + dimensions : axis);
}

AxisView view_along(const Shape& shape, std::size_t axis) {
  assert(axis < shape.size());
  const std::span<const std::int64_t> all(shape);
  return {element_count(all.first(axis)), static_cast<std::size_t>(shape[axis]), element_count(all.subspan(axis + 1))};
}

}  // namespace mattock::session::host
