#include "session/memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/bytes.hpp"
#include "base/math.hpp"
#include "hw/command.hpp"

namespace mattock::session {
namespace {

using container::TensorKind;

// Constants and the command block start on multiples of this, as in the vendor's buffer (rule 4).
constexpr std::size_t kPieceBytes = 64;

bool is_constant(const container::Tensor& tensor) {
  switch (tensor.kind) {
    case TensorKind::kConstant:
    case TensorKind::kHostConstant:
    case TensorKind::kTable:
    case TensorKind::kCompilerConstant: return !tensor.data.empty();
    default: return false;
  }
}

std::size_t place_bytes(const container::Tensor& tensor, const std::optional<Form>& form) {
  return std::max(tensor.size, form ? bytes_of(*form) : 0);
}

}  // namespace

Result<ModelMemory> ModelMemory::create(Device& device, const container::Model& model,
                                        std::span<const std::optional<Form>> forms) {
  ModelMemory memory;
  memory.places_.resize(model.tensors.size());
  memory.seen_.resize(model.tensors.size());
  if (const auto done = memory.place_constants(device, model); !done) return propagate(done);
  if (const auto done = memory.place_tensors(device, model, forms); !done) return propagate(done);
  memory.note_reached(model);
  if (!model.program.tasks.empty()) {
    if (const auto done = memory.relocate(model); !done) return propagate(done);
    if (const auto done = memory.store_tasks(device, model); !done) return propagate(done);
  }
  return memory;
}

Result<std::size_t> ModelMemory::add_buffer(Device& device, std::size_t bytes, std::string name, BufferUse use) {
  auto buffer = device.allocate(bytes, std::move(name), use);
  if (!buffer) return propagate(buffer);
  buffers_.push_back(std::move(*buffer));
  return buffers_.size() - 1;
}

Result<void> ModelMemory::place_constants(Device& device, const container::Model& model) {
  std::size_t total = 0;
  for (std::size_t i = 0; i < model.tensors.size(); ++i) {
    const container::Tensor& tensor = model.tensors[i];
    if (!is_constant(tensor)) continue;
    // Neither of the two sizes in the file is always the larger one (rknn-file.md 10).
    const std::size_t bytes = std::max(tensor.size, tensor.data.size());
    places_[i] = Place{0, total, bytes};
    total += align_up(bytes, kPieceBytes);
  }
  commands_ = Place{0, total, model.program.words.size() * hw::kWordBytes};
  total += commands_.bytes;
  if (const auto index = add_buffer(device, total, "constants and commands", BufferUse::kReadByNpu); !index)
    return propagate(index);
  const std::vector<bool> read = addressed(model);
  bool any_read = false;
  for (std::size_t i = 0; i < model.tensors.size(); ++i) {
    if (!places_[i]) continue;
    std::ranges::copy(model.tensors[i].data, tensor(i).begin());
    any_read = any_read || read[i];
  }
  // The command words have a sync of their own, when they are written.
  return any_read ? device.sync_to_device(buffers_[0], 0, commands_.offset) : Result<void>{};
}

std::vector<bool> ModelMemory::addressed(const container::Model& model) {
  std::unordered_set<std::string_view> names;
  for (const hw::Relocation& relocation : model.program.relocations) names.insert(relocation.tensor);
  std::vector<bool> found(model.tensors.size());
  for (std::size_t i = 0; i < found.size(); ++i) found[i] = names.contains(model.tensors[i].name);
  return found;
}

// By buffer and not by tensor: intermediates share memory, under several names.
void ModelMemory::note_reached(const container::Model& model) {
  reached_.assign(buffers_.size(), false);
  const std::vector<bool> found = addressed(model);
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i] && places_[i]) reached_[places_[i]->buffer] = true;
}

Result<void> ModelMemory::place_tensors(Device& device, const container::Model& model,
                                        std::span<const std::optional<Form>> forms) {
  // The NPU's own results are what it has a reason to address, save inputs and constants.
  const std::vector<bool> reached = addressed(model);
  const auto written = [&](std::size_t i) { return reached[i] ? BufferUse::kData : BufferUse::kReadByNpu; };
  BufferUse internal_use = BufferUse::kReadByNpu;
  std::size_t internal_bytes = model.memory.internal_bytes;
  for (std::size_t i = 0; i < model.tensors.size(); ++i)
    if (model.tensors[i].kind == TensorKind::kIntermediate) {
      internal_bytes = std::max(internal_bytes, model.tensors[i].offset + place_bytes(model.tensors[i], forms[i]));
      if (reached[i]) internal_use = BufferUse::kData;
    }
  const auto internal = add_buffer(device, internal_bytes, "internal block", internal_use);
  if (!internal) return propagate(internal);

  for (std::size_t i = 0; i < model.tensors.size(); ++i) {
    const container::Tensor& tensor = model.tensors[i];
    const std::size_t bytes = place_bytes(tensor, forms[i]);
    if (tensor.kind == TensorKind::kIntermediate) {
      places_[i] = Place{*internal, tensor.offset, bytes};
    } else if (tensor.kind == TensorKind::kInput || tensor.kind == TensorKind::kOutput) {
      const bool input = tensor.kind == TensorKind::kInput;
      const auto own = add_buffer(device, bytes, fmt::format("{} '{}'", input ? "input" : "output", tensor.name),
                                  input ? BufferUse::kReadByNpu : written(i));
      if (!own) return propagate(own);
      places_[i] = Place{*own, 0, bytes};
    }
  }
  return {};
}

