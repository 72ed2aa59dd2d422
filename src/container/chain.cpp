// Tasks form a chain: the first two of the four words behind a task's registers tell the PC where the next
// task's words are and how many to fetch.
#include <fmt/format.h>

#include <unordered_map>

#include "base/math.hpp"
#include "container/stages.hpp"

namespace mattock::container {
namespace {

constexpr std::uint32_t kAmountMask = 0xffff;  // the upper half belongs to chips with several cores

// The amount that makes the PC fetch a task of `words` words and its tail.
std::size_t fetch_amount(std::size_t words, std::size_t scale) { return ceil_div(words + hw::kTailWords, scale) - 1; }

}  // namespace

void check_chain(Decoder& decoder, const hw::Program& program, std::size_t amount_scale) {
  std::unordered_map<std::uint64_t, std::size_t> task_at;
  for (std::size_t i = 0; i < program.tasks.size(); ++i) task_at.emplace(program.tasks[i].regcmd_addr, i);

  const std::uint16_t pc = hw::target_of(hw::Block::kPc);
  for (std::size_t i = 0; i < program.tasks.size(); ++i) {
    const hw::TaskRecord& task = program.tasks[i];
    const std::size_t tail = task.regcmd_addr / hw::kWordBytes + task.regcfg_amount;
    if (program.words[tail] == 0) continue;  // end of a chain
    const auto address = hw::Command::decode(program.words[tail]);
    if (address.target != pc || address.offset != hw::kPcNextAddress) {
      decoder.warn(fmt::format("task {}: word {} behind its registers is not the next task's address", i, tail));
      continue;
    }
    if (address.value == 0) continue;
    const auto next = task_at.find(address.value);
    if (next == task_at.end()) {
      return decoder.refuse(Code::kBadFile,
                            fmt::format("task {}: chained to byte {:#x}, where no task starts", i, address.value));
    }
    const std::size_t expected = fetch_amount(program.tasks[next->second].regcfg_amount, amount_scale);
    const std::size_t found = hw::Command::decode(program.words[tail + 1]).value & kAmountMask;
    if (found != expected) {
      decoder.warn(
          fmt::format("task {}: fetches the next task with amount {}; its length asks for {}", i, found, expected));
    }
  }
}

}  // namespace mattock::container
