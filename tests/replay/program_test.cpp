// A recorded submit as a program: loaded somewhere else it differs from the recording in its addresses alone.
#include "replay/program.hpp"

#include <algorithm>
#include <optional>

#include "replay/recordings.hpp"

namespace mattock::replay {
namespace {

using test::recording;

constexpr std::uint32_t kShift = 0x123000;

/// The program's words with every buffer `kShift` behind where the recording had it.
std::vector<std::uint64_t> shifted(const hw::Program& program, const Submit& submit) {
  std::vector<std::uint64_t> words = program.words;
  const auto set = [&](std::size_t word, std::uint64_t value) {
    hw::Command command = hw::Command::decode(words[word]);
    command.value = static_cast<std::uint32_t>(value);
    words[word] = command.encode();
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const hw::Command command = hw::Command::decode(words[i]);
    if (command.target == hw::target_of(hw::Block::kPc) && command.offset == hw::kPcNextAddress)
      set(i, command.value + submit.tasks.front().record.regcmd_addr + kShift);
  }
  for (const hw::Relocation& relocation : program.relocations) {
    const auto buffer = std::ranges::find(submit.buffers, relocation.tensor, buffer_name);
    EXPECT_NE(buffer, submit.buffers.end()) << relocation.tensor;
    if (buffer != submit.buffers.end()) set(relocation.word, buffer->address + relocation.addend + kShift);
  }
  return words;
}

/// No other number of a recording is as large as its addresses.
std::uint64_t expected(std::uint64_t word, const Submit& submit) {
  hw::Command command = hw::Command::decode(word);
  if (buffer_at(submit, command.value) != nullptr) command.value += kShift;
  return command.encode();
}

TEST(ProgramOfARecording, DiffersElsewhereInItsAddressesAlone) {
  for (const char* name : test::kRecordings) {
    const Recording parsed = recording(name);
    ASSERT_EQ(parsed.submits.size(), 1u) << name;
    const Submit& submit = parsed.submits.front();
    const auto program = program_of(submit);
    ASSERT_TRUE(program) << name << ": " << to_string(program.error());
    const std::vector<std::uint64_t> words = shifted(*program, submit);
    ASSERT_EQ(program->tasks.size(), submit.tasks.size());
    for (std::size_t t = 0; t < submit.tasks.size(); ++t) {
      const Task& task = submit.tasks[t];
      EXPECT_EQ(program->tasks[t].regcmd_addr + submit.tasks.front().record.regcmd_addr, task.record.regcmd_addr);
      const std::size_t first = program->tasks[t].regcmd_addr / hw::kWordBytes;
      ASSERT_LE(first + task.words.size(), words.size()) << name;
      for (std::size_t w = 0; w < task.words.size(); ++w)
        EXPECT_EQ(words[first + w], expected(task.words[w], submit)) << name << " task " << t << " word " << w;
    }
  }
}

std::string error_of(const Submit& submit) {
  const auto program = program_of(submit);
  return program ? "accepted" : program.error().message;
}

TEST(ProgramOfARecording, RefusesAddressesInNoBuffer) {
  Submit submit = recording("fp16-4x32x16-b1-ac0").submits.front();
  for (std::uint64_t& word : submit.tasks[0].words) {
    hw::Command command = hw::Command::decode(word);
    if (command.offset == 0x1110) word = (command.value = 0x1000, command.encode());
  }
  EXPECT_EQ(error_of(submit), "register 1110 = 0x1000: no buffer lies there");
}

TEST(ProgramOfARecording, RefusesTasksThatOverlapOrLieElsewhere) {
  const Submit whole = recording("fp16-128x512x512-b1-ac1").submits.front();
  for (const std::uint64_t address : {0x7f000008U, 0x7effffffU, 0x7f002000U, 0x7f0003c4U}) {
    Submit submit = whole;
    submit.tasks[1].record.regcmd_addr = address;
    EXPECT_NE(error_of(submit).find("do not lie behind those of the task before"), std::string::npos) << address;
  }
}

}  // namespace
}  // namespace mattock::replay