Result<void> ModelMemory::relocate(const container::Model& model) {
  const hw::Program& program = model.program;
  for (std::size_t i = 0; i < program.words.size(); ++i) {
    hw::Command command = hw::Command::decode(program.words[i]);
    if (command.target == hw::target_of(hw::Block::kPc) && command.offset == hw::kPcNextAddress && command.value != 0)
      command.value += static_cast<std::uint32_t>(commands_address());
    store_le(command_bytes(), i * hw::kWordBytes, command.encode());
  }

  std::unordered_map<std::string_view, std::size_t> tensors;
  for (std::size_t i = 0; i < model.tensors.size(); ++i)
    if (places_[i]) tensors.emplace(model.tensors[i].name, i);
  for (const hw::Relocation& relocation : program.relocations) {
    const auto found = tensors.find(relocation.tensor);
    if (found == tensors.end())
      return fail(Code::kBadFile, fmt::format("command word {} wants the address of tensor '{}', which has no place "
                                              "in memory",
                                              relocation.word, relocation.tensor));
    const Place& place = *places_[found->second];
    const std::uint64_t address = buffers_[place.buffer].address() + place.offset + relocation.addend;
    if (!std::in_range<std::uint32_t>(address))
      return fail(Code::kBadFile, fmt::format("command word {}: tensor '{}' plus {:#x} is beyond 32 bits",
                                              relocation.word, relocation.tensor, relocation.addend));
    set_command_value(relocation.word, static_cast<std::uint32_t>(address));
  }
  commands_changed_ = true;
  return {};
}

Result<void> ModelMemory::store_tasks(Device& device, const container::Model& model) {
  const std::size_t bytes = model.program.tasks.size() * hw::TaskRecord::kBytes;
  auto buffer = device.allocate(bytes, "task records", BufferUse::kTaskRecords);
  if (!buffer) return propagate(buffer);
  tasks_ = std::move(*buffer);
  for (std::size_t i = 0; i < model.program.tasks.size(); ++i) {
    hw::TaskRecord record = model.program.tasks[i];
    record.regcmd_addr += commands_address();
    record.store(tasks_.bytes().subspan(i * hw::TaskRecord::kBytes));
  }
  return device.sync_to_device(tasks_, 0, bytes);
}

std::span<std::byte> ModelMemory::tensor(std::size_t index) const {
  const auto& place = places_[index];
  if (!place) return {};
  return buffers_[place->buffer].bytes().subspan(place->offset, place->bytes);
}

Result<void> ModelMemory::sync_to_device(Device& device, std::size_t tensor) {
  const Place& place = places_[tensor].value();
  seen_[tensor] = true;
  if (!reached_[place.buffer]) return {};
  return device.sync_to_device(buffers_[place.buffer], place.offset, place.bytes);
}

Result<void> ModelMemory::sync_from_device(Device& device, std::size_t tensor) {
  const Place& place = places_[tensor].value();
  if (seen_[tensor] || !reached_[place.buffer] || buffers_[place.buffer].use() != BufferUse::kData) return {};
  if (const auto synced = device.sync_from_device(buffers_[place.buffer], place.offset, place.bytes); !synced)
    return synced;
  seen_[tensor] = true;
  return {};
}

void ModelMemory::device_wrote() { seen_.assign(seen_.size(), false); }

std::span<std::byte> ModelMemory::command_bytes() const {
  return buffers_[commands_.buffer].bytes().subspan(commands_.offset, commands_.bytes);
}

std::uint64_t ModelMemory::commands_address() const { return buffers_[commands_.buffer].address() + commands_.offset; }

void ModelMemory::set_command_value(std::size_t word, std::uint32_t value) {
  hw::Command command = hw::Command::decode(load_le<std::uint64_t>(command_bytes(), word * hw::kWordBytes));
  if (command.value == value) return;
  command.value = value;
  store_le(command_bytes(), word * hw::kWordBytes, command.encode());
  commands_changed_ = true;
}

Result<void> ModelMemory::flush_commands(Device& device) {
  if (!commands_changed_) return {};
  if (const auto synced = device.sync_to_device(buffers_[commands_.buffer], commands_.offset, commands_.bytes); !synced)
    return synced;
  commands_changed_ = false;
  return {};
}

}  // namespace mattock::session
