// The PC: fetches a task's words, writes registers, starts blocks at op-enable, follows the chain.

#include "emulator/emulator.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/bytes.hpp"
#include "base/math.hpp"
#include "emulator/blocks.hpp"
#include "emulator/memory.hpp"
#include "emulator/timing.hpp"

namespace mattock::emulator {
namespace {

constexpr std::uint64_t kCommandAlignment = 16;  // the low bits of the chain address are not an address

/// Where the PC fetches next.
struct Fetch {
  std::uint64_t address = 0;
  std::size_t words = 0;
};

/// One submit from its first word to its last task.
class Chain {
 public:
  Chain(const hw::Chip& chip, const Memory& memory, Diagnostics& diagnostics, Blocks& blocks)
      : chip_(chip), memory_(memory), diagnostics_(diagnostics), blocks_(blocks) {}

  void run(const Submit& submit, SubmitReport& report) {
    if (submit.task_count == 0 || submit.task_count > chip_.max_tasks) {
      diagnostics_.refuse(
          fmt::format("a submit of {} tasks; 1 to {} are possible", submit.task_count, chip_.max_tasks));
    }
    report.tasks.clear();
    Fetch fetch{submit.first_address, fetched_words(submit.first_amount + std::uint64_t{hw::kTailWords})};
    for (std::uint32_t task = 0; task < submit.task_count; ++task) {
      diagnostics_.begin_task(task);
      if (fetch.address == 0) {
        diagnostics_.refuse(fmt::format("the chain ended: the task before it names no next one, {} of {} ran", task,
                                        submit.task_count));
      }
      report.tasks.push_back({});
      fetch = run_task(fetch, report.tasks.back());
    }
    const auto events = diagnostics_.events();
    report.events.assign(events.begin(), events.end());  // into the strings that are there
  }

 private:
  std::size_t fetched_words(std::uint64_t words) const {
    return narrow<std::size_t>(align_up(words, std::uint64_t{chip_.pc_amount_scale}));
  }

  Fetch run_task(const Fetch& fetch, TaskReport& report) {
    if (fetch.address % kCommandAlignment != 0) {
      diagnostics_.refuse(
          fmt::format("its words start at {:#x}, not a multiple of {}", fetch.address, kCommandAlignment));
    }
    if (fetch.words > hw::kMaxTaskWords) {
      diagnostics_.refuse(
          fmt::format("{} words, tail included; more than {} hang the PC", fetch.words, hw::kMaxTaskWords));
    }
    const auto bytes = memory_.at(fetch.address, fetch.words * hw::kWordBytes, "pc", diagnostics_);
    report.command_bytes = bytes.size();
    Fetch next;
    bool marked = false, started = false;
    for (std::size_t i = 0; i < fetch.words; ++i) {
      const hw::Command command = hw::Command::decode(load_le<std::uint64_t>(bytes, i * hw::kWordBytes));
      const Origin origin{diagnostics_.task(), static_cast<std::uint32_t>(i), true};
      if (started)
        expect(command.encode() == 0, origin, command, "a word after op-enable");
      else if (command.target == hw::kTargetMarker)
        marked = true;
      else if (command.target == hw::kTargetOpEnable) {
        expect(marked, origin, command, "op-enable without the marker before it");
        report.enable_mask = command.value;
        blocks_.start(command.value, memory_, report);
        started = true;
      } else if (i + hw::kTailWords >= fetch.words)
        tail_word(command, origin, next);
      else
        write(command, origin);
    }
    if (!started) diagnostics_.refuse(fmt::format("none of its {} words starts a block", fetch.words));
    return next;
  }

  void write(const hw::Command& command, Origin origin) {
    const auto block = hw::block_of_target(command.target);
    if (block && block != hw::Block::kPc && command.offset % 4 == 0 &&
        command.offset >> 12 == static_cast<std::uint16_t>(*block)) {
      return blocks_.write(*block, command.offset, command.value, origin);
    }
    expect(false, origin, command, "not a register write of any block");
  }

  /// The two words before the marker: where the next task is, and how long. Zero words: there is none.
  void tail_word(const hw::Command& command, Origin origin, Fetch& next) {
    if (command.encode() == 0) return;
    if (command.target == hw::target_of(hw::Block::kPc) && command.offset == hw::kPcNextAddress) {
      next.address = command.value;
    } else if (command.target == hw::target_of(hw::Block::kPc) && command.offset == hw::kPcNextAmount) {
      expect(command.value >> 16 == 0, origin, command, "multi-core bits");
      next.words = (std::size_t{command.value & 0xffff} + 1) * chip_.pc_amount_scale;
    } else {
      expect(false, origin, command, "not a tail word");
    }
  }

  void expect(bool modelled, Origin origin, const hw::Command& command, std::string_view reason) {
    if (modelled) return;
    diagnostics_.not_modelled(fmt::format("word {}: {:#018x} (target {:#06x}, value {:#010x}, register {:#06x}): {}",
                                          origin.word, command.encode(), command.target, command.value, command.offset,
                                          reason));
  }

  const hw::Chip& chip_;
  const Memory& memory_;
  Diagnostics& diagnostics_;
  Blocks& blocks_;
};

}  // namespace

struct Emulator::Impl {
  Impl(const hw::Chip& c, const Options& options)
      : chip(c),
        variation(options.variation),
        memory(c.dma_limit),
        diagnostics(options.strict),
        blocks(c, options, diagnostics) {}

  const hw::Chip& chip;
  const Variation variation;
  Memory memory;
  Diagnostics diagnostics;
  Blocks blocks;
  Ending ending;
};

Emulator::Emulator(const hw::Chip& chip, const Options& options) : impl_(std::make_unique<Impl>(chip, options)) {}
Emulator::~Emulator() = default;
Emulator::Emulator(Emulator&&) noexcept = default;
Emulator& Emulator::operator=(Emulator&&) noexcept = default;

Result<void> Emulator::map(Mapping mapping) { return impl_->memory.map(std::move(mapping)); }

void Emulator::unmap(std::uint64_t address) { impl_->memory.unmap(address); }

Result<SubmitReport> Emulator::submit(const Submit& what) {
  SubmitReport report;
  if (const auto done = submit(what, report); !done) return propagate(done);
  return report;
}

Result<void> Emulator::submit(const Submit& submit, SubmitReport& report) {
  Impl& impl = *impl_;
  Result<void> result;
  impl.diagnostics.begin_submit();
  impl.blocks.begin_submit();
  try {
    Chain(impl.chip, impl.memory, impl.diagnostics, impl.blocks).run(submit, report);
    impl.ending = {.tasks_done = submit.task_count};
    report.seconds = submit_seconds(impl.chip, impl.variation, report);
  } catch (const Stop& stop) {
    impl.ending = {.tasks_done = impl.diagnostics.task(), .refused = stop.refused()};
    result = tl::unexpected<Error>(stop.error());
  }
  impl.blocks.end_submit();
  return result;
}

const Ending& Emulator::ending() const { return impl_->ending; }

}  // namespace mattock::emulator
