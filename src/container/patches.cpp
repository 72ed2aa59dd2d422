#include <fmt/format.h>

#include "container/stages.hpp"

namespace mattock::container {
namespace {

// What one task's fields take at most when decoded, whichever list each of the thirteen is in.
constexpr std::size_t kTaskBytes = sizeof(TaskPatch) + 13 * sizeof(PatchWord);

using Place = const file::WordValue*;

std::array<Place, 7> places(const file::StridePatch& p) {
  return {p.p0(), p.p1(), p.p2(), p.p3(), p.p4(), p.p5(), p.p6()};
}

std::array<Place, 13> places(const file::ConverterPatch& p) {
  return {p.p0(), p.p1(), p.p2(), p.p3(), p.p4(), p.p5(), p.p6(), p.p7(), p.p8(), p.p9(), p.p10(), p.p11(), p.p12()};
}

// The compiler leaves remains of its memory in fields a chip has no use for. A field counts only when its word
// exists and holds its value.
bool counts(Place place, const std::vector<std::uint64_t>& words) {
  if (place->word() < 0 || static_cast<std::size_t>(place->word()) >= words.size()) return false;
  const auto command = hw::Command::decode(words[static_cast<std::size_t>(place->word())]);
  return command.target != 0 && command.value == place->value();
}

std::array<std::int32_t, 2> numbers(const file::StridePatch& task) { return {task.field7(), task.field8()}; }
std::array<std::int32_t, 2> numbers(const file::ConverterPatch&) { return {}; }

template <class Task>
TaskPatch decode_task(const Task& task, const std::vector<std::uint64_t>& words) {
  TaskPatch patch{.words = {}, .remains = {}, .numbers = numbers(task)};
  std::uint8_t field = 0;
  for (const Place place : places(task)) {
    if (place != nullptr && counts(place, words)) {
      patch.words.push_back({place->value(), static_cast<std::size_t>(place->word()), field});
    } else if (place != nullptr) {
      patch.remains.push_back({place->value(), place->word(), field});
    }
    ++field;
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
      if (!decoder.charge(kTaskBytes)) return {};
      input.tasks.push_back(decode_task(table_at(*source.tasks(), task), words));
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
