#include "container/json.hpp"

#include <nlohmann/json.hpp>

#include "container/names.hpp"

namespace mattock::container {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
void add_if_any(Json& object, const char* key, const T& values) {
  if (!values.empty()) object[key] = values;
}

Json tensor_json(const Tensor& tensor, std::size_t index) {
  Json json = {{"index", index},
               {"name", tensor.name},
               {"kind", kind_name(tensor.kind)},
               {"dtype", dtype_name(tensor.dtype)},
               {"shape", tensor.shape},
               {"layout", layout_name(tensor.layout)},
               {"native_shape", tensor.native_shape},
               {"size", tensor.size},
               {"offset", tensor.offset},
               {"data_bytes", tensor.data.size()}};
  Json quantization = Json::object();
  add_if_any(quantization, "method", tensor.quantization_method);
  add_if_any(quantization, "type", tensor.quantization_type);
  add_if_any(quantization, "scale", tensor.scale);
  add_if_any(quantization, "zero_point", tensor.zero_point);
  add_if_any(quantization, "min", tensor.range_min);
  add_if_any(quantization, "max", tensor.range_max);
  json["quantization"] = quantization.empty() ? Json(nullptr) : quantization;
  if (tensor.image_channels != 0) json["image_channels"] = tensor.image_channels;
  return json;
}

Json params_json(const NodeParams& params) {
  Json json = {{"type", params.type}};
  add_if_any(json, "pad_mode", params.pad_mode);
  add_if_any(json, "norm_mode", params.norm_mode);
  add_if_any(json, "coordinate_mode", params.coordinate_mode);
  add_if_any(json, "resize_mode", params.resize_mode);
  add_if_any(json, "nearest_mode", params.nearest_mode);
  add_if_any(json, "kernel", params.kernel);
  add_if_any(json, "strides", params.strides);
  add_if_any(json, "pads", params.pads);
  add_if_any(json, "dilations", params.dilations);
  add_if_any(json, "perm", params.perm);
  add_if_any(json, "split", params.split);
  add_if_any(json, "axes", params.axes);
  if (!params.kernel.empty()) json["group"] = params.group;
  if (params.count_include_pad != 0) json["count_include_pad"] = params.count_include_pad;
  if (params.axis) json["axis"] = *params.axis;
  if (params.alpha) json["alpha"] = *params.alpha;
  if (params.epsilon) json["epsilon"] = *params.epsilon;
  if (params.momentum) json["momentum"] = *params.momentum;
  return json;
}

Json node_json(const Node& node, std::size_t index) {
  Json json = {{"index", index},
               {"op", node.op},
               {"name", node.name},
               {"engine", engine_name(node.engine)},
               {"inputs", node.inputs},
               {"outputs", node.outputs},
               {"first_task", node.first_task},
               {"task_count", node.task_count}};
  if (node.params.type != 0) json["params"] = params_json(node.params);
  return json;
}

}  // namespace

std::string to_json(const Model& model, const std::string& name) {
  const hw::Program& program = model.program;
  Json json = {
      {"file", name},
      {"container_version", model.container_version},
      {"target", model.target},
      {"generation", model.generation},
      {"framework", model.framework},
      {"compiler", model.compiler},
      {"compiler_number", model.compiler_number},
      {"custom_ops", model.custom_ops},
      {"memory", {{"weight_bytes", model.memory.weight_bytes}, {"internal_bytes", model.memory.internal_bytes}}},
      {"commands",
       {{"words", program.words.size()},
        {"bytes", program.words.size() * hw::kWordBytes},
        {"tasks", program.tasks.size()},
        {"relocations", program.relocations.size()}}},
      {"inputs", model.inputs},
      {"outputs", model.outputs},
      {"tensors", Json::array()},
      {"operators", Json::array()},
      {"warnings", model.warnings}};
  for (std::size_t i = 0; i < model.tensors.size(); ++i) json["tensors"].push_back(tensor_json(model.tensors[i], i));
  for (std::size_t i = 0; i < model.nodes.size(); ++i) json["operators"].push_back(node_json(model.nodes[i], i));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mattock::container
