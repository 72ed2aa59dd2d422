#include "onnx/node.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/view.hpp"
#include "onnx/problem.hpp"
#include "onnx/tensors.hpp"

namespace mattock::onnx {
namespace {

using schema::AttributeProto;

tl::unexpected<Error> wrong_type(const AttributeProto& attribute, std::string_view wanted) {
  return fail(Code::kBadFile, fmt::format("attribute '{}' is not {}", shown(attribute.name()), wanted));
}

/// Files of the first versions leave the type out.
bool has_type(const AttributeProto& attribute, AttributeProto::AttributeType type) {
  return !attribute.has_type() || attribute.type() == type;
}

}  // namespace

const std::string& name_of(const schema::NodeProto& proto) {
  return proto.name().empty() && proto.output_size() > 0 ? proto.output(0) : proto.name();
}

Result<std::size_t> from_front(std::int64_t axis, std::size_t rank) {
  const auto end = static_cast<std::int64_t>(rank);
  if (axis < -end || axis >= end) return fail(Code::kBadFile, fmt::format("axis {} of {} dimensions", axis, rank));
  return static_cast<std::size_t>(axis < 0 ? axis + end : axis);
}

const AttributeProto* Node::attribute(std::string_view name) const {
  const auto& all = proto_.attribute();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& a) { return a.name() == name; });
  return found == all.end() ? nullptr : &*found;
}

Result<std::optional<std::int64_t>> Node::integer(std::string_view name) const {
  const AttributeProto* found = attribute(name);
  if (found == nullptr) return std::nullopt;
  if (!found->has_i() || !has_type(*found, AttributeProto::INT)) return wrong_type(*found, "an integer");
  return found->i();
}

Result<std::optional<double>> Node::number(std::string_view name) const {
  const AttributeProto* found = attribute(name);
  if (found == nullptr) return std::nullopt;
  if (!found->has_f() || !has_type(*found, AttributeProto::FLOAT)) return wrong_type(*found, "a float");
  return found->f();
}

Result<std::optional<std::vector<std::int64_t>>> Node::integers(std::string_view name) const {
  const AttributeProto* found = attribute(name);
  if (found == nullptr) return std::nullopt;
  if (!has_type(*found, AttributeProto::INTS)) return wrong_type(*found, "a list of integers");
  return std::vector<std::int64_t>(found->ints().begin(), found->ints().end());
}

Result<std::optional<std::vector<double>>> Node::numbers(std::string_view name) const {
  const AttributeProto* found = attribute(name);
  if (found == nullptr) return std::nullopt;
  if (!has_type(*found, AttributeProto::FLOATS)) return wrong_type(*found, "a list of floats");
  return std::vector<double>(found->floats().begin(), found->floats().end());
}

Result<std::optional<Array>> Node::tensor(std::string_view name) const {
  const AttributeProto* found = attribute(name);
  if (found == nullptr) return std::nullopt;
  if (!found->has_t() || !has_type(*found, AttributeProto::TENSOR)) return wrong_type(*found, "a tensor");
  auto array = array_of(found->t(), external_);
  if (!array) return propagate(array);
  return std::move(*array);
}

Result<std::vector<std::int64_t>> Node::constant_integers(std::size_t i) const {
  const Value& value = in(i);
  const Array* array = constant(value);
  if (array == nullptr)
    return fail(Code::kUnsupported, fmt::format("operand '{}' is computed when the model runs", shown(value.name)),
                "export with fixed shapes, so that it becomes a constant");
  if (array->dtype != DType::kInt64 || array->shape.size() > 1)
    return fail(Code::kBadFile, fmt::format("operand '{}' is {} {}, not a list of int64", shown(value.name),
                                            dtype_name(array->dtype), shape_text(array->shape)));
  std::vector<std::int64_t> values(array->size());
  for (std::size_t k = 0; k < values.size(); ++k)
    values[k] = load_le<std::int64_t>(array->data, k * sizeof(std::int64_t));
  return values;
}

Result<std::optional<std::vector<std::int64_t>>> Node::integers_or_operand(std::string_view name, std::size_t i) const {
  auto values = integers(name);
  if (!values || !has_input(i)) return values;
  if (*values) return fail(Code::kBadFile, fmt::format("'{}' is an attribute and an operand at once", name));
  auto list = constant_integers(i);
  if (!list) return propagate(list);
  return std::move(*list);
}

Result<void> Node::expect_floats() const {
  for (const Value* value : inputs_) {
    if (value == nullptr) continue;
    if (value->dtype != DType::kFloat32 && value->dtype != DType::kFloat16)
      return fail(Code::kUnsupported,
                  fmt::format("computes with {}; float32 and float16 are supported", dtype_name(value->dtype)),
                  "Cast the operand to float32; arithmetic on shapes goes away when exporting with fixed shapes");
    if (value->dtype != in(0).dtype)
      return fail(Code::kBadFile,
                  fmt::format("has operands of {} and {}", dtype_name(in(0).dtype), dtype_name(value->dtype)));
  }
  return {};
}

std::string Node::part_name(const std::string& name, std::string_view part) const {
  return part.empty() ? name : fmt::format("{}:{}", name, part);
}

Result<Value> Node::emit(graph::Op op, std::vector<Value*> inputs, DType dtype, Shape shape, std::string_view part,
                         std::vector<graph::Fused> epilogue) {
  if (auto ok = check_shape(shape); !ok) return propagate(ok);
  graph::Node node{part_name(name_of(proto_), part), std::move(op), {}, {}, std::move(epilogue)};
  for (Value* input : inputs) node.inputs.push_back(scope_.id_of(*input));
  Value value{.name = part_name(proto_.output(0), part), .dtype = dtype, .shape = std::move(shape)};
  node.outputs = {scope_.id_of(value)};
  scope_.graph.nodes.push_back(std::move(node));
  return value;
}

Result<Value> Node::fold(Array array, std::string_view part) {
  if (auto ok = scope_.spend(array.data.size()); !ok) return propagate(ok);
  Value value{.name = part_name(proto_.output(0), part), .dtype = array.dtype, .shape = array.shape};
  value.constant = std::move(array);
  return value;
}

Result<Value> Node::reshaped(Value& x, Shape shape, std::string_view part) {
  const Array* array = constant(x);
  if (array == nullptr) return emit(graph::Reshape{}, {&x}, x.dtype, std::move(shape), part);
  return fold({array->dtype, std::move(shape), array->data}, part);
}

Result<Value> Node::transposed(Value& x, std::vector<std::size_t> perm, std::string_view part) {
  Shape shape;
  for (const std::size_t dim : perm) shape.push_back(x.shape[dim]);
  const Array* array = constant(x);
  if (array == nullptr) return emit(graph::Transpose{std::move(perm)}, {&x}, x.dtype, std::move(shape), part);
  ArrayView view = view_of(*array);
  for (std::size_t i = 0; i < perm.size(); ++i) view.strides[i] = dense_strides(array->dtype, array->shape)[perm[i]];
  view.shape = shape;
  Array result = Array::zeros(array->dtype, std::move(shape));
  gather(view, 0, result.data);
  return fold(std::move(result), part);
}

}  // namespace mattock::onnx
