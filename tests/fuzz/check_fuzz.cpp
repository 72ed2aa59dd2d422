// Any words: the checker ends with a verdict, and what it accepts the strict emulator executes, in buffers of exactly
// the bytes the job has (the sanitizers look).
//
// First byte: bits 0-1 the job: a copy, an int8 layer, a product, all three. The rest are patches of 12 bytes: mode,
// task, word index (16 bits), value (64 bits). Mode 0 replaces the word's value, 1 flips one of its bits, 2 replaces
// the word, 3 a field of the task record.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/bytes.hpp"
#include "check/support/example.hpp"
#include "emulator/emulator.hpp"

namespace {

using namespace mattock;

constexpr std::size_t kPatchBytes = 12;

test::Example job_of(unsigned kind) {
  switch (kind) {
    case 0: return test::Example::copy();
    case 1: return test::Example::layer();
    case 2: return test::Example::product();
    default: return test::Example::layer().then(test::Example::copy()).then(test::Example::product());
  }
}

void change_record(hw::TaskRecord& record, std::uint16_t which, std::uint64_t value) {
  const auto low = static_cast<std::uint32_t>(value);
  switch (which % 4) {
    case 0: record.regcfg_amount = low; break;
    case 1: record.regcmd_addr = value; break;
    case 2: record.enable_mask = low; break;
    default: record.int_mask = low;
  }
}

void patch(test::Example& job, std::span<const std::byte> bytes) {
  for (; bytes.size() >= kPatchBytes; bytes = bytes.subspan(kPatchBytes)) {
    const auto mode = load_le<std::uint8_t>(bytes);
    const std::size_t task = load_le<std::uint8_t>(bytes, 1) % job.tasks.size();
    const auto index = load_le<std::uint16_t>(bytes, 2);
    const auto value = load_le<std::uint64_t>(bytes, 4);
    std::uint64_t& word = job.words[index % job.words.size()];
    switch (mode & 3) {
      case 0: word = (word & 0xffff00000000ffffU) | (value & 0xffffffffU) << 16; break;
      case 1: word ^= std::uint64_t{1} << (value & 63); break;
      case 2: word = value; break;
      default: change_record(job.tasks[task], index, value);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  test::Example job = job_of(data[0] & 3);
  patch(job, std::as_bytes(std::span(data, size)).subspan(1));
  const auto verdict = job.checked();
  if (!verdict) {
    const Code code = verdict.error().code;
    if ((code != Code::kBadInput && code != Code::kUnsupported) || verdict.error().message.empty()) std::abort();
    return 0;
  }
  emulator::Emulator emulator(*hw::find_chip("rk3566"));
  bool mapped = emulator.map({test::kCommands, std::as_writable_bytes(std::span(job.words)), "commands"}).has_value();
  for (auto& [address, bytes] : job.buffers) mapped = mapped && emulator.map({address, bytes, "data"}).has_value();
  const auto report = emulator.submit({.first_address = job.tasks[0].regcmd_addr,
                                       .first_amount = job.tasks[0].regcfg_amount,
                                       .task_count = static_cast<std::uint32_t>(job.tasks.size())});
  if (!mapped || !report) std::abort();
  return 0;
}
