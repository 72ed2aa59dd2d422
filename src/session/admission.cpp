#include "session/admission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "session/host/host.hpp"

namespace mattock::session {
namespace {

using container::Engine;
using container::Model;
using container::Node;
using container::TensorKind;

bool is_door(const Node& node) { return node.op == "InputOperator" || node.op == "OutputOperator"; }

}  // namespace

Result<void> check_host_operators(const Model& model) {
  std::vector<std::string> missing;
  for (const Node& node : model.nodes) {
    if (node.engine != Engine::kHost || is_door(node) || host::is_known(node.op)) continue;
    if (std::ranges::find(missing, node.op) == missing.end()) missing.push_back(node.op);
  }
  if (missing.empty()) return {};
  std::string names;
  for (const std::string& name : missing) names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  return fail(Code::kUnsupported, fmt::format("the model needs CPU operators that are not there yet: {}", names),
              fmt::format("known: {}", host::known_operators()));
}

Result<void> check_generation(const Model& model, const Device& device) {
  if (model.generation == device.chip().generation) return {};
  return fail(Code::kUnsupported, fmt::format("the model is for generation '{}', {} is '{}'", model.generation,
                                              device.name(), device.chip().generation));
}

Result<void> check_tasks(const Model& model) {
  const std::size_t tasks = model.program.tasks.size();
  for (const Node& node : model.nodes) {
    if (is_door(node) || node.engine == Engine::kHost) continue;
    if (node.task_count == 0)
      return fail(Code::kUnsupported,
                  fmt::format("node '{}' ({}) is for the NPU but has no tasks", node.name, node.op));
    if (node.first_task > tasks || node.task_count > tasks - node.first_task)
      return fail(Code::kBadFile, fmt::format("node '{}' ({}) wants tasks {} to {}, the file has {}", node.name,
                                              node.op, node.first_task, node.first_task + node.task_count, tasks));
  }
  return {};
}

Result<void> check_nodes(const Model& model) {
  for (const Node& node : model.nodes)
    if (!is_door(node) && node.engine == Engine::kHost)
      if (const auto fits = host::check(node, model); !fits) return fits;
  return check_tasks(model);
}

Result<void> check_doors(const Model& model) {
  const auto check = [&](const std::vector<std::size_t>& tensors, TensorKind kind, const char* what) -> Result<void> {
    for (const std::size_t index : tensors)
      if (model.tensors[index].kind != kind)
        return fail(Code::kBadFile, fmt::format("tensor '{}' is a model {} but has kind {}", model.tensors[index].name,
                                                what, static_cast<int>(model.tensors[index].kind)));
    return {};
  };
  if (const auto inputs = check(model.inputs, TensorKind::kInput, "input"); !inputs) return inputs;
  return check(model.outputs, TensorKind::kOutput, "output");
}

std::vector<bool> touched_tensors(const Model& model) {
  std::vector<bool> touched(model.tensors.size());
  for (const std::size_t index : model.inputs) touched[index] = true;
  for (const std::size_t index : model.outputs) touched[index] = true;
  for (const Node& node : model.nodes) {
    if (node.engine != Engine::kHost || is_door(node)) continue;
    for (std::size_t i = 0; i < host::data_inputs(node); ++i) touched[node.inputs[i]] = true;
    for (const std::size_t index : node.outputs) touched[index] = true;
  }
  return touched;
}

Result<std::vector<std::optional<Form>>> forms_of(const Model& model, const hw::Chip& chip,
                                                  const std::vector<bool>& touched) {
  std::vector<std::optional<Form>> forms(model.tensors.size());
  for (std::size_t i = 0; i < forms.size(); ++i) {
    if (model.tensors[i].kind == TensorKind::kPlaceholder && !touched[i]) continue;
    auto form = form_of(model.tensors[i], chip);
    if (form)
      forms[i] = std::move(*form);
    else if (touched[i])
      return propagate(form);
  }
  return forms;
}

Result<void> check_places(const Model& model, const ModelMemory& memory, std::span<const std::optional<Form>> forms,
                          const std::vector<bool>& touched) {
  for (std::size_t i = 0; i < forms.size(); ++i) {
    const container::Tensor& tensor = model.tensors[i];
    if (touched[i] && !memory.has_place(i))
      return fail(Code::kBadFile,
                  fmt::format("tensor '{}' is used by the CPU but has no place in memory", tensor.name));
    if (!forms[i] || !memory.has_place(i)) continue;
    const std::size_t needed = bytes_of(*forms[i]);
    if (memory.tensor(i).size() < needed)
      return fail(Code::kBadFile, fmt::format("tensor '{}' has {} bytes, its shape {} needs {}", tensor.name,
                                              memory.tensor(i).size(), shape_text(tensor.shape), needed));
  }
  return {};
}

}  // namespace mattock::session
