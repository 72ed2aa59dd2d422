#include "convert/assemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/math.hpp"
#include "convert/attributes.hpp"
#include "convert/describe.hpp"
#include "convert/link.hpp"
#include "convert/places.hpp"

namespace mattock::convert {
namespace {

using container::Engine;
using container::Layout;
using container::Model;
using container::Node;
using container::Tensor;
using container::TensorKind;
using lower::Role;

constexpr std::int64_t kLanes = 4;            // of a row seen as surfaces of one pixel
constexpr std::size_t kConstantBytes = 64;    // constants start on multiples of it
constexpr std::size_t kInputNormNumbers = 4;  // whatever the input's rank and channels

// assumed: major * 10000 + minor * 100 + patch of a converter whose files the vendor's runtime takes; newer numbers are
// no obstacle to it, other numbers have not been tried. Settled by loading a file on a board.
constexpr std::int32_t kCompilerNumber = 20302;

TensorKind kind_of(Role role) {
  switch (role) {
    case Role::kInput: return TensorKind::kInput;
    case Role::kOutput: return TensorKind::kOutput;
    case Role::kIntermediate: return TensorKind::kIntermediate;
    case Role::kConstant: return TensorKind::kConstant;
    case Role::kHostConstant: return TensorKind::kHostConstant;
  }
  return TensorKind::kPlaceholder;
}

/// Bytes that whoever reads the file expects behind the tensor's address.
std::size_t bytes_of(const lower::Tensor& tensor) {
  const std::size_t rows = tensor.pitch == 0 ? 0 : static_cast<std::size_t>(tensor.shape.front());
  const std::size_t elements = tensor.pitch == 0 ? element_count(tensor.shape) : rows * tensor.pitch;
  return elements * element_bytes(tensor.dtype);
}

Result<void> check_tensor(const lower::Tensor& tensor) {
  const auto refuse = [&](const std::string& what) {
    return fail(Code::kInternal, fmt::format("tensor '{}' ({}): {}", tensor.name, shape_text(tensor.shape), what));
  };
  const bool constant = tensor.role == Role::kConstant || tensor.role == Role::kHostConstant;
  if (constant && tensor.data.size() != tensor.bytes)
    return refuse(fmt::format("{} bytes of data, {} of memory", tensor.data.size(), tensor.bytes));
  if (tensor.pitch != 0 && (tensor.shape.size() != 4 || tensor.pitch % kLanes != 0))
    return refuse(fmt::format("rows {} elements apart are not whole atoms of a map", tensor.pitch));
  // Kernels are padded, which their shape does not say.
  if (tensor.kernels.empty() && tensor.bytes < bytes_of(tensor))
    return refuse(fmt::format("{} bytes of memory, {} needed", tensor.bytes, bytes_of(tensor)));
  return {};
}

/// A row is C1 surfaces of one pixel, which lie side by side. Field 19 is 0: vendor files have 4 only where a surface
/// has more than one pixel.
Tensor tensor_of(lower::Tensor& from, std::size_t offset) {
  Tensor tensor;
  tensor.name = from.name;
  tensor.dtype = from.dtype;
  tensor.kind = kind_of(from.role);
  tensor.shape = tensor.native_shape = from.shape;
  tensor.size = from.bytes;
  tensor.offset = offset;
  tensor.data = std::move(from.data);
  if (from.pitch != 0) {
    tensor.layout = Layout::kNC1HWC2;
    tensor.native_shape = {from.shape[0], narrow<std::int64_t>(from.pitch) / kLanes, 1, 1, kLanes};
  } else if (!from.kernels.empty()) {
    tensor.layout = Layout::kNativeWeight;
    tensor.native_shape = from.kernels;
  }
  return tensor;
}

Result<void> add_tensors(lower::Module& module, const Places& places, Model& model) {
  model.tensors.emplace_back();
  for (std::size_t i = 1; i < module.tensors.size(); ++i) {
    if (const auto good = check_tensor(module.tensors[i]); !good) return good;
    model.tensors.push_back(tensor_of(module.tensors[i], places.offsets[i]));
    const Tensor& tensor = model.tensors.back();
    if (!tensor.data.empty()) model.memory.weight_bytes += align_up(tensor.size, kConstantBytes);
  }
  model.memory.internal_bytes = places.bytes;
  return {};
}

/// The tensors that hold the program are found by kind; their usual names may be taken by the model's own.
void add_program_tensors(Model& model) {
  for (auto [kind, name] :
       {std::pair(TensorKind::kCommands, std::string("regcmd")), std::pair(TensorKind::kTasks, std::string("task"))}) {
    while (std::ranges::find(model.tensors, name, &Tensor::name) != model.tensors.end()) name += '_';
    Tensor tensor;
    tensor.name = name;
    tensor.dtype = DType::kUint64;
    tensor.kind = kind;
    model.tensors.push_back(std::move(tensor));
  }
}

/// `door`: the model's own name for where its inputs come from and its outputs go.
Node door(const char* op, const Model& model, std::size_t tensor) {
  Node node;
  node.op = op;
  node.name = fmt::format("{}:{}", op, model.tensors[tensor].name);
  return node;
}

Node node_of(const lower::Module& module, const lower::Node& from) {
  Node node;
  node.op = from.op;
  node.name = fmt::format("{}:{}", from.op, from.name);
  node.engine = from.npu ? Engine::kNpu : Engine::kHost;
  node.inputs = from.inputs;
  node.outputs = from.outputs;
  node.params = params_of(module, from);
  node.attributes = attributes_of(from);
  return node;
}

void add_nodes(const lower::Module& module, const std::vector<std::size_t>& task_counts, Model& model) {
  for (const std::size_t tensor : module.inputs) {
    model.nodes.push_back(door("InputOperator", model, tensor));
    model.nodes.back().outputs = {tensor};
  }
  std::size_t tasks = 0;
  for (std::size_t i = 0; i < module.nodes.size(); ++i) {
    Node node = node_of(module, module.nodes[i]);
    node.first_task = tasks;
    node.task_count = task_counts[i];
    tasks += node.task_count;
    model.nodes.push_back(std::move(node));
  }
  for (const std::size_t tensor : module.outputs) {
    Node node = door("OutputOperator", model, tensor);
    node.inputs = {tensor};
    node.attributes.resize(4 * sizeof(std::int32_t));  // lengths of four lists of tasks for other layouts: none
    node.first_task = tasks;
    model.nodes.push_back(std::move(node));
  }
}

/// Inputs as they are: mean 0, standard deviation 1, channels in order.
void add_doors(const lower::Module& module, Model& model) {
  model.inputs = module.inputs;
  model.outputs = module.outputs;
  model.input_norm.assign(
      model.inputs.size(),
      {std::vector<float>(kInputNormNumbers, 0), std::vector<float>(kInputNormNumbers, 1), {0, 1, 2, 3}});
  for (const std::size_t output : model.outputs) {
    std::int32_t tasks = 0;  // that have run when the last node has written it
    for (const Node& node : model.nodes)
      if (std::ranges::count(node.outputs, output) > 0) tasks = narrow<std::int32_t>(node.first_task + node.task_count);
    model.output_tasks.push_back({model.tensors[output].name, tasks});
  }
}

void add_texts(const hw::Chip& chip, Model& model) {
  model.target = chip.name;
  model.generation = chip.generation;
  model.framework = "ONNX";
  model.compiler = compiler_text();
  model.compiler_number = kCompilerNumber;
  model.attributes = attributes_text(model);
  model.input_json = doors_json(model, true);
  model.output_json = doors_json(model, false);
  model.viewer_json = viewer_json(model);
}

}  // namespace

Result<Model> assemble(lower::Module& module, const hw::Chip& chip) {
  auto linked = link(module, chip, module.inputs.size());
  if (!linked) return propagate(linked);
  Model model;
  if (const auto done = add_tensors(module, place_tensors(module), model); !done) return propagate(done);
  model.program = std::move(linked->program);
  if (!model.program.tasks.empty()) add_program_tensors(model);
  add_nodes(module, linked->task_counts, model);
  add_doors(module, model);
  add_texts(chip, model);
  return model;
}

}  // namespace mattock::convert
