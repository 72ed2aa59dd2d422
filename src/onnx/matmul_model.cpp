#include "onnx/matmul_model.hpp"

#include <fmt/format.h>

#include <climits>
#include <span>
#include <string>

#include "onnx/schema.hpp"
#include "onnx/tensors.hpp"

namespace mattock::onnx {
namespace {

// The pair that ONNX 1.8 brought: everything since reads it.
constexpr std::int64_t kIrVersion = 7;
constexpr std::int64_t kOpset = 13;

Shape with_batch(const MatMulModel& model, Shape shape) {
  if (model.batch) shape.insert(shape.begin(), *model.batch);
  return shape;
}

Result<void> check_model(const MatMulModel& model) {
  const Shape a = with_batch(model, {model.m, model.k});
  const Shape b = with_batch(model, {model.k, model.n});
  for (const Shape& shape : {a, b, with_batch(model, {model.m, model.n})})
    if (const auto ok = check_shape(shape); !ok) return fail(Code::kBadInput, ok.error().message);
  if (model.dtype != DType::kFloat32 && model.dtype != DType::kFloat16)
    return fail(Code::kBadInput,
                fmt::format("a model of {}; float32 and float16 can be written", dtype_name(model.dtype)));
  if (!model.b) return {};
  if (model.b->dtype != model.dtype)
    return fail(Code::kBadInput,
                fmt::format("b is {}, the model {}", dtype_name(model.b->dtype), dtype_name(model.dtype)));
  return check_constant(model, model.b->shape);
}

void describe(schema::ValueInfoProto& info, const std::string& name, const Shape& shape, DType dtype) {
  info.set_name(name);
  auto& type = *info.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx_type_of(dtype));
  for (const std::int64_t dim : shape) type.mutable_shape()->add_dim()->set_dim_value(dim);
}

void store(schema::TensorProto& tensor, const std::string& name, const Array& array) {
  tensor.set_name(name);
  tensor.set_data_type(onnx_type_of(array.dtype));
  for (const std::int64_t dim : array.shape) tensor.add_dims(dim);
  tensor.set_raw_data(array.data.data(), array.data.size());
}

}  // namespace

Result<void> check_constant(const MatMulModel& model, const Shape& b) {
  const Shape wanted = with_batch(model, {model.k, model.n});
  if (b == wanted || b == Shape{model.k, model.n}) return {};
  return fail(Code::kBadInput,
              fmt::format("b is {}, but k, n and batch make it {}", shape_text(b), shape_text(wanted)));
}

Result<std::vector<std::byte>> write_matmul(const MatMulModel& model) {
  if (auto ok = check_model(model); !ok) return propagate(ok);
  schema::ModelProto proto;
  proto.set_ir_version(kIrVersion);
  const std::string producer = "mattock";
  proto.set_producer_name(producer);
  proto.add_opset_import()->set_version(kOpset);
  schema::GraphProto& graph = *proto.mutable_graph();
  const std::string name = "matmul", a = "a", b = "b", c = "c", op = "MatMul";
  graph.set_name(name);
  schema::NodeProto& node = *graph.add_node();
  node.set_name(name);
  node.set_op_type(op);
  node.add_input(a);
  node.add_input(b);
  node.add_output(c);
  describe(*graph.add_input(), a, with_batch(model, {model.m, model.k}), model.dtype);
  if (model.b)
    store(*graph.add_initializer(), b, *model.b);
  else
    describe(*graph.add_input(), b, with_batch(model, {model.k, model.n}), model.dtype);
  describe(*graph.add_output(), c, with_batch(model, {model.m, model.n}), model.dtype);

  const std::size_t size = proto.ByteSizeLong();
  if (size > INT_MAX)
    return fail(Code::kUnsupported,
                fmt::format("the model takes {} bytes; an ONNX file holds at most {}", size, INT_MAX),
                "leave b an input, or store it as float16");
  std::vector<std::byte> bytes(size);
  if (!proto.SerializeToArray(bytes.data(), static_cast<int>(size)))
    return fail(Code::kInternal, "the model cannot be written");
  return bytes;
}

}  // namespace mattock::onnx
