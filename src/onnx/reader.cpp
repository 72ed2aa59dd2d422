#include "onnx/reader.hpp"

#include <fmt/format.h>

#include <climits>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/file.hpp"
#include "graph/check.hpp"
#include "onnx/node.hpp"
#include "onnx/operators.hpp"
#include "onnx/tensors.hpp"

namespace mattock::onnx {
namespace {

constexpr std::int64_t kFirstOpset = 7;
constexpr std::int64_t kLastOpset = 21;

// Folding at most turns int8 into float32 and then moves it about a few times.
constexpr std::size_t kBudgetFactor = 16;
constexpr std::size_t kLeastBudget = std::size_t{1} << 20;

bool is_standard(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

Result<schema::ModelProto> parse(std::span<const std::byte> bytes) {
  if (bytes.size() > INT_MAX)
    return fail(Code::kBadFile, fmt::format("has {} bytes; protobuf holds at most {}", bytes.size(), INT_MAX),
                "store the weights as external data");
  schema::ModelProto model;
  if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return fail(Code::kBadFile, "is damaged, cut short or not an ONNX model");
  if (!model.has_graph() || !model.has_ir_version()) return fail(Code::kBadFile, "is not an ONNX model");
  return model;
}

Result<std::int64_t> opset_of(const schema::ModelProto& model) {
  for (const auto& set : model.opset_import()) {
    if (!is_standard(set.domain())) continue;
    if (set.version() >= kFirstOpset && set.version() <= kLastOpset) return set.version();
    return fail(Code::kUnsupported,
                fmt::format("uses opset {}; {} to {} are read", set.version(), kFirstOpset, kLastOpset),
                "export with another opset_version, or use onnx.version_converter");
  }
  return fail(Code::kBadFile, "names no opset");
}

/// Reads one file; steps in the order they are called.
class Reader {
 public:
  Reader(schema::GraphProto& graph, std::int64_t opset, std::size_t file_bytes, std::filesystem::path folder)
      : graph_(graph), opset_(opset), file_bytes_(file_bytes), external_(std::move(folder)) {}

  Result<Reading> read();

 private:
  Result<void> read_initializers();
  Result<void> read_inputs();
  Result<Value> input_value(const schema::ValueInfoProto& info);
  Result<void> read_nodes();
  Result<void> read_node(const schema::NodeProto& proto);
  Result<std::vector<Value*>> operands_of(const schema::NodeProto& proto);
  Result<Value> output_of(const schema::NodeProto& proto, std::vector<Value*> inputs);
  Result<Value> read_known(const schema::NodeProto& proto, const Operator& row, std::vector<Value*> inputs);
  Result<void> read_outputs();

  /// Errors of the file stop the reader; what is not supported is collected and leaves an unknown value behind.
  Result<void> settle(Result<Value> value, const std::string& output, std::string op, const std::string& name);
  void add_problem(std::string op, const std::string& name, std::string reason, std::string_view hint) {
    problems_.push_back({name, std::move(op), std::move(reason), std::string(hint)});
  }

  schema::GraphProto& graph_;  ///< loses the data of initializers as they are read: a model may be large
  std::int64_t opset_;
  std::size_t file_bytes_;
  ExternalData external_;
  Scope scope_;
  std::vector<Problem> problems_;
  std::unordered_map<std::string, const schema::NodeProto*> writers_;  // of every node's outputs
};

Error in_file(const Error& error, std::string_view op, const std::string& name) {
  Error named = error;
  named.message = fmt::format("{} '{}': {}", shown(op), shown(name), error.message);
  return named;
}

Result<void> Reader::settle(Result<Value> value, const std::string& output, std::string op, const std::string& name) {
  if (!value && value.error().code != Code::kUnsupported)
    return tl::unexpected<Error>(in_file(value.error(), op, name));
  if (!value) {
    add_problem(std::move(op), name, value.error().message, value.error().hint);
    value = Value{.known = false};
  }
  if (output.empty()) return {};  // left out: nobody can read it
  value->name = output;
  if (auto defined = scope_.define(std::move(*value)); !defined) return propagate(defined);
  return {};
}

Result<void> Reader::read_initializers() {
  for (schema::TensorProto& tensor : *graph_.mutable_initializer()) {
    auto array = array_of(tensor, external_);
    const std::unique_ptr<std::string> read(tensor.release_raw_data());
    Result<Value> value;
    if (!array)
      value = propagate(array);
    else
      value = Value{.dtype = array->dtype, .shape = array->shape, .constant = std::move(*array)};
    if (auto ok = settle(std::move(value), tensor.name(), "initializer", tensor.name()); !ok) return ok;
  }
  for (const schema::SparseTensorProto& tensor : graph_.sparse_initializer()) {
    const std::string& name = tensor.values().name();
    if (auto ok = settle(fail(Code::kUnsupported, "is sparse", "store it dense"), name, "initializer", name); !ok)
      return ok;
  }
  return {};
}

Result<Value> Reader::input_value(const schema::ValueInfoProto& info) {
  if (!info.type().has_tensor_type()) return fail(Code::kUnsupported, "is not a tensor");
  const auto& type = info.type().tensor_type();
  const auto dtype = dtype_of(type.elem_type());
  if (!dtype) return fail(Code::kUnsupported, fmt::format("holds {}", type_text(type.elem_type())));
  constexpr std::string_view kHint = "export with fixed sizes (no dynamic axes), or write the sizes into the model";
  if (!type.has_shape()) return fail(Code::kUnsupported, "has no shape", std::string(kHint));
  Shape shape;
  for (const auto& dim : type.shape().dim()) {
    if (dim.has_dim_value()) {
      shape.push_back(dim.dim_value());
      continue;
    }
    const std::string size = dim.has_dim_param() ? fmt::format("'{}'", shown(dim.dim_param())) : "left open";
    return fail(Code::kUnsupported, fmt::format("dimension {} is {}, not a number", shape.size(), size),
                std::string(kHint));
  }
  if (auto ok = check_shape(shape); !ok) return propagate(ok);
  return Value{.dtype = *dtype, .shape = std::move(shape)};
}

// An input with an initializer has a default value, which is taken: it is a constant.
Result<void> Reader::read_inputs() {
  std::unordered_set<std::string> seen;
  for (const schema::ValueInfoProto& info : graph_.input()) {
    if (info.name().empty()) return fail(Code::kBadFile, "has an input without a name");
    if (!seen.insert(info.name()).second)
      return fail(Code::kBadFile, fmt::format("has two inputs '{}'", shown(info.name())));
    if (scope_.find(info.name()) != nullptr) continue;
    if (auto ok = settle(input_value(info), info.name(), "input", info.name()); !ok) return ok;
    if (Value& value = *scope_.find(info.name()); value.known) scope_.graph.inputs.push_back(scope_.id_of(value));
  }
  return {};
}

Result<std::vector<Value*>> Reader::operands_of(const schema::NodeProto& proto) {
  std::vector<Value*> inputs;
  for (const std::string& name : proto.input()) {
    inputs.push_back(name.empty() ? nullptr : scope_.find(name));
    if (name.empty() || inputs.back() != nullptr) continue;
    if (const auto writer = writers_.find(name); writer != writers_.end())
      return fail(Code::kBadFile,
                  fmt::format("reads '{}', which node '{}' gives only later; nodes must stand in the order they run, "
                              "without cycles",
                              shown(name), shown(name_of(*writer->second))));
    return fail(Code::kBadFile, fmt::format("reads '{}', which no input, initializer or node gives", shown(name)));
  }
  while (!inputs.empty() && inputs.back() == nullptr) inputs.pop_back();
  return inputs;
}

Result<Value> Reader::read_known(const schema::NodeProto& proto, const Operator& row, std::vector<Value*> inputs) {
  bool fits = inputs.size() >= row.least_inputs && inputs.size() <= row.most_inputs;
  for (std::size_t i = 0; fits && i < row.least_inputs; ++i) fits = inputs[i] != nullptr;
  if (!fits)
    return fail(Code::kBadFile,
                fmt::format("has {} operands; {} to {} are needed", inputs.size(), row.least_inputs, row.most_inputs));
  for (const schema::AttributeProto& attribute : proto.attribute())
    if (!takes_attribute(row, attribute.name()))
      return fail(Code::kUnsupported, fmt::format("attribute '{}' is not known", shown(attribute.name())));
  for (const Value* input : inputs)
    if (input != nullptr && !input->known) return Value{.known = false};
  Node node(proto, opset_, std::move(inputs), scope_, external_);
  return row.read(node);
}

Result<Value> Reader::output_of(const schema::NodeProto& proto, std::vector<Value*> inputs) {
  if (!is_standard(proto.domain()))
    return fail(Code::kUnsupported,
                fmt::format("belongs to '{}'; ONNX's own operators are read", shown(proto.domain())),
                "export without operators of one runtime");
  const Operator* row = find_operator(proto.op_type());
  if (row == nullptr) return fail(Code::kUnsupported, "is not supported", std::string(way_out_of(proto.op_type())));
  if (proto.output_size() != 1 || proto.output(0).empty())
    return fail(Code::kBadFile, fmt::format("has {} outputs; it gives one", proto.output_size()));
  return read_known(proto, *row, std::move(inputs));
}

Result<void> Reader::read_node(const schema::NodeProto& proto) {
  const std::string& name = name_of(proto);
  auto inputs = operands_of(proto);
  if (!inputs) return tl::unexpected<Error>(in_file(inputs.error(), proto.op_type(), name));
  const std::string output = proto.output_size() > 0 ? proto.output(0) : "";
  if (auto ok = settle(output_of(proto, std::move(*inputs)), output, shown(proto.op_type()), name); !ok) return ok;
  // Only nodes that are not covered have more outputs.
  for (int i = 1; i < proto.output_size(); ++i)
    if (!proto.output(i).empty())
      if (auto ok = scope_.define({.name = proto.output(i), .known = false}); !ok) return propagate(ok);
  return {};
}

Result<void> Reader::read_nodes() {
  for (const schema::NodeProto& proto : graph_.node())
    for (const std::string& output : proto.output()) writers_.emplace(output, &proto);
  for (const schema::NodeProto& proto : graph_.node())
    if (auto ok = read_node(proto); !ok) return ok;
  return {};
}

Result<void> Reader::read_outputs() {
  if (graph_.output().empty()) return fail(Code::kBadFile, "has no outputs");
  for (const schema::ValueInfoProto& info : graph_.output()) {
    Value* value = scope_.find(info.name());
    if (value == nullptr) return fail(Code::kBadFile, fmt::format("output '{}': nothing gives it", shown(info.name())));
    if (!value->known) continue;
    // What the file declares may be less than what follows from its nodes, but nothing else.
    const auto& type = info.type().tensor_type();
    bool fits = type.elem_type() == 0 || dtype_of(type.elem_type()) == value->dtype;
    if (type.has_shape()) {
      fits = fits && static_cast<std::size_t>(type.shape().dim_size()) == value->shape.size();
      for (int i = 0; fits && i < type.shape().dim_size(); ++i)
        fits = !type.shape().dim(i).has_dim_value() ||
               type.shape().dim(i).dim_value() == value->shape[static_cast<std::size_t>(i)];
    }
    if (!fits)
      return fail(Code::kBadFile, fmt::format("output '{}' is declared otherwise than the {} {} its nodes give",
                                              shown(info.name()), dtype_name(value->dtype), shape_text(value->shape)));
    scope_.graph.outputs.push_back(scope_.id_of(*value));
  }
  return {};
}

Result<Reading> Reader::read() {
  if (auto ok = read_initializers(); !ok) return propagate(ok);
  scope_.set_budget(kLeastBudget + kBudgetFactor * (file_bytes_ + external_.total_bytes()));
  if (auto ok = read_inputs(); !ok) return propagate(ok);
  if (auto ok = read_nodes(); !ok) return propagate(ok);
  if (auto ok = read_outputs(); !ok) return propagate(ok);
  if (problems_.empty())
    if (auto ok = graph::check(scope_.graph); !ok) return propagate(ok);
  return Reading{opset_, static_cast<std::size_t>(graph_.node_size()), std::move(problems_), std::move(scope_.graph)};
}

Result<Reading> read_model(schema::ModelProto& model, std::size_t file_bytes, const std::filesystem::path& folder) {
  const auto opset = opset_of(model);
  if (!opset) return propagate(opset);
  return Reader(*model.mutable_graph(), *opset, file_bytes, folder).read();
}

Result<Reading> read_whole(const std::filesystem::path& path) {
  auto bytes = mattock::read_file(path);
  if (!bytes) return propagate(bytes);
  auto model = parse(*bytes);
  if (!model) return propagate(model);
  const std::size_t file_bytes = bytes->size();
  std::vector<std::byte>().swap(*bytes);  // all of it is in the model now
  const std::filesystem::path folder = path.parent_path();
  return read_model(*model, file_bytes, folder.empty() ? "." : folder);
}

}  // namespace

Result<Reading> read(std::span<const std::byte> bytes, const std::filesystem::path& folder) {
  auto model = parse(bytes);
  if (!model) return propagate(model);
  return read_model(*model, bytes.size(), folder);
}

Result<Reading> read_file(const std::filesystem::path& path) {
  auto reading = read_whole(path);
  if (!reading) return propagate(reading, path.string());
  return reading;
}

Result<graph::Graph> read_graph(std::span<const std::byte> bytes, const std::filesystem::path& folder) {
  auto reading = read(bytes, folder);
  if (!reading) return propagate(reading);
  if (!reading->problems.empty()) return tl::unexpected<Error>(problems_error(reading->problems));
  return std::move(reading->graph);
}

}  // namespace mattock::onnx
