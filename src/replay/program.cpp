#include "replay/program.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hw/registers.hpp"

namespace mattock::replay {
namespace {

/// A register that holds an address, by the table.
bool holds_address(const hw::Command& command) {
  const auto block = hw::block_of_target(command.target);
  const hw::RegisterInfo* const info = block ? hw::find_register(*block, command.offset) : nullptr;
  return info != nullptr && std::ranges::any_of(info->fields, [](const auto& f) { return f.unit == "address"; });
}

/// The word for its place in the program, with a relocation if it is an address.
Result<std::uint64_t> moved(const Submit& submit, std::uint64_t word, std::uint64_t base, std::size_t place,
                            hw::Program& program) {
  hw::Command command = hw::Command::decode(word);
  if (command.value == 0) return word;
  if (command.target == hw::target_of(hw::Block::kPc) && command.offset == hw::kPcNextAddress) {
    command.value -= static_cast<std::uint32_t>(base);
    return command.encode();
  }
  if (!holds_address(command)) return word;
  const Buffer* const buffer = buffer_at(submit, command.value);
  if (buffer == nullptr)
    return fail(Code::kBadFile,
                fmt::format("register {:04x} = {:#x}: no buffer lies there", command.offset, command.value));
  program.relocations.push_back(
      {buffer_name(*buffer), static_cast<std::uint32_t>(command.value - buffer->address), place});
  return word;
}

}  // namespace

std::string buffer_name(const Buffer& buffer) { return fmt::format("mem {}", buffer.index); }

const Buffer* buffer_at(const Submit& submit, std::uint64_t address) {
  const auto found = std::ranges::find_if(submit.buffers, [&](const Buffer& buffer) {
    return address >= buffer.address && address - buffer.address < buffer.bytes;
  });
  return found == submit.buffers.end() ? nullptr : &*found;
}

Result<hw::Program> program_of(const Submit& submit) {
  hw::Program program;
  const std::uint64_t base = submit.tasks.front().record.regcmd_addr;
  const Buffer* const words = buffer_at(submit, base);
  for (const Task& task : submit.tasks) {
    const std::uint64_t address = task.record.regcmd_addr;
    const std::size_t first = (address - base) / hw::kWordBytes;
    if (words == nullptr || address < base || address % hw::kWordBytes != 0 || buffer_at(submit, address) != words ||
        first < program.words.size())
      return fail(Code::kBadFile,
                  fmt::format("the words at {:#x} do not lie behind those of the task before", address));
    program.tasks.push_back(task.record);
    program.tasks.back().regcmd_addr = address - base;
    program.words.resize(first);
    for (const std::uint64_t word : task.words) {
      const auto placed = moved(submit, word, base, program.words.size(), program);
      if (!placed) return propagate(placed);
      program.words.push_back(*placed);
    }
  }
  return program;
}

}  // namespace mattock::replay
