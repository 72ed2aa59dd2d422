#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "container/write_stages.hpp"
#include "rknn_generated.h"

namespace mattock::container {
namespace {

std::vector<Place> write_input_norm(FlatBuilder& builder, const Model& model) {
  std::vector<Place> places;
  for (const InputNorm& norm : model.input_norm) {
    TableWriter table(builder);
    table.numbers(file::InputNorm::VT_MEAN, norm.mean);
    table.numbers(file::InputNorm::VT_STD, norm.std);
    table.numbers(file::InputNorm::VT_CHANNEL_ORDER, norm.channel_order);
    places.push_back(table.finish());
  }
  return places;
}

// One table per tensor, sorted by name, its sites by word: the order of all vendor files.
std::vector<Place> write_relocations(Encoder& encoder, const hw::Program& program) {
  std::map<std::string_view, std::vector<NumberPair>> sites;
  for (const hw::Relocation& relocation : program.relocations) {
    sites[relocation.tensor].push_back(
        {relocation.addend, encoder.int32(relocation.word, "relocation of '" + relocation.tensor + "'", "word")});
  }
  std::vector<Place> places;
  for (auto& [name, pairs] : sites) {
    std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    TableWriter table(encoder.builder());
    table.text(file::Relocation::VT_TENSOR, name);
    table.reference(file::Relocation::VT_SITES, encoder.builder().pairs(pairs));
    table.empty_list(file::Relocation::VT_CORES);
    places.push_back(table.finish());
  }
  return places;
}

std::vector<Place> write_output_tasks(FlatBuilder& builder, const Model& model) {
  std::vector<Place> places;
  for (const OutputTasks& output : model.output_tasks) {
    TableWriter table(builder);
    table.text(file::OutputTasks::VT_OUTPUT, output.output);
    table.fields().number(file::OutputTasks::VT_TASKS, output.tasks);
    places.push_back(table.finish());
  }
  return places;
}

// A task's table has its fields one after the other, from p0.
class PatchTable {
 public:
  PatchTable(Encoder& encoder, std::string who, std::size_t field_count)
      : encoder_(encoder), who_(std::move(who)), taken_(field_count) {}

  void add(std::size_t field, NumberPair value) {
    if (field >= taken_.size() || taken_[field]) {
      return encoder_.refuse(Code::kBadInput,
                             fmt::format("{}: field p{} {}; p0 to p{} once each are possible", who_, field,
                                         field < taken_.size() ? "twice" : "does not exist", taken_.size() - 1));
    }
    taken_[field] = true;
    fields_.pair(static_cast<std::uint16_t>(file::StridePatch::VT_P0 + sizeof(flatbuffers::voffset_t) * field), value);
  }
  TableFields& fields() { return fields_; }
  Place finish() { return encoder_.builder().table(std::move(fields_)); }

 private:
  Encoder& encoder_;
  std::string who_;
  std::vector<bool> taken_;
  TableFields fields_;
};

Place write_task_patch(Encoder& encoder, const TaskPatch& task, const std::string& who, bool is_stride) {
  constexpr std::size_t kStrideFields = 7, kConverterFields = 13;
  PatchTable table(encoder, who, is_stride ? kStrideFields : kConverterFields);
  for (const PatchWord& word : task.words) table.add(word.field, {word.value, encoder.int32(word.word, who, "word")});
  for (const PatchRemains& remains : task.remains) table.add(remains.field, {remains.value, remains.word});
  if (is_stride) {
    table.fields().number(file::StridePatch::VT_FIELD7, task.numbers[0]);
    table.fields().number(file::StridePatch::VT_FIELD8, task.numbers[1]);
  }
  return table.finish();
}

// `Patches` is flatc's type of an entry. The tasks come before the name, unlike elsewhere.
template <class Patches>
std::vector<Place> write_patches(Encoder& encoder, const Model& model, const std::vector<InputPatch>& patches) {
  constexpr bool kIsStride = std::is_same_v<Patches, file::StridePatches>;
  std::vector<Place> places;
  for (std::size_t i = 0; i < patches.size(); ++i) {
    const InputPatch& input = patches[i];
    const std::string who = fmt::format("{} patch {}", kIsStride ? "stride" : "converter", i);
    if (input.tensor >= model.tensors.size()) {
      encoder.refuse(Code::kBadInput,
                     fmt::format("{}: tensor {}, but there are {}", who, input.tensor, model.tensors.size()));
      return places;
    }
    std::vector<Place> tasks;
    for (const TaskPatch& task : input.tasks) tasks.push_back(write_task_patch(encoder, task, who, kIsStride));
    TableWriter table(encoder.builder());
    table.text(Patches::VT_TENSOR, model.tensors[input.tensor].name);
    table.tables(Patches::VT_TASKS, tasks);
    places.push_back(table.finish());
  }
  return places;
}

}  // namespace

Place write_graph(Encoder& encoder, const Model& model, const Buffers& buffers) {
  using T = file::Graph;
  TableWriter table(encoder.builder());
  table.tables(T::VT_TENSORS, write_tensors(encoder, model, buffers));
  table.tables(T::VT_NODES, write_nodes(encoder, model));
  table.numbers(T::VT_INPUTS, encoder.int32s(model.inputs, "model", "input"));
  table.numbers(T::VT_OUTPUTS, encoder.int32s(model.outputs, "model", "output"));
  table.tables(T::VT_INPUT_NORM, write_input_norm(encoder.builder(), model));
  table.empty_list(T::VT_UNUSED6);
  table.tables(T::VT_RELOCATIONS, write_relocations(encoder, model.program));
  table.tables(T::VT_STRIDE_PATCHES, write_patches<file::StridePatches>(encoder, model, model.stride_patches));
  table.tables(T::VT_CONVERTER_PATCHES, write_patches<file::ConverterPatches>(encoder, model, model.converter_patches));
  table.empty_list(T::VT_UNUSED10);
  table.tables(T::VT_OUTPUT_TASKS, write_output_tasks(encoder.builder(), model));
  for (const std::uint16_t field : {T::VT_UNUSED13, T::VT_UNUSED14, T::VT_UNUSED15, T::VT_UNUSED16}) {
    table.empty_list(field);
  }
  return table.finish();
}

}  // namespace mattock::container
