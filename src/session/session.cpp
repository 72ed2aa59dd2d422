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

constexpr std::size_t kMostHostBytes = std::size_t{1} << 30;  // operands and results of one node

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

}  // namespace

struct Session::Impl {
  Impl(Device on, Model what) : device(std::move(on)), model(std::move(what)) {}

  Result<void> prepare();
  Result<void> prepare_host_nodes();
  Result<void> check_input(std::size_t index, const ArrayView& view) const;
  Result<void> store_input(std::size_t index, const session::InputDoor& door, const ArrayView& view, RunReport& report);
  Result<void> store_inputs(std::span<const InputArray> arrays, RunReport& report);
  Result<void> run_host(const Step& step);
  Result<void> run_npu(const Step& step, SubmitRecord& submit);
  Result<void> keep_layers(std::span<const std::size_t> nodes, RunReport& report);
  Result<void> run_steps(const RunOptions& options, RunReport& report, std::size_t& submits);
  Result<void> execute(std::span<const InputArray> arrays, const RunOptions& options, RunReport& report);
  Result<void> check_output(std::size_t index, const MutableView& into) const;
  Result<void> read_output(std::size_t index, const MutableView& into);
  Result<RunResult> run(std::span<const Array> arrays, const RunOptions& options);
  bool is_image(std::size_t tensor) const { return std::holds_alternative<layout::Image>(*forms[tensor]); }

  Device device;
  Model model;
  std::vector<TensorInfo> inputs, outputs;
  std::vector<std::optional<Form>> forms;                           // by tensor
  std::vector<std::optional<session::host::BoundNode>> host_nodes;  // by node
  std::vector<std::byte> host_memory;                               // of the one that runs
  std::vector<session::InputDoor> doors;                            // of the run that goes on; kept for its memory
  std::vector<Step> steps, single_steps;                            // of a run, and of one that keeps its layers
  std::optional<session::ModelMemory> memory;
  bool has_results = false;
};

Result<void> Session::Impl::prepare() {
  if (const auto fits = session::check_generation(model, device); !fits) return fits;
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
  steps = session::schedule(model, true, device.chip().max_tasks);
  single_steps = session::schedule(model, false, device.chip().max_tasks);
  return prepare_host_nodes();
}

Result<void> Session::Impl::prepare_host_nodes() {
  host_nodes.resize(model.nodes.size());
  std::size_t bytes = 0;
  for (const Step& step : steps) {
    if (step.engine != Engine::kHost) continue;
    const Node& node = model.nodes[step.nodes.front()];
    const auto& bound = host_nodes[step.nodes.front()].emplace(node, model);
    if (bound.bytes() > kMostHostBytes)
      return fail(Code::kUnsupported, fmt::format("node '{}' ({}) takes {} bytes of memory on the CPU; the limit is {}",
                                                  node.name, node.op, bound.bytes(), kMostHostBytes));
    bytes = std::max(bytes, bound.bytes());
  }
  host_memory.resize(bytes);
  return {};
}

Result<void> Session::Impl::check_input(std::size_t index, const ArrayView& view) const {
  const TensorInfo& input = inputs[index];
  if (view.shape != input.shape)
    return fail(Code::kBadInput,
                fmt::format("input '{}' has shape {}, the model wants {}", input.name, shape_text(view.shape),
                            shape_text(input.shape)),
                shape_hint(view.shape, input.shape));
  return {};
}

Result<void> Session::Impl::store_input(std::size_t index, const session::InputDoor& door, const ArrayView& view,
                                        RunReport& report) {
  const std::size_t tensor = model.inputs[index];
  if (std::string notice = door.notice(); !notice.empty()) report.notices.push_back(std::move(notice));
  if (const std::size_t lost = door.write(view, *forms[tensor], memory->tensor(tensor)); lost > 0)
    report.warnings.push_back(fmt::format("input '{}': {} of {} values are beyond the range of {} and became infinite",
                                          inputs[index].name, lost, view.size(), dtype_name(inputs[index].dtype)));
  if (is_image(tensor))
    for (const session::WordChange& change : session::converter_words(model, tensor, door.raw_pixels()))
      memory->set_command_value(change.word, change.value);
  return memory->sync_to_device(device, tensor);
}

/// All are looked at before the first is stored.
Result<void> Session::Impl::store_inputs(std::span<const InputArray> arrays, RunReport& report) {
  if (arrays.size() != inputs.size())
    return fail(Code::kBadInput, fmt::format("{} inputs given, the model has {}", arrays.size(), inputs.size()));
  static const container::InputNorm kNone;
  doors.clear();
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    if (const auto fits = check_input(i, arrays[i].view); !fits) return fits;
    const std::size_t tensor = model.inputs[i];
    const auto door =
        session::InputDoor::open(model.tensors[tensor], i < model.input_norm.size() ? model.input_norm[i] : kNone,
                                 is_image(tensor), arrays[i].view.dtype, arrays[i].pass_through);
    if (!door) return propagate(door);
    doors.push_back(*door);
  }
  for (std::size_t i = 0; i < arrays.size(); ++i)
    if (const auto stored = store_input(i, doors[i], arrays[i].view, report); !stored) return stored;
  return memory->flush_commands(device);
}

