#include "session/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "container/reader.hpp"
#include "session/admission.hpp"
#include "session/doors.hpp"
#include "session/form.hpp"
#include "session/host/host.hpp"
#include "session/image_input.hpp"
#include "session/memory.hpp"
#include "session/schedule.hpp"

namespace mattock {
namespace {

using container::Engine;
using container::Model;
using container::Node;
using session::Form;
using session::Step;

TensorInfo info_of(const container::Tensor& tensor) {
  TensorInfo info{tensor.name, tensor.dtype, tensor.shape, std::nullopt};
  if (!tensor.scale.empty())
    info.quantisation = Quantisation{tensor.scale.front(), tensor.zero_point.empty() ? 0 : tensor.zero_point.front()};
  return info;
}

std::string shape_hint(const Shape& given, const Shape& wanted) {
  const auto without_ones = [](const Shape& shape) {
    return Shape(std::ranges::find_if(shape, [](auto d) { return d != 1; }), shape.end());
  };
  return without_ones(given) == without_ones(wanted)
             ? fmt::format("only leading ones differ: reshape the array to {}", shape_text(wanted))
             : std::string();
}

/// "node 'a' (Conv, task 0), node 'b' (Add, tasks 1 to 3)": tasks counted as the submit counts them.
std::string nodes_text(const Model& model, const Step& step) {
  constexpr std::size_t kMost = 8;
  std::string text;
  for (std::size_t i = 0; i < step.nodes.size() && i < kMost; ++i) {
    const Node& node = model.nodes[step.nodes[i]];
    const std::size_t first = node.first_task - step.tasks.first;
    const std::size_t last = first + node.task_count - 1;
    text += fmt::format("{}node '{}' ({}, {})", i == 0 ? "" : ", ", node.name, node.op,
                        first == last ? fmt::format("task {}", first) : fmt::format("tasks {} to {}", first, last));
  }
  if (step.nodes.size() > kMost) text += fmt::format(" and {} more", step.nodes.size() - kMost);
  return text;
}

}  // namespace

struct Session::Impl {
  Impl(Device on, Model what) : device(std::move(on)), model(std::move(what)) {}

  Result<void> prepare();
  Result<void> check_input(std::size_t index, const Array& array) const;
  Result<void> store_input(std::size_t index, const Array& array, RunResult& result);
  Result<void> run_host(const Step& step);
  Result<void> run_npu(const Step& step, RunResult& result);
  Result<void> keep_layers(std::span<const std::size_t> nodes, RunResult& result);
  Result<void> read_outputs(RunResult& result);
  Result<RunResult> run(std::span<const Array> arrays, const RunOptions& options);
  bool is_image(std::size_t tensor) const { return std::holds_alternative<layout::Image>(*forms[tensor]); }

