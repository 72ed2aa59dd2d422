#include <fmt/format.h>

#include "container/stages.hpp"

namespace mattock::container {
namespace {

using Place = const file::WordValue*;

std::array<Place, 7> places(const file::StridePatch& p) {
  return {p.p0(), p.p1(), p.p2(), p.p3(), p.p4(), p.p5(), p.p6()};
}

std::array<Place, 13> places(const file::ConverterPatch& p) {
  return {p.p0(), p.p1(), p.p2(), p.p3(), p.p4(), p.p5(), p.p6(), p.p7(), p.p8(), p.p9(), p.p10(), p.p11(), p.p12()};
}

// The compiler leaves remains of its memory in fields a chip has no use for. A field counts only when its word
// exists and holds its value.
template <class Task>
std::vector<PatchWord> decode_task(const Task& task, const std::vector<std::uint64_t>& words) {
  std::vector<PatchWord> patch;
  for (const Place place : places(task)) {
    if (place == nullptr || place->word() < 0) continue;
    const auto word = static_cast<std::size_t>(place->word());
    if (word >= words.size()) continue;
    const auto command = hw::Command::decode(words[word]);
    if (command.target != 0 && command.value == place->value()) patch.push_back({place->value(), word});
  }
  return patch;
}

template <class Patches>
std::vector<InputPatch> decode_list(Decoder& decoder, const flatbuffers::Vector<flatbuffers::Offset<Patches>>* list,
                                    const TensorNames& names, const std::vector<std::uint64_t>& words) {
  std::vector<InputPatch> inputs;
  for (std::size_t i = 0; i < count_of(list) && !decoder.refused(); ++i) {
    const Patches& source = table_at(*list, i);
    const std::string name = decoder.text(source.tensor(), kMaxNameBytes, "bytes of a name in the input patches");
    InputPatch input{.tensor = names.find(decoder, name, fmt::format("input patch {}", i)), .tasks = {}};
    for (std::size_t task = 0; task < count_of(source.tasks()); ++task) {
      auto patch = decode_task(table_at(*source.tasks(), task), words);
      if (!decoder.charge(sizeof(patch) + patch.size() * sizeof(PatchWord))) return {};
      input.tasks.push_back(std::move(patch));
    }
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace

void decode_patches(Decoder& decoder, const file::Graph& graph, const TensorNames& names, Model& model) {
  model.stride_patches = decode_list(decoder, graph.stride_patches(), names, model.program.words);
  model.converter_patches = decode_list(decoder, graph.converter_patches(), names, model.program.words);
}

}  // namespace mattock::container
