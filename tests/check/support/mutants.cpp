#include "check/support/mutants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "base/bytes.hpp"
#include "check/support/example.hpp"
#include "hw/registers.hpp"

namespace mattock::test {
namespace {

constexpr std::uint64_t kMostMacs = 5'000'000;  // of a mutant that is run: milliseconds

std::uint64_t below(std::mt19937_64& random, std::uint64_t limit) { return limit == 0 ? 0 : random() % limit; }
bool one_in(std::mt19937_64& random, std::uint64_t count) { return below(random, count) == 0; }

/// Multiplications that the words may ask for at most: from the larger of a register's last two values, whichever group
/// it is in.
std::uint64_t most_macs(const Program& program, const std::vector<hw::TaskRecord>& tasks) {
  struct Values {
    std::uint32_t last = 0, before = 0;
    std::uint32_t most(unsigned high, unsigned low) const {
      const auto field = [&](std::uint32_t v) { return v >> low & (0xffffffffU >> (31 - (high - low))); };
      return std::max(field(last), field(before));
    }
  };
  std::map<std::uint16_t, Values> registers;
  std::uint64_t total = 0;
  for (const hw::TaskRecord& task : tasks) {
    const auto words = const_cast<Program&>(program).at(task.regcmd_addr);
    for (std::size_t i = 0; i < task.regcfg_amount; ++i) {
      const hw::Command command = hw::Command::decode(load_le<std::uint64_t>(words, i * hw::kWordBytes));
      Values& values = registers[command.offset];
      values = {command.value, values.last};
    }
    const auto most = [&](std::uint16_t offset, unsigned high, unsigned low) -> std::uint64_t {
      return registers[offset].most(high, low);
    };
    if ((task.enable_mask & 1) != 0)
      total += (most(0x3010, 31, 16) + 1) * (most(0x3010, 15, 0) + 1) * (most(0x3014, 12, 0) + 1) *
               most(0x1038, 28, 24) * most(0x1038, 20, 16) * most(0x1024, 15, 0);
    else
      total += 16 * (most(0x500c, 12, 0) + 1) * (most(0x5010, 12, 0) + 1) * (most(0x5014, 12, 0) + 1);
  }
  return total;
}

/// A write to a register that no test of a shape or a number hangs on.
bool is_dull(std::uint64_t word) {
  const hw::Command command = hw::Command::decode(word);
  return command.offset >= 0x1114 && command.offset <= 0x1230   ? true
         : command.offset >= 0x4100 && command.offset <= 0x412c ? true
                                                                : command.offset % 0x1000 == 4;
}

/// Examples bring what the files hardly have: an EW operand in memory, buffers that end with their tensor.
Program program_of_example(const std::string& name, const Example& example) {
  Program program{name, {}, {example.tasks}};
  for (const check::Memory& memory : example.memory())
    program.buffers.push_back({memory.address, std::string(memory.name), {memory.bytes.begin(), memory.bytes.end()}});
  return program;
}

/// The rule of a message: without the task, the values and the limit.
std::string rule_of(const std::string& message) {
  static const std::regex rule(
      "^(?:task [0-9]+: )?(?:its record )?(?:word [0-9]+: )?(?:[a-z0-9_.]+ = .*? \\([^)]*\\): )?([^;]*).*$");
  std::string text = std::regex_replace(message, rule, "$1");
  return std::regex_replace(text, std::regex("-?(0x[0-9a-f]+|[0-9]+)"), "#");
}

}  // namespace

Mutants::Mutants(const std::string& data) {
  add(program_of_model(data + "/seed/matmul.rknn"));
  add(program_of_model(data + "/seed/matmul.rknn", false));
  for (const std::string& path : files(data + "/vendor", ".rknn")) add(program_of_model(path));
  add(program_of_example("layer", Example::layer()));
  add(program_of_example("layer, product, copy", Example::layer().then(Example::product()).then(Example::copy())));
  for (const std::string& path : files(data + "/streams", ".txt")) add(program_of_recording(path));
  using plan::Operand, plan::Output;
  add(program_of_product({5, 40, 20}, {Operand::kInt8, Output::kInt8}));
  // The NPU joins the parts: 32-bit operands of EW.
  add(program_of_product({3, 20'500, 9}, {Operand::kFp16, Output::kFp16}, {.allow_assumed = true}));
  add(program_of_product({1, 20'500, 20}, {Operand::kInt8, Output::kInt32}, {.allow_assumed = true}));
}

void Mutants::add(Program program) {
  patients_.push_back({std::move(program), {}, 0, emulator::Emulator(*hw::find_chip("rk3566"))});
  Patient& patient = patients_.back();
  const std::uint64_t first = patient.program.submits.front().front().regcmd_addr;
  for (std::size_t i = 0; i < patient.program.buffers.size(); ++i) {
    const JobBuffer& buffer = patient.program.buffers[i];
    if (first >= buffer.address && first - buffer.address < buffer.bytes.size()) patient.commands = i;
  }
  patient.clean = patient.program.buffers[patient.commands].bytes;
  patient.emulator = patient.program.emulator();
}

std::uint32_t Mutants::new_address(const Patient& patient, std::uint32_t value, Random& random) const {
  const auto& buffers = patient.program.buffers;
  const JobBuffer& any = buffers[below(random, buffers.size())];
  const auto end = any.address + any.bytes.size();
  const auto step = std::uint64_t{1} << below(random, 13);
  switch (below(random, 6)) {
    case 0: return static_cast<std::uint32_t>(value + step);
    case 1: return static_cast<std::uint32_t>(value - step);
    case 2: return static_cast<std::uint32_t>(end - 8 * below(random, 64));
    case 3: return static_cast<std::uint32_t>(any.address + 8 * below(random, any.bytes.size() / 8));
    case 4: return static_cast<std::uint32_t>(value + 8 * below(random, 64));
    default: return static_cast<std::uint32_t>(random());
  }
}

std::uint64_t Mutants::new_word(const Patient& patient, std::uint64_t word, Random& random) const {
  hw::Command command = hw::Command::decode(word);
  const auto block = hw::block_of_target(command.target);
  const hw::RegisterInfo* info = block ? hw::find_register(*block, command.offset) : nullptr;
  const std::uint64_t kind = below(random, 20);
  if (kind == 0) return word ^ std::uint64_t{1} << below(random, 64);
  if (kind == 1) command.offset = static_cast<std::uint16_t>(command.offset ^ 4U << below(random, 4));
  if (kind == 2) command.value = static_cast<std::uint32_t>(random());
  if (kind < 3) return command.encode();
  if (kind < 8 || info == nullptr || info->fields.empty()) {
    command.value ^= 1U << below(random, 32);
    return command.encode();
  }
  const hw::FieldInfo& field = info->fields[below(random, info->fields.size())];
  const std::uint32_t largest = field.mask() >> field.low;
  std::uint32_t raw = field.raw(command.value);
  if (field.unit == "address") {
    raw = new_address(patient, raw, random);
  } else {
    switch (below(random, 8)) {
      case 0: raw = 0; break;
      case 1: raw = largest; break;
      case 2: raw += 1; break;
      case 3: raw -= 1; break;
      case 4: raw *= 2; break;
      case 5: raw /= 2; break;
      case 6: raw += static_cast<std::uint32_t>(below(random, 17)) * 8; break;
      default: raw = static_cast<std::uint32_t>(random() >> below(random, 64));
    }
  }
  command.value = (command.value & ~field.mask()) | (raw << field.low & field.mask());
  return command.encode();
}

std::string Mutants::change_word(Patient& patient, std::vector<hw::TaskRecord>& tasks, Random& random) {
  hw::TaskRecord& task = tasks[below(random, tasks.size())];
  const auto words = patient.program.at(task.regcmd_addr);
  const std::size_t count = std::min<std::size_t>(task.regcfg_amount + hw::kTailWords, words.size() / hw::kWordBytes);
  if (count == 0) return "nothing";
  std::size_t index = below(random, count);
  // Most words are zeros of unused registers; those that matter come more often.
  for (int i = 0; i < 2 && is_dull(load_le<std::uint64_t>(words, index * hw::kWordBytes)); ++i)
    index = below(random, count);
  const auto old = load_le<std::uint64_t>(words, index * hw::kWordBytes);
  std::uint64_t changed = new_word(patient, old, random);
  if (one_in(random, 8)) {
    // What another place of the program has in this register, or in any.
    const hw::TaskRecord& other = tasks[below(random, tasks.size())];
    const auto source = patient.program.at(other.regcmd_addr);
    const std::size_t other_count = std::min<std::size_t>(other.regcfg_amount, source.size() / hw::kWordBytes);
    if (other_count != 0) changed = load_le<std::uint64_t>(source, below(random, other_count) * hw::kWordBytes);
  }
  // Fields that hold the same value twice change together, or no mutant would get past their rule.
  hw::Command command = hw::Command::decode(changed);
  if (command.target == 0x1001 && command.offset == 0x4038 && !one_in(random, 4))
    command.value = (command.value & 0x1fff) * 0x10001;
  if (command.target == 0x1001 && command.offset == 0x4050 && !one_in(random, 4))
    command.value = (command.value & ~0x7e0U) | (command.value >> 2 & 7) * 0x120;
  changed = command.encode();
  store_le(words, index * hw::kWordBytes, changed);
  return fmt::format("{:#x} word {}: {:#018x} to {:#018x}", task.regcmd_addr, index, old, changed);
}

std::string Mutants::change_record(std::vector<hw::TaskRecord>& tasks, Random& random) {
  const std::size_t index = below(random, tasks.size());
  hw::TaskRecord& task = tasks[index];
  const auto near = static_cast<std::uint32_t>(below(random, 17)) - 8U;
  switch (below(random, 9)) {
    case 0: task.regcfg_amount += near; break;
    case 1: task.regcfg_amount = static_cast<std::uint32_t>(random() >> below(random, 64)); break;
    case 2: task.regcmd_addr += std::uint64_t{8} << below(random, 8); break;
    case 3: task.regcmd_addr ^= std::uint64_t{1} << below(random, 64); break;
    case 4: task.enable_mask ^= 1U << below(random, 8); break;
    case 5: task.int_mask ^= 1U << below(random, 14); break;
    case 6:
      if (tasks.size() > 1) tasks.erase(tasks.begin() + static_cast<std::ptrdiff_t>(index));
      break;
    case 7: tasks.insert(tasks.begin() + static_cast<std::ptrdiff_t>(index), hw::TaskRecord(task)); break;
    default: tasks.resize(index + 1);
  }
  return fmt::format("record {}", index);
}

std::string Mutants::mutate(Patient& patient, std::vector<hw::TaskRecord>& tasks, Random& random) {
  std::string text;
  const std::uint64_t changes = one_in(random, 3) ? 1 + below(random, 4) : 1;
  for (std::uint64_t i = 0; i < changes; ++i) text += (i == 0 ? "" : ", ") + change_word(patient, tasks, random);
  // Last: words are looked up where the records say.
  if (one_in(random, 12)) text += ", " + change_record(tasks, random);
  return text;
}

void Mutants::run(std::uint64_t seed, std::uint64_t number, Tally& tally, bool spare) {
  Random random(seed * 0x9e3779b97f4a7c15U + number);
  Patient& patient = patients_[below(random, patients_.size())];
  std::vector<hw::TaskRecord> tasks = patient.program.submits[below(random, patient.program.submits.size())];
  const std::string what = mutate(patient, tasks, random);

  ++tally.made;
  const auto good = patient.program.check(tasks);
  good ? ++tally.accepted : ++tally.refused;
  if (!good) ++tally.reasons[rule_of(good.error().message)];
  const bool runnable = good || (spare && !tasks.empty() && tasks.front().regcfg_amount < hw::kMaxTaskWords &&
                                 good.error().message.find("bytes") == std::string::npos);
  if (runnable) {
    if (good && most_macs(patient.program, tasks) > kMostMacs && !one_in(random, 64)) {
      ++tally.too_long;
    } else if (good) {
      ++tally.executed;
      const auto ran = patient.emulator.submit({.first_address = tasks.front().regcmd_addr,
                                                .first_amount = tasks.front().regcfg_amount,
                                                .task_count = static_cast<std::uint32_t>(tasks.size())});
      if (!ran)
        tally.disagreements.push_back(fmt::format("seed {} mutant {}: {}: {}: {}", seed, number, patient.program.name,
                                                  what, to_string(ran.error())));
    } else if (tasks.front().regcmd_addr % 16 == 0) {
      ++tally.spared;
      const auto ran = patient.emulator.submit({.first_address = tasks.front().regcmd_addr,
                                                .first_amount = tasks.front().regcfg_amount,
                                                .task_count = static_cast<std::uint32_t>(tasks.size())});
      if (ran) ++tally.spared_executed, ++tally.stricter[rule_of(good.error().message)];
    }
  }
  patient.program.buffers[patient.commands].bytes.assign(patient.clean.begin(), patient.clean.end());
}

}  // namespace mattock::test