  Device device;
  Model model;
  std::vector<TensorInfo> inputs, outputs;
  std::vector<std::optional<Form>> forms;  // by tensor
  std::optional<session::ModelMemory> memory;
};

Result<void> Session::Impl::prepare() {
  if (model.generation != device.chip().generation)
    return fail(Code::kUnsupported, fmt::format("the model is for generation '{}', {} is '{}'", model.generation,
                                                device.name(), device.chip().generation));
  if (const auto known = session::check_host_operators(model); !known) return known;
  if (const auto runnable = session::check_nodes(model); !runnable) return runnable;
  if (const auto declared = session::check_doors(model); !declared) return declared;
  const std::vector<bool> touched = session::touched_tensors(model);
  auto all_forms = session::forms_of(model, device.chip(), touched);
  if (!all_forms) return propagate(all_forms);
  forms = std::move(*all_forms);
  auto placed = session::ModelMemory::create(device, model, forms);
  if (!placed) return propagate(placed);
  memory = std::move(*placed);
  if (const auto good = session::check_places(model, *memory, forms, touched); !good) return good;

  for (const std::size_t index : model.inputs) {
    inputs.push_back(info_of(model.tensors[index]));
    const auto* image = std::get_if<layout::Image>(&*forms[index]);
    if (image == nullptr) continue;
    const auto changes = session::line_words(model, index, *image, device.chip().atom_bytes);
    if (!changes) return propagate(changes);
    for (const session::WordChange& change : *changes) memory->set_command_value(change.word, change.value);
  }
  for (const std::size_t index : model.outputs) outputs.push_back(info_of(model.tensors[index]));
  return {};
}

Result<void> Session::Impl::check_input(std::size_t index, const Array& array) const {
  const TensorInfo& input = inputs[index];
  if (array.shape != input.shape)
    return fail(Code::kBadInput,
                fmt::format("input '{}' has shape {}, the model wants {}", input.name, shape_text(array.shape),
                            shape_text(input.shape)),
                shape_hint(array.shape, input.shape));
  if (array.data.size() != array.size() * element_bytes(array.dtype))
    return fail(Code::kBadInput, fmt::format("input '{}': {} bytes are not {} elements of {}", input.name,
                                             array.data.size(), array.size(), dtype_name(array.dtype)));
  return {};
}

Result<void> Session::Impl::store_input(std::size_t index, const Array& array, RunResult& result) {
  const std::size_t tensor = model.inputs[index];
  static const container::InputNorm kNone;
  const container::InputNorm& norm = index < model.input_norm.size() ? model.input_norm[index] : kNone;
  auto converted = session::convert_input(model.tensors[tensor], norm, is_image(tensor), array);
  if (!converted) return propagate(converted);
  if (!converted->notice.empty()) result.notices.push_back(std::move(converted->notice));

  const TensorInfo& info = inputs[index];
  const auto padding = static_cast<std::byte>(
      info.quantisation && !converted->raw_pixels && element_bytes(info.dtype) == 1 ? info.quantisation->zero_point
                                                                                    : 0);
  session::write_tensor(*forms[tensor], converted->array, memory->tensor(tensor), padding);
  if (is_image(tensor))
    for (const session::WordChange& change : session::converter_words(model, tensor, converted->raw_pixels))
      memory->set_command_value(change.word, change.value);
  return memory->sync_to_device(device, tensor);
}

Result<void> Session::Impl::run_host(const Step& step) {
  const Node& node = model.nodes[step.nodes.front()];
  std::vector<session::host::Value> operands;
  for (std::size_t i = 0; i < session::host::data_inputs(node); ++i) {
    const std::size_t index = node.inputs[i];
    if (const auto synced = memory->sync_from_device(device, index); !synced) return synced;
    const container::Tensor& tensor = model.tensors[index];
    operands.push_back({&tensor, session::read_tensor(tensor, *forms[index], memory->tensor(index))});
  }
  std::vector<const container::Tensor*> declared;
  for (const std::size_t index : node.outputs) declared.push_back(&model.tensors[index]);
  const std::vector<Array> results = session::host::run(node, operands, declared);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::size_t index = node.outputs[i];
    // The whole tensor is written: data, and 0 in every other byte (rule 15).
    std::ranges::fill(memory->tensor(index), std::byte{0});
    session::write_tensor(*forms[index], results[i], memory->tensor(index));
    if (const auto synced = memory->sync_to_device(device, index); !synced) return synced;
  }
  return {};
}

Result<void> Session::Impl::run_npu(const Step& step, RunResult& result) {
  auto report = device.submit(memory->task_records(), step.tasks);
  if (!report) return propagate(report, nodes_text(model, step));
  result.submits.push_back({step.tasks, step.nodes, std::move(*report)});
  return {};
}

Result<void> Session::Impl::keep_layers(std::span<const std::size_t> nodes, RunResult& result) {
  for (const std::size_t node : nodes)
    for (const std::size_t index : model.nodes[node].outputs) {
      if (!forms[index] || !memory->has_place(index)) continue;
      if (const auto synced = memory->sync_from_device(device, index); !synced) return synced;
      result.layers.push_back(
          {node, index, session::read_tensor(model.tensors[index], *forms[index], memory->tensor(index))});
    }
  return {};
}

