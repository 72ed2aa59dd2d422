// The walk: task after task as the PC fetches them, its words into the register groups, and at op-enable the rules
// for what is started.
#include "check/check.hpp"

#include <fmt/format.h>

#include <array>

#include "base/bytes.hpp"
#include "base/math.hpp"
#include "check/convolution.hpp"
#include "check/pipeline.hpp"
#include "check/unsupported.hpp"
#include "check/words.hpp"

namespace mattock::check {
namespace {

constexpr std::uint64_t kCommandAlignment = 16;  // the low bits of the chain's address field are no address
constexpr std::uint32_t kDpuInterrupts = 0x300;  // both groups of the DPU: what ends a task that it writes

class Walk {
 public:
  explicit Walk(const Job& job) : job_(job), space_(job) {}

  Result<void> run() {
    if (job_.tasks.empty() || job_.tasks.size() > job_.chip.max_tasks)
      return fail(Code::kBadInput, fmt::format("a submit of {} tasks: the {} takes 1 to {}", job_.tasks.size(),
                                               job_.chip.name, job_.chip.max_tasks));
    if (const std::string flaw = space_.flaw(job_.chip.dma_limit); !flaw.empty()) return fail(Code::kBadInput, flaw);
    for (task_ = 0; task_ < job_.tasks.size(); ++task_)
      if (const auto good = check_task(); !good) return good;
    return {};
  }

 private:
  const hw::TaskRecord& record() const { return job_.tasks[task_]; }

  Result<void> check_task() {
    if (const auto words = find_words(); !words) return words;
    for (std::size_t word = 0; word < record().regcfg_amount; ++word)
      if (const auto write = take_write(word); !write) return write;
    if (const auto chain = task_ + 1 < job_.tasks.size() ? check_chain() : check_end(); !chain) return chain;
    if (const auto start = check_start(); !start) return start;
    return run_blocks();
  }

  Result<void> find_words() {
    const std::size_t count = record().regcfg_amount + hw::kTailWords;
    if (count > hw::kMaxTaskWords)
      return refuse(fmt::format("{} words with the tail, at most {} are possible", count, hw::kMaxTaskWords));
    if (record().regcmd_addr % kCommandAlignment != 0 || record().regcmd_addr >= job_.chip.dma_limit)
      return refuse(fmt::format("its words are said to be at {:#x}; allowed are multiples of {} below {:#x}",
                                record().regcmd_addr, kCommandAlignment, job_.chip.dma_limit));
    const auto begin = static_cast<std::int64_t>(record().regcmd_addr);
    const Range range{begin, begin + static_cast<std::int64_t>(count * hw::kWordBytes)};
    const Memory* buffer = space_.buffer_of(range);
    if (buffer == nullptr) return refuse(fmt::format("its {} words: {}", count, space_.outside(range)));
    words_ =
        buffer->bytes.subspan(static_cast<std::size_t>(record().regcmd_addr - buffer->address), count * hw::kWordBytes);
    return {};
  }

  hw::Command command(std::size_t word) const {
    return hw::Command::decode(load_le<std::uint64_t>(words_, word * hw::kWordBytes));
  }

  Result<void> take_write(std::size_t word) {
    const hw::Command write = command(word);
    if (const auto good = check_word(write, word, space_); !good) return refuse(good.error().message);
    const auto block = static_cast<std::size_t>(*hw::block_of_target(write.target));
    files_[block].write(write.offset, write.value,
                        {static_cast<std::uint16_t>(task_), static_cast<std::uint16_t>(word), true});
    return {};
  }

  std::size_t fetched_amount(std::size_t regcfg_amount) const {
    return ceil_div(regcfg_amount + hw::kTailWords, job_.chip.pc_amount_scale) - 1;
  }

  /// A task but the last names the next one.
  Result<void> check_chain() const {
    const hw::TaskRecord& next = job_.tasks[task_ + 1];
    const std::size_t tail = record().regcfg_amount;
    const hw::Command address = command(tail), amount = command(tail + 1);
    const std::uint16_t pc = hw::target_of(hw::Block::kPc);
    if (address.target != pc || address.offset != hw::kPcNextAddress || address.value != next.regcmd_addr)
      return refuse(fmt::format("word {}: {:#018x} does not lead to the next task at {:#x}", tail, address.encode(),
                                next.regcmd_addr));
    const std::size_t fetched = fetched_amount(next.regcfg_amount);
    if (amount.target != pc || amount.offset != hw::kPcNextAmount || amount.value != fetched)
      return refuse(fmt::format("word {}: {:#018x} does not fetch the next task's words, which takes {}", tail + 1,
                                amount.encode(), fetched));
    return {};
  }

