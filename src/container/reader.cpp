#include "container/reader.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "container/header.hpp"
#include "container/stages.hpp"
#include "container/target.hpp"
#include "hw/chip.hpp"

namespace mattock::container {
namespace {

void decode_heading(Decoder& decoder, const file::Model& root, Model& model) {
  model.target = decoder.text(root.target(), kMaxNameBytes, "bytes of the target");
  model.generation = decoder.text(root.generation(), kMaxNameBytes, "bytes of the generation");
  model.framework = decoder.text(root.framework(), kMaxNameBytes, "bytes of the framework");
  model.compiler = decoder.text(root.compiler(), kMaxNameBytes, "bytes of the compiler's version");
  model.compiler_number = root.compiler_number();
  model.attributes = decoder.text(root.attributes(), kMaxTextBytes, "bytes of attributes");
  if (root.format_version() != kFormatVersion) {
    decoder.warn(fmt::format("format version {} in a container {}", root.format_version(), kContainerVersion));
  }
  model.input_json = decoder.text(root.input_json(), kMaxTextBytes, "bytes about inputs");
  model.output_json = decoder.text(root.output_json(), kMaxTextBytes, "bytes about outputs");
  model.shape_mode = decoder.text(root.shape_mode(), kMaxNameBytes, "bytes of the shape mode");
  model.field10 = root.field10();
  model.text11 = decoder.text(root.text11(), kMaxTextBytes, "bytes of field 11");
  model.text14 = decoder.text(root.text14(), kMaxTextBytes, "bytes of field 14");
  if (const auto* memory = root.memory()) {
    model.memory = {memory->weight_bytes(), memory->internal_bytes(), memory->compiler_constant_bytes()};
  }
}

std::vector<InputNorm> decode_input_norm(Decoder& decoder, const file::Graph& graph) {
  std::vector<InputNorm> norms;
  for (std::size_t i = 0; i < count_of(graph.input_norm()) && decoder.charge(sizeof(InputNorm)); ++i) {
    const file::InputNorm& source = table_at(*graph.input_norm(), i);
    norms.push_back({decoder.list<float>(source.mean(), kMaxChannels, "means of an input"),
                     decoder.list<float>(source.std(), kMaxChannels, "deviations of an input"),
                     decoder.list<std::int32_t>(source.channel_order(), kMaxChannels, "channels of an input")});
  }
  return norms;
}

std::vector<OutputTasks> decode_output_tasks(Decoder& decoder, const file::Graph& graph) {
  std::vector<OutputTasks> outputs;
  for (std::size_t i = 0; i < count_of(graph.output_tasks()) && decoder.charge(sizeof(OutputTasks)); ++i) {
    const file::OutputTasks& source = table_at(*graph.output_tasks(), i);
    outputs.push_back({decoder.text(source.output(), kMaxNameBytes, "bytes of an output's name"), source.tasks()});
  }
  return outputs;
}

void decode_graph(Decoder& decoder, const FlatModel& flat, const file::Graph& graph, Model& model) {
  model.tensors = decode_tensors(decoder, flat, graph);
  if (decoder.refused()) return;
  model.inputs = decode_indices(decoder, graph.inputs(), model.tensors.size(), "model inputs");
  model.outputs = decode_indices(decoder, graph.outputs(), model.tensors.size(), "model outputs");
  model.input_norm = decode_input_norm(decoder, graph);
  model.output_tasks = decode_output_tasks(decoder, graph);
  model.program = decode_program(decoder, flat, graph, count_of(graph.nodes()));
  if (decoder.refused()) return;
  model.nodes = decode_nodes(decoder, graph, model.tensors.size(), model.program.tasks.size());
  if (decoder.refused()) return;
  const TensorNames names(model.tensors);
  decode_relocations(decoder, graph, names, model.program);
  decode_patches(decoder, graph, names, model);
}

// All chips of one generation share what the checks need, so any row of it serves an unknown target.
const hw::Chip& chip_of(const Model& model) {
  if (const hw::Chip* chip = hw::find_chip(model.target)) return *chip;
  return hw::chips().front();
}

Result<void> decode_custom_ops(Decoder& decoder, const FlatModel& flat, Model& model) {
  const auto text = flat.custom_ops();
  if (!text) return propagate(text);
  if (decoder.charge(text->size())) {
    model.custom_ops.assign(reinterpret_cast<const char*>(text->data()), text->size());
  }
  return {};
}

}  // namespace

Result<Model> parse_model(std::span<const std::byte> bytes) {
  auto frame = split_container(bytes);
  if (!frame) return propagate(frame);
  auto flat = FlatModel::open(frame->payload);
  if (!flat) return propagate(flat);

  Decoder decoder(frame->payload.size());
  Model model;
  model.container_version = frame->version;
  model.viewer_json.assign(reinterpret_cast<const char*>(frame->json.data()), frame->json.size());
  decode_heading(decoder, flat->root(), model);
  if (auto ok = decoder.status(); !ok) return propagate(ok);
  const auto target = check_target(model.target, model.generation);
  if (!target) return propagate(target);
  if (!target->empty()) decoder.warn(*target);
  if (auto ok = decode_custom_ops(decoder, *flat, model); !ok) return propagate(ok);

  const auto* graphs = flat->root().graphs();
  if (count_of(graphs) != 1)
    return fail(Code::kBadFile, fmt::format("{} graphs; exactly one expected", count_of(graphs)));
  decode_graph(decoder, *flat, table_at(*graphs, 0), model);
  if (auto ok = decoder.status(); !ok) return propagate(ok);

  check_memory(decoder, model);
  check_task_owners(decoder, model);
  check_chain(decoder, model.program, chip_of(model).pc_amount_scale);
  if (auto ok = decoder.status(); !ok) return propagate(ok);
  model.warnings = std::move(frame->warnings);
  for (std::string& warning : decoder.take_warnings()) model.warnings.push_back(std::move(warning));
  return model;
}

Result<Model> read_model(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  if (!bytes) return propagate(bytes);  // names the path itself
  auto model = parse_model(*bytes);
  if (!model) return propagate(model, path.string());
  return model;
}

}  // namespace mattock::container
