#include <fmt/format.h>

#include <cstring>

#include "base/bytes.hpp"
#include "container/names.hpp"
#include "container/stages.hpp"

namespace mattock::container {
namespace {

// The one tensor of this kind, found by kind, never by name; null when there is none.
const file::Tensor* find_kind(Decoder& decoder, const file::Graph& graph, TensorKind kind) {
  const file::Tensor* found = nullptr;
  for (std::size_t i = 0; i < count_of(graph.tensors()); ++i) {
    const file::Tensor& tensor = table_at(*graph.tensors(), i);
    if (tensor.kind() != static_cast<std::uint8_t>(kind)) continue;
    if (found != nullptr) {
      decoder.refuse(Code::kBadFile, fmt::format("more than one tensor of kind '{}'", kind_name(kind)));
      return nullptr;
    }
    found = &tensor;
  }
  return found;
}

std::vector<std::uint64_t> decode_words(Decoder& decoder, std::span<const std::byte> bytes) {
  std::vector<std::uint64_t> words;
  if (bytes.size() % hw::kWordBytes != 0) {
    decoder.refuse(Code::kBadFile,
                   fmt::format("command stream of {} bytes is not a multiple of {}", bytes.size(), hw::kWordBytes));
  } else if (decoder.charge(bytes.size())) {
    words.resize(bytes.size() / hw::kWordBytes);
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = load_le<std::uint64_t>(bytes, i * hw::kWordBytes);
  }
  return words;
}

void check_task(Decoder& decoder, const hw::TaskRecord& task, std::size_t index, std::size_t word_count,
                std::size_t node_count) {
  if (task.regcmd_addr % hw::kWordBytes != 0) {
    decoder.refuse(Code::kBadFile, fmt::format("task {}: commands at byte {:#x}, not a multiple of {}", index,
                                               task.regcmd_addr, hw::kWordBytes));
  }
  const std::uint64_t first = task.regcmd_addr / hw::kWordBytes;
  const std::uint64_t length = std::uint64_t{task.regcfg_amount} + hw::kTailWords;
  if (first > word_count || length > word_count - first) {
    decoder.refuse(Code::kBadFile, fmt::format("task {}: words {} to {} of a command stream of {}", index, first,
                                               first + length - 1, word_count));
  }
  if (task.op_index >= node_count) {
    decoder.refuse(Code::kBadFile,
                   fmt::format("task {}: belongs to node {}, but there are {}", index, task.op_index, node_count));
  }
}

std::vector<hw::TaskRecord> decode_tasks(Decoder& decoder, std::span<const std::byte> bytes) {
  std::vector<hw::TaskRecord> tasks;
  const std::size_t count = bytes.size() / hw::TaskRecord::kBytes;
  if (bytes.size() % hw::TaskRecord::kBytes != 0) {
    decoder.refuse(Code::kBadFile, fmt::format("task records of {} bytes are not a multiple of {}", bytes.size(),
                                               hw::TaskRecord::kBytes));
  } else if (decoder.within(count, kMaxTasks, "task records") && decoder.charge(bytes.size())) {
    for (std::size_t i = 0; i < count; ++i) {
      tasks.push_back(hw::TaskRecord::load(bytes.subspan(i * hw::TaskRecord::kBytes, hw::TaskRecord::kBytes)));
    }
  }
  return tasks;
}

void decode_sites(Decoder& decoder, const file::Relocation& source, const std::string& tensor, hw::Program& program) {
  const auto* sites = source.sites();
  const std::size_t count = count_of(sites);
  if (!decoder.within(program.relocations.size() + count, kMaxRelocationSites, "relocation sites")) return;
  if (!decoder.charge(count * (sizeof(hw::Relocation) + tensor.size()))) return;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* site = sites->Get(static_cast<flatbuffers::uoffset_t>(i));
    const auto word = static_cast<std::size_t>(site->word());
    if (site->word() < 0 || word >= program.words.size()) {
      return decoder.refuse(Code::kBadFile, fmt::format("relocation of '{}': word {} of a command stream of {}",
                                                        printable(tensor), site->word(), program.words.size()));
    }
    const auto command = hw::Command::decode(program.words[word]);
    if (command.target == 0) {
      return decoder.refuse(Code::kBadFile, fmt::format("relocation of '{}': word {} writes no register ({:#018x})",
                                                        printable(tensor), word, program.words[word]));
    }
    if (command.value != site->value()) {
      decoder.warn(fmt::format("relocation of '{}': word {} holds {:#x}, not the addend {:#x}", printable(tensor), word,
                               command.value, site->value()));
    }
    program.relocations.push_back({.tensor = tensor, .addend = site->value(), .word = word});
  }
}

}  // namespace

hw::Program decode_program(Decoder& decoder, const FlatModel& flat, const file::Graph& graph, std::size_t node_count) {
  hw::Program program;
  const file::Tensor* commands = find_kind(decoder, graph, TensorKind::kCommands);
  const file::Tensor* tasks = find_kind(decoder, graph, TensorKind::kTasks);
  if (decoder.refused() || (commands == nullptr && tasks == nullptr)) return program;
  if (commands == nullptr || tasks == nullptr) {
    decoder.refuse(Code::kBadFile,
                   fmt::format("no tensor of kind '{}' beside the other",
                               kind_name(commands == nullptr ? TensorKind::kCommands : TensorKind::kTasks)));
    return program;
  }
  program.words = decode_words(decoder, buffer_bytes(decoder, flat, commands->buffer(), "command stream"));
  program.tasks = decode_tasks(decoder, buffer_bytes(decoder, flat, tasks->buffer(), "task records"));
  for (std::size_t i = 0; i < program.tasks.size() && !decoder.refused(); ++i) {
    check_task(decoder, program.tasks[i], i, program.words.size(), node_count);
  }
  return program;
}

void decode_relocations(Decoder& decoder, const file::Graph& graph, const TensorNames& names, hw::Program& program) {
  for (std::size_t i = 0; i < count_of(graph.relocations()) && !decoder.refused(); ++i) {
    const file::Relocation& source = table_at(*graph.relocations(), i);
    const std::string tensor = decoder.text(source.tensor(), kMaxNameBytes, "bytes of a name in the relocations");
    names.find(decoder, tensor, fmt::format("relocation {}", i));
    decode_sites(decoder, source, tensor, program);
  }
}

}  // namespace mattock::container
