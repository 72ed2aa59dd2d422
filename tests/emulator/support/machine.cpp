#include "emulator/support/machine.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/math.hpp"
#include "hw/command.hpp"

namespace mattock::test {
namespace {

// Offsets 0x1000.. belong to the CNA, 0x2000.. to the CMAC and so on.
std::uint64_t encode(std::uint16_t offset, std::uint32_t value) {
  const auto block = static_cast<hw::Block>(offset >> 12);
  return hw::Command{hw::target_of(block), value, offset}.encode();
}

}  // namespace

Task::Task(std::uint32_t mask, std::initializer_list<std::pair<std::uint16_t, std::uint32_t>> writes)
    : enable_mask(mask) {
  for (const auto& [offset, value] : writes) words.push_back(encode(offset, value));
}

void Task::set(std::uint16_t offset, std::uint32_t value) {
  for (auto word = words.rbegin(); word != words.rend(); ++word) {
    if (hw::Command::decode(*word).offset != offset) continue;
    *word = encode(offset, value);
    return;
  }
  words.push_back(encode(offset, value));
}

std::uint32_t Task::get(std::uint16_t offset) const {
  for (auto word = words.rbegin(); word != words.rend(); ++word)
    if (const auto command = hw::Command::decode(*word); command.offset == offset) return command.value;
  return 0;
}

void Task::remove(std::uint16_t offset) {
  std::erase_if(words, [&](std::uint64_t word) { return hw::Command::decode(word).offset == offset; });
}

void Task::clear(std::initializer_list<std::uint16_t> offsets) {
  for (const std::uint16_t offset : offsets) set(offset, 0);
}

void Task::fill(std::uint16_t first, std::uint16_t last, std::uint32_t value) {
  for (std::uint16_t offset = first; offset <= last; offset = static_cast<std::uint16_t>(offset + 4))
    set(offset, value);
}

Machine::Machine(std::size_t bytes, emulator::Options options)
    : memory_(align_up(bytes, std::size_t{4096}), std::byte{0x7f}), emulator_(*hw::find_chip("rk3566"), options) {
  const auto mapped = emulator_.map({.address = kBase, .data = memory_, .name = "memory"});
  if (!mapped) std::abort();
}

std::uint32_t Machine::allocate(std::size_t bytes) {
  const std::size_t offset = used_;
  used_ = align_up(used_ + bytes, std::size_t{64});
  if (used_ > memory_.size()) std::abort();  // the test asked for too small a machine
  return kBase + static_cast<std::uint32_t>(offset);
}

emulator::Submit Machine::link(std::span<const Task> tasks) {
  std::vector<std::uint32_t> starts;
  for (const Task& task : tasks) starts.push_back(allocate((task.words.size() + hw::kTailWords) * hw::kWordBytes));
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    std::vector<std::uint64_t> words = tasks[i].words;
    const bool last = i + 1 == tasks.size();
    const std::uint32_t next = last ? 0 : starts[i + 1];
    const auto amount =
        last ? 0 : static_cast<std::uint32_t>(tasks[i + 1].words.size() + hw::kTailWords - 1);  // scale 1
    words.push_back(last ? 0 : hw::Command{0x0101, next, hw::kPcNextAddress}.encode());
    words.push_back(hw::Command{0x0101, amount, hw::kPcNextAmount}.encode());
    words.push_back(hw::Command{hw::kTargetMarker, 0, 0}.encode());
    words.push_back(hw::Command{hw::kTargetOpEnable, tasks[i].enable_mask, 0x0008}.encode());
    for (std::size_t w = 0; w < words.size(); ++w)
      store(starts[i] + static_cast<std::uint32_t>(w * hw::kWordBytes), words[w]);
  }
  return {.first_address = starts.at(0),
          .first_amount = static_cast<std::uint32_t>(tasks[0].words.size()),
          .task_count = static_cast<std::uint32_t>(tasks.size())};
}

}  // namespace mattock::test