Result<void> Session::Impl::read_outputs(RunResult& result) {
  for (const std::size_t index : model.outputs) {
    const container::Tensor& tensor = model.tensors[index];
    if (const auto synced = memory->sync_from_device(device, index); !synced) return synced;
    Array raw = session::read_tensor(tensor, *forms[index], memory->tensor(index));
    Array values = session::to_float32(tensor, raw);
    result.outputs.push_back({tensor.name, std::move(values), std::move(raw)});
  }
  return {};
}

Result<RunResult> Session::Impl::run(std::span<const Array> arrays, const RunOptions& options) {
  if (arrays.size() != inputs.size())
    return fail(Code::kBadInput, fmt::format("{} inputs given, the model has {}", arrays.size(), inputs.size()));
  for (std::size_t i = 0; i < arrays.size(); ++i)
    if (const auto fits = check_input(i, arrays[i]); !fits) return propagate(fits);

  RunResult result;
  for (std::size_t i = 0; i < arrays.size(); ++i)
    if (const auto stored = store_input(i, arrays[i], result); !stored) return propagate(stored);
  if (const auto flushed = memory->flush_commands(device); !flushed) return propagate(flushed);
  if (options.keep_layers)
    for (std::size_t i = 0; i < model.nodes.size(); ++i)
      if (model.nodes[i].op == "InputOperator")
        if (const auto kept = keep_layers({{i}}, result); !kept) return propagate(kept);

  for (const Step& step : session::schedule(model, !options.keep_layers)) {
    const auto done = step.engine == Engine::kHost ? run_host(step) : run_npu(step, result);
    if (!done) return propagate(done);
    if (options.keep_layers)
      if (const auto kept = keep_layers(step.nodes, result); !kept) return propagate(kept);
  }
  if (const auto read = read_outputs(result); !read) return propagate(read);
  return result;
}

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Result<Session> Session::load(Device& device, Model model) {
  auto impl = std::make_unique<Impl>(device, std::move(model));
  if (const auto prepared = impl->prepare(); !prepared) return propagate(prepared);
  return Session(std::move(impl));
}

Result<Session> Session::load(Device& device, const std::filesystem::path& path) {
  auto model = container::read_model(path);
  if (!model) return propagate(model);
  auto session = load(device, std::move(*model));
  if (!session) return propagate(session, path.string());
  return session;
}

std::span<const TensorInfo> Session::inputs() const { return impl_->inputs; }
std::span<const TensorInfo> Session::outputs() const { return impl_->outputs; }
const container::Model& Session::model() const { return impl_->model; }

Result<RunResult> Session::run(std::span<const Array> inputs, const RunOptions& options) {
  return impl_->run(inputs, options);
}

Result<RunResult> Session::run(std::span<const NamedArray> inputs, const RunOptions& options) {
  std::vector<std::optional<Array>> by_position(impl_->inputs.size());
  for (const NamedArray& given : inputs) {
    const auto found = std::ranges::find(impl_->inputs, given.name, &TensorInfo::name);
    if (found == impl_->inputs.end()) {
      std::string names;
      for (const TensorInfo& input : impl_->inputs)
        names += fmt::format("{}'{}'", names.empty() ? "" : ", ", input.name);
      return fail(Code::kBadInput, fmt::format("the model has no input '{}'", given.name),
                  fmt::format("its inputs: {}", names));
    }
    auto& place = by_position[static_cast<std::size_t>(found - impl_->inputs.begin())];
    if (place) return fail(Code::kBadInput, fmt::format("input '{}' is given twice", given.name));
    place = given.array;
  }
  std::vector<Array> arrays;
  for (std::size_t i = 0; i < by_position.size(); ++i) {
    if (!by_position[i]) return fail(Code::kBadInput, fmt::format("input '{}' is missing", impl_->inputs[i].name));
    arrays.push_back(std::move(*by_position[i]));
  }
  return impl_->run(arrays, options);
}

}  // namespace mattock
