#include "convert/assemble.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/math.hpp"

namespace mattock::convert {
namespace {

using container::Model;

constexpr const char* kVersion = "0.1.0";
// assumed: a runtime asks no more of it than to be known; that of the seed's file. Settled by loading a file on a
// board.
constexpr std::int32_t kCompilerNumber = 20302;
constexpr std::uint8_t kConvParams = 1, kConcatParams = 19, kTransposeParams = 25, kSoftmaxParams = 61;

container::TensorKind kind_of(lower::Role role) {
  switch (role) {
    case lower::Role::kInput: return container::TensorKind::kInput;
    case lower::Role::kOutput: return container::TensorKind::kOutput;
    case lower::Role::kIntermediate: return container::TensorKind::kIntermediate;
    case lower::Role::kConstant: return container::TensorKind::kConstant;
    case lower::Role::kHostConstant: return container::TensorKind::kHostConstant;
  }
  return container::TensorKind::kPlaceholder;
}

container::Tensor tensor_of(lower::Tensor& from, std::size_t offset, const hw::Chip& chip) {
  container::Tensor tensor;
  tensor.name = from.name;
  tensor.dtype = from.dtype;
  tensor.kind = kind_of(from.role);
  tensor.shape = tensor.native_shape = from.shape;
  tensor.size = from.bytes;
  tensor.offset = offset;
  tensor.data = std::move(from.data);
  if (!from.kernels.empty()) {
    tensor.layout = container::Layout::kNativeWeight;
    tensor.native_shape = from.kernels;
  } else if (from.pitch != 0) {
    const auto lanes = narrow<std::int64_t>(chip.atom_bytes / element_bytes(from.dtype));
    tensor.layout = container::Layout::kNC1HWC2;
    tensor.native_shape = {from.shape[0], narrow<std::int64_t>(from.pitch) / lanes, 1, 1, lanes};
    tensor.field19 = 4;
  }
  return tensor;
}

container::NodeParams params_of(const lower::Node& node) {
  container::NodeParams params;
  if (node.op.starts_with("Conv")) {
    params.type = kConvParams;
    params.pad_mode = "NOTSET";
    params.kernel = params.strides = params.dilations = {1, 1};
    params.pads = {0, 0, 0, 0};
  } else if (node.op == "Transpose") {
    params.type = kTransposeParams;
    for (const std::size_t axis : node.perm) params.perm.push_back(narrow<std::int32_t>(axis));
  } else if (node.op == "exSoftmax13") {
    params.type = kSoftmaxParams;
    params.axis = narrow<std::int32_t>(node.axis);
  } else if (node.op == "Concat") {
    params.type = kConcatParams;
    params.axis = narrow<std::int32_t>(node.axis);
  }
  return params;
}

container::Node door(const char* op, const std::string& tensor) {
  container::Node node;
  node.op = op;
  node.name = fmt::format("{}:{}", op, tensor);
  return node;
}

void add_nodes(Model& model, const lower::Module& module, const Linked& linked) {
  for (const std::size_t input : module.inputs) {
    model.nodes.push_back(door("InputOperator", module.tensors[input].name));
    model.nodes.back().outputs = {input};
  }
  std::size_t task = 0;
  for (std::size_t n = 0; n < module.nodes.size(); ++n) {
    const lower::Node& from = module.nodes[n];
    container::Node node;
    node.op = from.op;
    node.name = fmt::format("{}:{}", from.op, from.name);
    node.engine = from.npu ? container::Engine::kNpu : container::Engine::kHost;
    node.inputs = from.inputs;
    node.outputs = from.outputs;
    node.params = params_of(from);
    node.first_task = task;
    node.task_count = linked.tasks_of_node[n];
    task += node.task_count;
    model.nodes.push_back(std::move(node));
  }
  for (const std::size_t output : module.outputs) {
    model.nodes.push_back(door("OutputOperator", module.tensors[output].name));
    model.nodes.back().inputs = {output};
    model.nodes.back().first_task = task;
  }
}

/// After how many tasks an output is complete.
std::int32_t tasks_until(const Model& model, std::size_t output) {
  std::size_t tasks = 0;
  for (const container::Node& node : model.nodes)
    if (std::ranges::count(node.outputs, output) > 0) tasks = node.first_task + node.task_count;
  return narrow<std::int32_t>(tasks);
}

void add_sums(Model& model) {
  constexpr std::size_t kPiece = 64;
  for (const container::Tensor& tensor : model.tensors)
    if (tensor.kind == container::TensorKind::kConstant || tensor.kind == container::TensorKind::kHostConstant)
      model.memory.weight_bytes += align_up(tensor.size, kPiece);
}

}  // namespace

Result<Model> assemble(lower::Module& module, const hw::Chip& chip) {
  auto linked = link(module, chip);
  if (!linked) return propagate(linked);
  const Places places = place_tensors(module);
  Model model;
  model.target = chip.name;
  model.generation = chip.generation;
  model.framework = "ONNX";
  model.compiler = fmt::format("mattock {}(compiler version: {} ())", kVersion, kVersion);
  model.compiler_number = kCompilerNumber;
  model.tensors.emplace_back();
  for (std::size_t i = 1; i < module.tensors.size(); ++i)
    model.tensors.push_back(tensor_of(module.tensors[i], places.offset[i], chip));
  model.inputs = module.inputs;
  model.outputs = module.outputs;
  add_nodes(model, module, *linked);
  model.program = std::move(linked->program);
  for (const auto& [name, kind] :
       {std::pair{"regcmd", container::TensorKind::kCommands}, std::pair{"task", container::TensorKind::kTasks}}) {
    container::Tensor tensor;
    tensor.name = name;
    tensor.kind = kind;
    tensor.dtype = DType::kUint64;
    model.tensors.push_back(std::move(tensor));
  }
  for (const std::size_t input : model.inputs) {
    static_cast<void>(input);
    model.input_norm.push_back({{0}, {1}, {}});
  }
  for (const std::size_t output : model.outputs)
    model.output_tasks.push_back({model.tensors[output].name, tasks_until(model, output)});
  add_sums(model);
  model.memory.internal_bytes = places.bytes;
  std::ranges::stable_sort(model.program.relocations, {},
                           [](const hw::Relocation& r) { return std::pair(r.tensor, r.word); });
  model.input_json = doors_json(model, model.inputs);
  model.output_json = doors_json(model, model.outputs);
  model.viewer_json = viewer_json(model);
  return model;
}

}  // namespace mattock::convert