Result<void> Session::Impl::run_host(const Step& step) {
  const Node& node = model.nodes[step.nodes.front()];
  const session::host::BoundNode& bound = *host_nodes[step.nodes.front()];
  for (std::size_t i = 0; i < bound.inputs().size(); ++i) {
    const std::size_t index = node.inputs[i];
    if (const auto synced = memory->sync_from_device(device, index); !synced) return synced;
    session::read_part(*forms[index], 0, memory->tensor(index), bound.inputs()[i].in(host_memory));
  }
  bound.run(host_memory);
  for (std::size_t i = 0; i < bound.outputs().size(); ++i) {
    const std::size_t index = node.outputs[i];
    // The whole tensor is written: data, and 0 in every other byte (rule 15).
    std::ranges::fill(memory->tensor(index), std::byte{0});
    session::write_tensor(*forms[index], bound.outputs()[i].in(host_memory), memory->tensor(index));
    if (const auto synced = memory->sync_to_device(device, index); !synced) return synced;
  }
  return {};
}

Result<void> Session::Impl::run_npu(const Step& step, SubmitRecord& submit) {
  memory->device_wrote();
  submit.tasks = step.tasks;
  submit.nodes = step.nodes;
  if (const auto done = device.submit(memory->task_records(), step.tasks, submit.report); !done)
    return propagate(
        done, session::nodes_text(
                  model, submit.report.stopped_at ? session::part_with(model, step, *submit.report.stopped_at) : step));
  return {};
}

Result<void> Session::Impl::keep_layers(std::span<const std::size_t> nodes, RunReport& report) {
  for (const std::size_t node : nodes)
    for (const std::size_t index : model.nodes[node].outputs) {
      if (!forms[index] || !memory->has_place(index)) continue;
      if (const auto synced = memory->sync_from_device(device, index); !synced) return synced;
      report.layers.push_back(
          {node, index, session::read_tensor(model.tensors[index], *forms[index], memory->tensor(index))});
    }
  return {};
}

/// `submits` counts those that were made; the report's list may be longer, for its memory.
Result<void> Session::Impl::run_steps(const RunOptions& options, RunReport& report, std::size_t& submits) {
  for (const Step& step : options.keep_layers ? single_steps : steps) {
    if (step.engine == Engine::kHost) {
      if (const auto done = run_host(step); !done) return done;
    } else {
      if (submits == report.submits.size()) report.submits.emplace_back();
      if (const auto done = run_npu(step, report.submits[submits]); !done) return done;
      ++submits;
    }
    if (options.keep_layers && session::ends_its_node(model, step))
      if (const auto kept = keep_layers(step.nodes, report); !kept) return kept;
  }
  return {};
}

Result<void> Session::Impl::execute(std::span<const InputArray> arrays, const RunOptions& options, RunReport& report) {
  has_results = false;
  report.layers.clear();
  report.notices.clear();
  report.warnings.clear();
  std::size_t submits = 0;
  const auto done = [&]() -> Result<void> {
    if (const auto stored = store_inputs(arrays, report); !stored) return stored;
    if (options.keep_layers)
      for (std::size_t i = 0; i < model.nodes.size(); ++i)
        if (model.nodes[i].op == "InputOperator")
          if (const auto kept = keep_layers({{i}}, report); !kept) return kept;
    return run_steps(options, report, submits);
  }();
  report.submits.resize(submits);
  has_results = done.has_value();
  return done;
}

Result<void> Session::Impl::check_output(std::size_t index, const MutableView& into) const {
  if (index >= outputs.size())
    return fail(Code::kNotFound, fmt::format("there is no output {}: the model has {}", index, outputs.size()));
  return session::check_output(model.tensors[model.outputs[index]], into);
}

Result<void> Session::Impl::read_output(std::size_t index, const MutableView& into) {
  if (const auto fits = check_output(index, into); !fits) return fits;
  if (!has_results)
    return fail(Code::kUsage, fmt::format("output '{}' is not there: no run has succeeded yet", outputs[index].name),
                "run the session first");
  const std::size_t tensor = model.outputs[index];
  if (const auto synced = memory->sync_from_device(device, tensor); !synced) return synced;
  session::read_into(model.tensors[tensor], *forms[tensor], memory->tensor(tensor), into);
  return {};
}

Result<RunResult> Session::Impl::run(std::span<const Array> arrays, const RunOptions& options) {
  std::vector<InputArray> views;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const Array& array = arrays[i];
    if (array.data.size() != array.size() * element_bytes(array.dtype))
      return fail(Code::kBadInput, fmt::format("array {}: {} bytes are not {} elements of {}", i, array.data.size(),
                                               array.size(), dtype_name(array.dtype)));
    views.push_back({view_of(array)});
  }
  RunResult result;
  if (const auto done = execute(views, options, result); !done) return propagate(done);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    Output output{outputs[i].name, Array::zeros(DType::kFloat32, outputs[i].shape),
                  Array::zeros(outputs[i].dtype, outputs[i].shape)};
    for (Array* array : {&output.values, &output.raw})
      if (const auto read = read_output(i, view_of(*array)); !read) return propagate(read);
    result.outputs.push_back(std::move(output));
  }
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

Result<RunReport> Session::execute(std::span<const InputArray> inputs, const RunOptions& options) {
  RunReport report;
  if (const auto done = execute(inputs, options, report); !done) return propagate(done);
  return report;
}

Result<void> Session::execute(std::span<const InputArray> inputs, const RunOptions& options, RunReport& report) {
  return impl_->execute(inputs, options, report);
}

Result<void> Session::check_output(std::size_t index, const MutableView& into) const {
  return impl_->check_output(index, into);
}

Result<void> Session::read_output(std::size_t index, const MutableView& into) {
  return impl_->read_output(index, into);
}

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
