// ONNX models put together field by field, and their results by the reference.
#pragma once

#include <gtest/gtest.h>
#include <onnx.pb.h>

#include <cmath>
#include <string>
#include <vector>

#include "onnx/reader.hpp"
#include "reference/build.hpp"

namespace mattock::test {

using Proto = ::onnx::TensorProto;

inline void set_type(::onnx::ValueInfoProto& info, const std::string& name, const Shape& shape, int type) {
  info.set_name(name);
  auto* tensor = info.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(type);
  tensor->mutable_shape();
  for (const std::int64_t dim : shape) tensor->mutable_shape()->add_dim()->set_dim_value(dim);
}

/// A model in the making. Outputs are declared by name alone.
struct Model {
  ::onnx::ModelProto proto;

  explicit Model(std::int64_t opset = 13) {
    proto.set_ir_version(8);
    proto.add_opset_import()->set_version(opset);
    proto.mutable_graph()->set_name("g");
  }

  ::onnx::GraphProto& graph() { return *proto.mutable_graph(); }

  Model& input(const std::string& name, const Shape& shape, int type = Proto::FLOAT) {
    set_type(*graph().add_input(), name, shape, type);
    return *this;
  }
  Model& output(const std::string& name) {
    graph().add_output()->set_name(name);
    return *this;
  }

  Proto& initializer(const std::string& name, const Shape& shape, int type) {
    Proto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type);
    for (const std::int64_t dim : shape) tensor.add_dims(dim);
    return tensor;
  }
  Model& floats(const std::string& name, const Shape& shape, const std::vector<float>& values) {
    Proto& tensor = initializer(name, shape, Proto::FLOAT);
    for (const float value : values) tensor.add_float_data(value);
    return *this;
  }
  Model& ints(const std::string& name, const std::vector<std::int64_t>& values) {
    Proto& tensor = initializer(name, {static_cast<std::int64_t>(values.size())}, Proto::INT64);
    for (const std::int64_t value : values) tensor.add_int64_data(value);
    return *this;
  }

  ::onnx::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs, const std::string& output,
                          const std::string& name = "") {
    ::onnx::NodeProto& made = *graph().add_node();
    made.set_op_type(op);
    made.set_name(name);
    for (const std::string& input : inputs) made.add_input(input);
    made.add_output(output);
    return made;
  }

  std::string bytes() const { return proto.SerializeAsString(); }
};

inline ::onnx::AttributeProto& attribute(::onnx::NodeProto& node, const std::string& name,
                                         ::onnx::AttributeProto::AttributeType type) {
  ::onnx::AttributeProto& made = *node.add_attribute();
  made.set_name(name);
  made.set_type(type);
  return made;
}
inline void set_int(::onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  attribute(node, name, ::onnx::AttributeProto::INT).set_i(value);
}
inline void set_float(::onnx::NodeProto& node, const std::string& name, float value) {
  attribute(node, name, ::onnx::AttributeProto::FLOAT).set_f(value);
}
inline void set_ints(::onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values) {
  auto& made = attribute(node, name, ::onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) made.add_ints(value);
}

inline Result<onnx::Reading> read(const std::string& bytes, const std::filesystem::path& folder = {}) {
  return onnx::read(std::as_bytes(std::span(bytes)), folder);
}
inline Result<onnx::Reading> read(const Model& model) { return read(model.bytes()); }

/// The graph of a model that must be covered whole.
inline graph::Graph graph_of(const Model& model, const std::filesystem::path& folder = {}) {
  const std::string bytes = model.bytes();
  auto graph = onnx::read_graph(std::as_bytes(std::span(bytes)), folder);
  if (graph) return std::move(*graph);
  ADD_FAILURE() << to_string(graph.error());
  return {};
}

/// The first output for the given inputs.
inline Array result_of(const Model& model, const std::vector<Array>& inputs = {}) {
  const auto outputs = reference::evaluate(graph_of(model), inputs);
  if (outputs && !outputs->empty()) return (*outputs)[0];
  ADD_FAILURE() << (outputs ? "no outputs" : to_string(outputs.error()));
  return {};
}

inline Array floats(const Shape& shape, const std::vector<double>& values, DType dtype = DType::kFloat32) {
  return array_of(dtype, shape, values);
}

/// A result of this type and shape with these numbers.
inline void expect_array(const Array& array, const Shape& shape, const std::vector<double>& values,
                         DType dtype = DType::kFloat32) {
  EXPECT_EQ(array.dtype, dtype);
  EXPECT_EQ(array.shape, shape);
  EXPECT_EQ(numbers(array), values);
}

/// One error of this code whose text has all parts.
inline void expect_error(const Result<onnx::Reading>& reading, Code code, const std::vector<std::string>& parts) {
  ASSERT_FALSE(reading) << "accepted";
  EXPECT_EQ(code_name(reading.error().code), code_name(code)) << reading.error().message;
  for (const std::string& part : parts)
    EXPECT_NE(to_string(reading.error()).find(part), std::string::npos) << to_string(reading.error());
}

/// The file is read, with exactly one problem, whose texts contain these.
inline void expect_problem(const Result<onnx::Reading>& reading, const std::string& name, const std::string& reason,
                           const std::string& hint = "") {
  ASSERT_TRUE(reading) << to_string(reading.error());
  ASSERT_EQ(reading->problems.size(), 1u);
  EXPECT_EQ(reading->problems[0].name, name);
  EXPECT_NE(reading->problems[0].reason.find(reason), std::string::npos) << reading->problems[0].reason;
  EXPECT_NE(reading->problems[0].hint.find(hint), std::string::npos) << reading->problems[0].hint;
}

}  // namespace mattock::test
