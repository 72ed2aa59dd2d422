// Any words against a small memory, strict and lenient: the emulator ends with a report or an error, touches
// nothing but its mapping (the sanitizers look) and takes a bounded time.
//
// First byte: bit 0 lenient, bit 1 one register group, bits 2-3 where the words come from, bits 4-7 tasks - 1.
//   0: the rest of the input is the words.  1, 2, 3: chains of flying tasks, convolutions, or both, changed by
//   patches of 7 bytes: task, word index, mode (replace the value, flip one bit, replace the word's register), value.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "emulator/support/conv_cases.hpp"
#include "emulator/support/flying.hpp"
#include "hw/command.hpp"

namespace {

using namespace mattock;

constexpr std::size_t kMemoryBytes = 32 * 1024;
constexpr std::size_t kMaxTasks = 3, kPatchBytes = 7;

test::Task flying(test::Machine& machine, bool integer) {
  const std::uint32_t type = integer ? test::kInt8 : test::kFp16;
  test::Flying flying{.width = 3, .height = 2, .channels = 8, .in = type, .work = type, .out = type};
  flying.source = machine.allocate(flying.source_bytes());
  flying.output = machine.allocate(flying.output_bytes());
  return test::flying_task(flying);
}

test::Task convolution(test::Machine& machine, bool integer) {
  test::Convolution conv{.width = 4, .height = 3, .channels = 5, .kernels = 9};
  conv.kernel_width = 2, conv.pad_left = 1;
  if (integer) conv.arithmetic = test::Arithmetic::kInt8, conv.requantise = test::Requantise::kPerChannel;
  test::Random random(1);
  return test::place(conv, test::random_data(conv, random), machine).task;
}

void patch(std::vector<test::Task>& tasks, std::span<const std::byte> bytes) {
  for (; bytes.size() >= kPatchBytes; bytes = bytes.subspan(kPatchBytes)) {
    test::Task& task = tasks[load_le<std::uint8_t>(bytes) % tasks.size()];
    std::uint64_t& word = task.words[load_le<std::uint8_t>(bytes, 1) % task.words.size()];
    const auto value = load_le<std::uint32_t>(bytes, 3);
    hw::Command command = hw::Command::decode(word);
    switch (load_le<std::uint8_t>(bytes, 2) % 3) {
      case 0: command.value = value; break;
      case 1: command.value ^= 1U << value % 32; break;
      default: command.offset = static_cast<std::uint16_t>((command.offset & 0xf000) | (value & 0xffc)); break;
    }
    word = command.encode();
  }
}

std::vector<test::Task> chain(test::Machine& machine, unsigned kind, std::size_t count) {
  std::vector<test::Task> tasks;
  for (std::size_t i = 0; i < count; ++i) {
    const bool multiplies = kind == 2 || (kind == 3 && i % 2 == 0);
    tasks.push_back(multiplies ? convolution(machine, i % 2 != 0) : flying(machine, i % 2 != 0));
  }
  return tasks;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  auto bytes = std::as_bytes(std::span(data, size)).subspan(1);
  const unsigned flags = data[0], kind = flags >> 2 & 3;
  test::Machine machine(kMemoryBytes, {.strict = (flags & 1) == 0, .register_groups = (flags & 2) != 0 ? 1U : 2U});
  const std::size_t count = 1 + (flags >> 4) % kMaxTasks;
  emulator::Submit submit;
  if (kind == 0) {
    bytes = bytes.first(std::min(bytes.size(), kMemoryBytes));
    std::copy(bytes.begin(), bytes.end(), machine.memory().begin());
    submit = {test::Machine::kBase, static_cast<std::uint32_t>(size / 8), static_cast<std::uint32_t>(count)};
  } else {
    std::vector<test::Task> tasks = chain(machine, kind, count);
    patch(tasks, bytes);
    submit = machine.link(tasks);
  }
  const auto report = machine.submit(submit);
  if (report ? report->tasks.size() != count : report.error().message.empty()) std::abort();
  return 0;
}
