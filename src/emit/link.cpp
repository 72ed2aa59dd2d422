#include "emit/link.hpp"

#include "base/math.hpp"
#include "hw/command.hpp"
#include "hw/generated/registers_cna.hpp"

namespace mattock::emit {
namespace {

constexpr std::uint64_t kNothing = 0;  // both words of the last task of a chain

std::size_t first_word(const hw::Program& program, std::size_t task) {
  return program.tasks[task].regcmd_addr / hw::kWordBytes;
}

std::size_t tail_of(const hw::Program& program, std::size_t task) {
  return first_word(program, task) + program.tasks[task].regcfg_amount;
}

}  // namespace

void link_tasks(const hw::Chip& chip, hw::Program& program, std::size_t from, std::size_t to) {
  const hw::TaskRecord& next = program.tasks[to];
  // The PC fetches (amount + 1) * scale words; the address is an offset until the words have a place.
  const std::size_t amount = ceil_div(next.regcfg_amount + hw::kTailWords, chip.pc_amount_scale) - 1;
  const std::uint16_t pc = hw::target_of(hw::Block::kPc);
  const std::size_t tail = tail_of(program, from);
  program.words[tail] = hw::Command{pc, narrow<std::uint32_t>(next.regcmd_addr), hw::kPcNextAddress}.encode();
  program.words[tail + 1] = hw::Command{pc, narrow<std::uint32_t>(amount), hw::kPcNextAmount}.encode();
}

void end_chain(hw::Program& program, std::size_t task) {
  const std::size_t tail = tail_of(program, task);
  program.words[tail] = kNothing;
  program.words[tail + 1] = kNothing;
}

void load_afresh(hw::Program& program, std::size_t task) {
  using Register = hw::cna::CbufCon0;
  for (std::size_t word = first_word(program, task); word < tail_of(program, task); ++word) {
    hw::Command command = hw::Command::decode(program.words[word]);
    if (command.target != hw::target_of(Register::kBlock) || command.offset != Register::kOffset) continue;
    Register banks = Register::unpack(command.value);
    banks.data_reuse = banks.weight_reuse = 0;
    command.value = banks.pack().value;
    program.words[word] = command.encode();
  }
}

}  // namespace mattock::emit
