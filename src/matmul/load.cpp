#include "matmul/load.hpp"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"

namespace mattock {
namespace {

/// The address of the words' place is added to the chain, those of the tensors to their registers.
void relocate(const hw::Program& program, std::span<const TensorPlace> places, const Buffer& commands) {
  const auto bytes = commands.bytes();
  for (std::size_t i = 0; i < program.words.size(); ++i) {
    hw::Command command = hw::Command::decode(program.words[i]);
    if (command.target == hw::target_of(hw::Block::kPc) && command.offset == hw::kPcNextAddress)
      command.value += static_cast<std::uint32_t>(commands.address());
    store_le(bytes, i * hw::kWordBytes, command.encode());
  }
  for (const hw::Relocation& relocation : program.relocations) {
    const auto place = std::ranges::find(places, std::string_view(relocation.tensor), &TensorPlace::tensor);
    assert(place != places.end());
    hw::Command command = hw::Command::decode(program.words[relocation.word]);
    command.value = static_cast<std::uint32_t>(place->address + relocation.addend);
    store_le(bytes, relocation.word * hw::kWordBytes, command.encode());
  }
}

}  // namespace

Result<LoadedProgram> load_program(Device& device, const hw::Program& program, std::span<const TensorPlace> places) {
  LoadedProgram loaded;
  auto words = device.allocate(program.words.size() * hw::kWordBytes, "commands", BufferUse::kReadByNpu);
  if (!words) return propagate(words);
  loaded.commands = std::move(*words);
  auto table = device.allocate(program.tasks.size() * hw::TaskRecord::kBytes, "task records", BufferUse::kTaskRecords);
  if (!table) return propagate(table);
  loaded.task_records = std::move(*table);
  relocate(program, places, loaded.commands);
  for (std::size_t i = 0; i < program.tasks.size(); ++i) {
    hw::TaskRecord record = program.tasks[i];
    record.regcmd_addr += loaded.commands.address();
    record.store(loaded.task_records.bytes().subspan(i * hw::TaskRecord::kBytes));
  }
  for (const Buffer* written : {&loaded.commands, &loaded.task_records})
    if (const auto synced = device.sync_to_device(*written, 0, written->bytes().size()); !synced)
      return propagate(synced);
  return loaded;
}

}  // namespace mattock