  /// The last task's first two tail words may name a task that this submit does not run, or none.
  Result<void> check_end() const {
    const std::size_t tail = record().regcfg_amount;
    const hw::Command address = command(tail), amount = command(tail + 1);
    const std::uint16_t pc = hw::target_of(hw::Block::kPc);
    const bool no_address = address.encode() == 0, no_amount = amount.encode() == 0;
    const std::size_t words = no_amount ? 0 : (std::size_t{amount.value} + 1) * job_.chip.pc_amount_scale;
    if (!no_amount && (amount.target != pc || amount.offset != hw::kPcNextAmount || words > hw::kMaxTaskWords))
      return refuse(fmt::format("word {}: {:#018x} is neither zero nor an amount", tail + 1, amount.encode()));
    if (no_address) return {};
    if (address.target != pc || address.offset != hw::kPcNextAddress || address.value % kCommandAlignment != 0)
      return refuse(fmt::format("word {}: {:#018x} is neither zero nor the address of a task", tail, address.encode()));
    const Range range{address.value, address.value + static_cast<std::int64_t>(words * hw::kWordBytes)};
    if (address.value != 0 && !space_.holds(range))
      return refuse(
          fmt::format("word {}: {:#018x} leads to no task: {}", tail, address.encode(), space_.outside(range)));
    return {};
  }

  Result<void> check_start() const {
    const std::size_t tail = record().regcfg_amount;
    const hw::Command marker = command(tail + 2), start = command(tail + 3);
    if (marker != hw::Command{hw::kTargetMarker, 0, hw::kMarkerOffset})
      return refuse(fmt::format("word {}: {:#018x} is not the marker before op-enable", tail + 2, marker.encode()));
    if (start != hw::Command{hw::kTargetOpEnable, record().enable_mask, hw::kOpEnableOffset})
      return refuse(fmt::format("word {}: {:#018x} does not start the blocks of the task record, {:#x}", tail + 3,
                                start.encode(), record().enable_mask));
    return {};
  }

  Result<void> run_blocks() {
    Started started{job_.chip, space_, static_cast<std::uint32_t>(task_), record().enable_mask, {}};
    for (std::size_t block = 0; block < hw::kBlockCount; ++block) started.groups[block] = &files_[block].running();
    if (const auto good = check_blocks(started); !good) return good;
    if (record().int_mask != kDpuInterrupts)
      return refuse(fmt::format("its record waits for interrupts {:#x}, a task that the DPU writes ends with {:#x}",
                                record().int_mask, kDpuInterrupts));
    if (const auto good = check_written(started); !good) return good;
    if (const auto good = check_supported(started); !good) return good;
    if (const auto good = check_started(started); !good) return good;
    for (std::size_t block = 0; block < hw::kBlockCount; ++block)
      if (hw::enable_bit(static_cast<hw::Block>(block)) && started.starts(static_cast<hw::Block>(block)))
        files_[block].finish_run();
    return {};
  }

  Result<void> check_started(const Started& started) {
    if (!started.starts(hw::Block::kCna)) return check_pipeline(Pipeline(started, nullptr));
    const Convolution conv(started);
    if (const auto good = check_convolution(conv, loaded_); !good) return good;
    return check_pipeline(Pipeline(started, &conv));
  }

  static Result<void> check_pipeline(const Pipeline& pipeline) {
    if (const auto good = check_formats(pipeline); !good) return good;
    if (const auto good = check_stages(pipeline); !good) return good;
    if (const auto good = check_readers(pipeline); !good) return good;
    return check_writer(pipeline);
  }

  tl::unexpected<Error> refuse(const std::string& what) const {
    return fail(Code::kBadInput, fmt::format("task {}: {}", task_, what));
  }

  const Job& job_;
  const Space space_;
  std::array<RegisterFile, hw::kBlockCount> files_{};
  Loaded loaded_;
  std::size_t task_ = 0;
  std::span<const std::byte> words_;
};

}  // namespace

Result<void> check(const Job& job) { return Walk(job).run(); }

}  // namespace mattock::check
