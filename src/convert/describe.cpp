// The texts behind the model, in the words that graph viewers know (rknn-file.md 6).
#include <nlohmann/json.hpp>

#include "convert/assemble.hpp"

namespace mattock::convert {
namespace {

using nlohmann::json;

json connections(const container::Model& model, bool graph) {
  json list = json::array();
  std::size_t tensor = 0;
  const auto add = [&](const char* side, std::size_t index) {
    json entry{{"left", side}, {"left_tensor_id", index}};
    if (graph) {
      entry["right"] = "norm_tensor";
      entry["right_tensor_id"] = tensor;
    } else {
      entry["node_id"] = 0;
      entry["right_tensor"] = {{"tensor_id", tensor}, {"type", "norm_tensor"}};
    }
    ++tensor;
    list.push_back(std::move(entry));
  };
  for (std::size_t i = 0; i < model.inputs.size(); ++i) add("input", i);
  for (std::size_t i = 0; i < model.outputs.size(); ++i) add("output", i);
  return list;
}

json doors(const container::Model& model) {
  json list = json::array();
  for (const auto* tensors : {&model.inputs, &model.outputs})
    for (const std::size_t index : *tensors) {
      const container::Tensor& tensor = model.tensors[index];
      list.push_back({{"tensor_id", list.size()},
                      {"url", tensor.name},
                      {"dim_num", tensor.shape.size()},
                      {"size", tensor.shape},
                      {"dtype", {{"qnt_method", ""}, {"qnt_type", ""}, {"vx_type", ""}}}});
    }
  return list;
}

}  // namespace

std::string doors_json(const container::Model& model, const std::vector<std::size_t>& tensors) {
  nlohmann::ordered_json all = nlohmann::ordered_json::object();
  for (const std::size_t index : tensors)
    all[model.tensors[index].name] = {{"dtype", "float16"}, {"layout", "UNDEFINED"}};
  return all.dump();
}

std::string viewer_json(const container::Model& model) {
  const json node{{"input_num", model.inputs.size()},
                  {"lid", "npu_network_bin_graph"},
                  {"name", "nnbg"},
                  {"nn", {{"nbg", {{"type", "RKNN_OP_NNBG"}}}}},
                  {"op", "RKNN_OP_NNBG"},
                  {"output_num", model.outputs.size()},
                  {"uid", 0}};
  const json all{{"connection", connections(model, false)},
                 {"const_tensor", json::array()},
                 {"graph", connections(model, true)},
                 {"input_num", model.inputs.size()},
                 {"name", "rknn model"},
                 {"network_platform", "ONNX"},
                 {"node_num", 1},
                 {"nodes", json::array({node})},
                 {"norm_tensor", doors(model)},
                 {"norm_tensor_num", model.inputs.size() + model.outputs.size()},
                 {"ori_network_platform", "ONNX"},
                 {"output_num", model.outputs.size()},
                 {"target_platform", json::array({model.target})},
                 {"version", "mattock"},
                 {"virtual_tensor", json::array()}};
  return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace mattock::convert
