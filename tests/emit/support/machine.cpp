#include "emit/support/machine.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/half.hpp"
#include "base/math.hpp"
#include "check/check.hpp"

namespace mattock::test {

Bytes memory_of(std::size_t bytes) { return Bytes(bytes, std::byte{0x7f}); }

void put_half(Bytes& bytes, std::size_t offset, double value) {
  store_le(std::span(bytes), offset, half_from_double(value).bits);
}

void put_float(Bytes& bytes, std::size_t offset, double value) {
  store_le(std::span(bytes), offset, static_cast<float>(value));
}

double half_at(const Bytes& bytes, std::size_t offset) {
  return to_double(half{load_le<std::uint16_t>(std::span(bytes), offset)});
}

double rounded(double value) { return to_double(half_from_double(value)); }

std::uint32_t value_of(const hw::Program& program, std::uint16_t offset) {
  for (const std::uint64_t word : program.words)
    if (hw::Command::decode(word).offset == offset) return hw::Command::decode(word).value;
  ADD_FAILURE() << "no register " << offset;
  return 0;
}

void expect_words(const hw::Program& program, std::initializer_list<Word> words) {
  for (const Word& word : words)
    EXPECT_EQ(value_of(program, word.offset), word.value) << fmt::format("register {:x}", word.offset);
}

emulator::TaskReport Machine::run(const hw::Program& program) {
  emulator::TaskReport moved;
  run(program, moved);
  return moved;
}

void Machine::run(const hw::Program& program, emulator::TaskReport& moved) {
  constexpr std::uint64_t kFirst = 0x10000, kGap = 0x1000;
  Bytes words(program.words.size() * hw::kWordBytes);
  std::map<std::string, std::uint64_t> addresses;
  std::uint64_t next = kFirst;
  const auto place = [&](std::size_t bytes) {
    const std::uint64_t address = next;
    next = align_up<std::uint64_t>(next + bytes + kGap, kGap);
    return address;
  };
  const std::uint64_t commands = place(words.size());
  for (const auto& [name, bytes] : tensors) addresses[name] = place(bytes.size());

  std::vector<hw::Command> decoded;
  for (const std::uint64_t word : program.words) decoded.push_back(hw::Command::decode(word));
  for (hw::Command& command : decoded)
    if (command.target == hw::target_of(hw::Block::kPc) && command.offset == hw::kPcNextAddress && command.value != 0)
      command.value += narrow<std::uint32_t>(commands);
  for (const hw::Relocation& relocation : program.relocations)
    decoded[relocation.word].value = narrow<std::uint32_t>(addresses.at(relocation.tensor) + relocation.addend);
  for (std::size_t i = 0; i < decoded.size(); ++i) store_le(std::span(words), i * hw::kWordBytes, decoded[i].encode());

  std::vector<hw::TaskRecord> tasks = program.tasks;
  for (hw::TaskRecord& task : tasks) task.regcmd_addr += commands;
  const hw::Chip& chip = *hw::find_chip("rk3566");
  std::vector<check::Memory> memory{{commands, words, "commands"}};
  emulator::Emulator emulator(chip, {.threads = 1});
  ASSERT_TRUE(emulator.map({commands, words, "commands"}));
  for (auto& [name, bytes] : tensors) {
    memory.push_back({addresses[name], bytes, name});
    ASSERT_TRUE(emulator.map({addresses[name], bytes, name}));
  }
  const auto legal = check::check({chip, tasks, memory});
  ASSERT_TRUE(legal) << to_string(legal.error());
  const auto report = emulator.submit({commands, tasks[0].regcfg_amount, narrow<std::uint32_t>(tasks.size())});
  ASSERT_TRUE(report) << to_string(report.error());
  for (const emulator::TaskReport& task : report->tasks) {
    moved.cycles += task.cycles;
    moved.command_bytes += task.command_bytes;
    moved.feature_bytes += task.feature_bytes;
    moved.weight_bytes += task.weight_bytes;
    moved.operand_bytes += task.operand_bytes;
    moved.output_bytes += task.output_bytes;
  }
}

std::uint32_t Numbers::below(std::uint32_t end) {
  state_ = state_ * 1664525u + 1013904223u;
  return (state_ >> 8) % end;
}

}  // namespace mattock::test
