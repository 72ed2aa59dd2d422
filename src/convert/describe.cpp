#include "convert/describe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "container/names.hpp"

namespace mattock::convert {
namespace {

using container::Model;
using container::Tensor;
using Json = nlohmann::json;  // sorts its keys, as vendor files do

constexpr std::string_view kVersion = MATTOCK_VERSION;

/// ASCII, as Python's json.dumps() writes it. Bytes that are not UTF-8 become U+FFFD.
std::string compact(const Json& json) { return json.dump(-1, ' ', true, Json::error_handler_t::replace); }

/// A string as Python prints it.
std::string python(std::string_view text) {
  const char quote = text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\x{:02x}", c);
    else
      out += c;
  }
  return out + quote;
}

std::string python(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

/// The user's type: the vendor's converter names float32 where the NPU computes in fp16.
std::string user_type(const Tensor& tensor) {
  return std::string(dtype_name(tensor.dtype == DType::kFloat16 ? DType::kFloat32 : tensor.dtype));
}

template <class Visit>
void for_each_door(const Model& model, const Visit& visit) {
  for (std::size_t i = 0; i < model.inputs.size(); ++i) visit(model.tensors[model.inputs[i]], i, true);
  for (std::size_t i = 0; i < model.outputs.size(); ++i) visit(model.tensors[model.outputs[i]], i, false);
}

std::string attribute(const Tensor& tensor, std::size_t index, bool input) {
  const std::string shape = python(tensor.shape), type = python(user_type(tensor));
  if (!input)
    return fmt::format("{}: {{'is_output': True, 'idx': {}, 'shape': {}, 'dtype': {}, 'layout': 'nchw'}}",
                       python(tensor.name), index, shape, type);
  return fmt::format(
      "{}: {{'idx': {}, 'shape': {}, 'layout': 'nchw', 'layout_ori': 'nchw', 'is_output': False, "
      "'range': [0, 1], 'origin_dynamic': False, 'dtype': {}, 'mean': [0], 'std': [1], 'rgb2bgr': "
      "False}}",
      python(tensor.name), index, shape, type);
}

std::string no_quantisation(const Tensor& tensor, bool input) {
  const std::string type = input ? user_type(tensor) : std::string(dtype_name(tensor.dtype));
  return fmt::format(
      "{}: {{'dtype': {}, 'qmethod': '', 'qtype': '', 'min': [], 'max': [], 'scale': [], 'zero_point': "
      "[], 'name': {}, 'shape': {}}}",
      python(tensor.name), python(type), python(tensor.name), python(tensor.shape));
}

Json viewer_tensor(const Tensor& tensor, std::size_t id) {
  return {{"tensor_id", id},
          {"url", tensor.name},
          {"dim_num", tensor.shape.size()},
          {"size", tensor.shape},
          {"dtype", {{"qnt_method", ""}, {"qnt_type", ""}, {"vx_type", ""}}}};
}

std::string task_line(const Model& model, std::size_t index) {
  const hw::TaskRecord& task = model.program.tasks[index];
  const std::size_t tail = task.regcmd_addr / hw::kWordBytes + task.regcfg_amount;
  const std::uint32_t next = hw::Command::decode(model.program.words[tail]).value;
  return fmt::format("  task {} at {:#x}, {} words, blocks {:#x}, {}\n", index, task.regcmd_addr, task.regcfg_amount,
                     task.enable_mask, next == 0 ? "ends the chain" : fmt::format("then {:#x}", next));
}

std::string node_line(const Model& model, std::size_t index) {
  const container::Node& node = model.nodes[index];
  return fmt::format("node {} {} {} tasks={} inputs={} outputs={}\n", index, container::printable(node.name),
                     container::engine_name(node.engine), node.task_count, fmt::join(node.inputs, ","),
                     fmt::join(node.outputs, ","));
}

}  // namespace

std::string compiler_text() { return fmt::format("mattock {0}(compiler version: {0} (@mattock))", kVersion); }

std::string doors_json(const Model& model, bool inputs) {
  std::string text;
  for (const std::size_t index : inputs ? model.inputs : model.outputs) {
    const Tensor& tensor = model.tensors[index];
    // assumed: rank 4 in plain rows is UNDEFINED as well; every vendor file has it in cubes and says NHWC. Settled by
    // handing such an input to the vendor's runtime.
    text += fmt::format("{}{}: {{\"dtype\": \"{}\", \"layout\": \"{}\"}}", text.empty() ? "" : ", ",
                        compact(tensor.name), dtype_name(tensor.dtype), inputs ? "UNDEFINED" : "NCHW");
  }
  return "{" + text + "}";
}

std::string attributes_text(const Model& model) {
  std::vector<std::string> attributes, quantisations;
  for_each_door(model, [&](const Tensor& tensor, std::size_t index, bool input) {
    attributes.push_back(attribute(tensor, index, input));
    quantisations.push_back(no_quantisation(tensor, input));
  });
  return fmt::format("{{'attrs': {{{}}}, 'quant_tab': {{{}}}, 'dynamic_shapes': {{}}}}", fmt::join(attributes, ", "),
                     fmt::join(quantisations, ", "));
}

std::string viewer_json(const Model& model) {
  Json connections = Json::array(), graph = Json::array(), tensors = Json::array();
  for_each_door(model, [&](const Tensor& tensor, std::size_t index, bool input) {
    const std::size_t id = tensors.size();
    const char* side = input ? "input" : "output";
    connections.push_back({{"left", side},
                           {"left_tensor_id", index},
                           {"node_id", 0},
                           {"right_tensor", {{"tensor_id", id}, {"type", "norm_tensor"}}}});
    graph.push_back({{"left", side}, {"left_tensor_id", index}, {"right", "norm_tensor"}, {"right_tensor_id", id}});
    tensors.push_back(viewer_tensor(tensor, id));
  });
  const std::size_t inputs = model.inputs.size(), outputs = model.outputs.size();
  const Json node = {{"input_num", inputs},
                     {"lid", "npu_network_bin_graph"},
                     {"name", "nnbg"},
                     {"nn", {{"nbg", {{"type", "RKNN_OP_NNBG"}}}}},
                     {"op", "RKNN_OP_NNBG"},
                     {"output_num", outputs},
                     {"uid", 0}};
  return compact({{"connection", connections},
                  {"const_tensor", Json::array()},
                  {"graph", graph},
                  {"input_num", inputs},
                  {"name", "rknn model"},
                  {"network_platform", model.framework},
                  {"node_num", 1},
                  {"nodes", Json::array({node})},
                  {"norm_tensor", tensors},
                  {"norm_tensor_num", inputs + outputs},
                  {"ori_network_platform", model.framework},
                  {"output_num", outputs},
                  {"target_platform", Json::array({model.target})},
                  {"version", kVersion},
                  {"virtual_tensor", Json::array()}});
}

std::string model_text(const Model& model) {
  std::string text = fmt::format("model for {}, {} bytes of constants, {} internal\n", model.target,
                                 model.memory.weight_bytes, model.memory.internal_bytes);
  for (std::size_t i = 1; i < model.tensors.size(); ++i) {
    const Tensor& tensor = model.tensors[i];
    text += fmt::format("tensor {} {} {} {} {} {} size={} offset={}\n", i, container::printable(tensor.name),
                        container::kind_name(tensor.kind), dtype_name(tensor.dtype), shape_text(tensor.shape),
                        container::layout_name(tensor.layout), tensor.size, tensor.offset);
  }
  for (std::size_t i = 0; i < model.nodes.size(); ++i) text += node_line(model, i);
  return text;
}

std::string tasks_text(const Model& model) {
  std::string text;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    text += node_line(model, i);
    for (std::size_t t = 0; t < model.nodes[i].task_count; ++t) text += task_line(model, model.nodes[i].first_task + t);
  }
  return text;
}

}  // namespace mattock::convert
