#include "check/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/math.hpp"
#include "hw/registers.hpp"

namespace mattock::check {
namespace {

constexpr std::uint64_t kCommandAlignment = 16;  // the low bits of the chain's address field are no address

const Memory* buffer_at(const Job& job, std::uint64_t address) {
  const auto found = std::ranges::find_if(job.buffers, [&](const Memory& buffer) {
    return address >= buffer.address && address - buffer.address < buffer.bytes.size();
  });
  return found == job.buffers.end() ? nullptr : &*found;
}

/// One task's words, tail included.
class Task {
 public:
  Task(const Job& job, std::size_t index) : job_(job), index_(index), record_(job.tasks[index]) {}

  Result<void> check() {
    if (const auto words = find_words(); !words) return words;
    for (std::size_t word = 0; word < record_.regcfg_amount; ++word)
      if (const auto write = check_write(word); !write) return write;
    if (const auto chain = check_chain(); !chain) return chain;
    return check_start();
  }

 private:
  Result<void> find_words() {
    const std::size_t count = record_.regcfg_amount + hw::kTailWords;
    if (count > hw::kMaxTaskWords)
      return refuse(fmt::format("{} words with the tail, at most {} are possible", count, hw::kMaxTaskWords));
    const Memory* buffer = buffer_at(job_, record_.regcmd_addr);
    if (buffer == nullptr || record_.regcmd_addr % kCommandAlignment != 0)
      return refuse(fmt::format("its words are said to be at {:#x}, which is {}", record_.regcmd_addr,
                                buffer == nullptr ? "in no buffer of the job" : "not a multiple of 16"));
    const std::size_t offset = record_.regcmd_addr - buffer->address;
    if (count * hw::kWordBytes > buffer->bytes.size() - offset)
      return refuse(fmt::format("its {} words run over the end of buffer '{}'", count, buffer->name));
    words_ = buffer->bytes.subspan(offset, count * hw::kWordBytes);
    return {};
  }

  hw::Command command(std::size_t word) const {
    return hw::Command::decode(load_le<std::uint64_t>(words_, word * hw::kWordBytes));
  }

  Result<void> check_write(std::size_t word) const {
    const hw::Command write = command(word);
    const auto block = hw::block_of_target(write.target);
    const hw::RegisterInfo* info = block ? hw::find_register(*block, write.offset) : nullptr;
    if (info == nullptr)
      return refuse(fmt::format("word {}: target {:#06x} has no register {:#06x} (value {:#x})", word, write.target,
                                write.offset, write.value));
    const auto at = [&] {
      return fmt::format("word {}: {}.{} = {:#x}", word, hw::block_name(*block), info->name, write.value);
    };
    if (const std::uint32_t unknown = write.value & ~info->known_bits; unknown != 0)
      return refuse(fmt::format("{} sets unknown bits {:#x}", at(), unknown));
    for (const hw::FieldInfo& field : info->fields) {
      if (field.unit != "address") continue;
      const auto address = static_cast<std::uint64_t>(hw::decode_field(field, field.raw(write.value)));
      if (address != 0 && buffer_at(job_, address) == nullptr)
        return refuse(fmt::format("{} points to no buffer of the job", at()));
    }
    return {};
  }

  /// The last task's first two tail words may name a task that this submit does not run, or none.
  Result<void> check_chain() const {
    if (index_ + 1 == job_.tasks.size()) return {};
    const hw::TaskRecord& next = job_.tasks[index_ + 1];
    const std::size_t tail = record_.regcfg_amount;
    const hw::Command address = command(tail), amount = command(tail + 1);
    const std::uint16_t pc = hw::target_of(hw::Block::kPc);
    if (address.target != pc || address.offset != hw::kPcNextAddress || address.value != next.regcmd_addr)
      return refuse(fmt::format("word {}: {:#018x} does not lead to the next task at {:#x}", tail, address.encode(),
                                next.regcmd_addr));
    const std::size_t fetched = ceil_div(next.regcfg_amount + hw::kTailWords, job_.chip.pc_amount_scale) - 1;
    if (amount.target != pc || amount.offset != hw::kPcNextAmount || amount.value != fetched)
      return refuse(fmt::format("word {}: {:#018x} does not fetch the next task's words, which takes {}", tail + 1,
                                amount.encode(), fetched));
    return {};
  }

  Result<void> check_start() const {
    const std::size_t tail = record_.regcfg_amount;
    if (const hw::Command marker = command(tail + 2); marker.target != hw::kTargetMarker)
      return refuse(fmt::format("word {}: {:#018x} is not the marker before op-enable", tail + 2, marker.encode()));
    const hw::Command start = command(tail + 3);
    if (start.target != hw::kTargetOpEnable || start.value != record_.enable_mask)
      return refuse(fmt::format("word {}: {:#018x} does not start the blocks of the task record, {:#x}", tail + 3,
                                start.encode(), record_.enable_mask));
    return {};
  }

  tl::unexpected<Error> refuse(const std::string& what) const {
    return fail(Code::kBadInput, fmt::format("task {}: {}", index_, what));
  }

  const Job& job_;
  std::size_t index_;
  const hw::TaskRecord& record_;
  std::span<const std::byte> words_;
};

}  // namespace

Result<void> check(const Job& job) {
  if (job.tasks.empty() || job.tasks.size() > job.chip.max_tasks)
    return fail(Code::kBadInput, fmt::format("a submit of {} tasks: the {} takes 1 to {}", job.tasks.size(),
                                             job.chip.name, job.chip.max_tasks));
  for (std::size_t task = 0; task < job.tasks.size(); ++task)
    if (const auto good = Task(job, task).check(); !good) return good;
  return {};
}

}  // namespace mattock::check
