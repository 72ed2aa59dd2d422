#include "fakekernel/npu.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/math.hpp"
#include "emulator/timing.hpp"
#include "hw/command.hpp"

namespace mattock::fakekernel {
namespace {

// Interrupts of a block: a bit for each of its two register groups.
struct Interrupt {
  hw::Block block;
  std::uint32_t first_group;
};
constexpr std::array<Interrupt, 6> kInterrupts{{{hw::Block::kCna, 0x1},
                                                {hw::Block::kCna, 0x4},
                                                {hw::Block::kCna, 0x10},
                                                {hw::Block::kCore, 0x40},
                                                {hw::Block::kDpu, 0x100},
                                                {hw::Block::kPpu, 0x400}}};

std::uint64_t nanoseconds_of(double seconds) { return static_cast<std::uint64_t>(seconds * 1e9); }

}  // namespace

std::uint32_t folded(std::uint32_t status) {
  std::uint32_t result = 0;
  for (std::uint32_t pair = 0x3; pair <= 0xc00; pair <<= 2)
    if ((status & pair) != 0) result |= pair;
  return result;
}

Npu::Npu(const hw::Chip& chip, const Options& options)
    : chip_(chip), options_(options), emulator_(chip, {.strict = options.strict, .variation = options.variation}) {}

void Npu::write(std::uint32_t offset, std::uint32_t value) {
  writes_.push_back({offset, value});
  switch (offset) {
    case pc::kAddress: address_ = value; break;
    case pc::kAmount: amount_ = value; break;
    case pc::kIntMask: int_mask_ = value; break;
    case pc::kIntClear: raw_status_ &= ~value; break;
    case pc::kTaskControl: task_control_ = value; break;
    case pc::kDmaBase: dma_base_ = value; break;
    case pc::kEnable:
      if (value != 0) run();
      break;
    default: break;
  }
}

std::uint32_t Npu::read(std::uint32_t offset) const {
  const bool powerless = fault_ == Fault::Kind::kNoPower;
  switch (offset) {
    case pc::kVersion: return powerless ? ~std::uint32_t{0} : options_.hw_version;
    case pc::kVersionNumber: return powerless ? ~std::uint32_t{0} : 0;
    // assumed: the mask holds for the blocks, not for errors of the memory port; settled by a board's log of one.
    case pc::kIntStatus: return raw_status_ & (int_mask_ | pc::kDmaReadError | pc::kDmaWriteError);
    case pc::kIntRawStatus: return raw_status_;
    case pc::kTaskStatus: return tasks_done_ & pc::kTaskMask;
    default: return 0;
  }
}

void Npu::run() {
  raw_status_ = 0;
  tasks_done_ = 0;
  nanoseconds_.reset();
  complaint_.clear();
  if (fault_ == Fault::Kind::kTimeout || fault_ == Fault::Kind::kNoPower) return;
  if (fault_ == Fault::Kind::kDmaError) {
    raw_status_ = pc::kDmaReadError;
    return;
  }
  if (fault_ == Fault::Kind::kBadStatus) {
    // One of a block's bits that nobody waits for: 0x1, unless that is what they wait for.
    raw_status_ = int_mask_ == 0x3 ? 0x4 : 0x1;
    int_mask_ |= raw_status_;
    return;
  }
  const std::uint64_t words = (std::uint64_t{amount_} + 1) * chip_.pc_amount_scale;
  if (words < hw::kTailWords) {
    complaint_ = fmt::format("{} words in a task; {} are its tail alone", words, hw::kTailWords);
  } else if (dma_base_ != 0 && options_.strict) {
    complaint_ = fmt::format("a DMA base of {:#x} is not modelled", dma_base_);
  } else {
    execute({.first_address = address_,
             .first_amount = static_cast<std::uint32_t>(std::min<std::uint64_t>(words - hw::kTailWords, 0xffff'ffff)),
             .task_count = task_control_ & pc::kTaskMask});
  }
}

void Npu::execute(const emulator::Submit& submit) {
  if (const auto done = emulator_.submit(submit, report_); !done) {
    complaint_ = to_string(done.error());
    const emulator::Ending& ending = emulator_.ending();
    tasks_done_ = ending.tasks_done;
    if (ending.refused == emulator::Ending::Access::kRead) raw_status_ = pc::kDmaReadError;
    if (ending.refused == emulator::Ending::Access::kWrite) raw_status_ = pc::kDmaWriteError;
    return;
  }
  std::uint64_t total = fakekernel::nanoseconds_of(chip_.submit_seconds);
  for (const emulator::TaskReport& task : report_.tasks) {
    total += nanoseconds_of(task);
    traffic_.written += task.output_bytes;
    traffic_.read += task.feature_bytes + task.operand_bytes;
    traffic_.weights += task.weight_bytes;
  }
  nanoseconds_ = total;
  finish(report_.tasks.back().enable_mask, submit.task_count);
}

void Npu::finish(std::uint32_t enable_mask, std::uint32_t tasks) {
  tasks_done_ = tasks;
  const unsigned group = (tasks - 1) % 2;  // tasks take the two groups in turn, from the first on
  for (const Interrupt& interrupt : kInterrupts)
    if ((enable_mask >> hw::enable_bit(interrupt.block).value() & 1) != 0)
      raw_status_ |= interrupt.first_group << group;
}

void Npu::stop_after(std::uint64_t nanoseconds) {
  raw_status_ = 0;
  tasks_done_ = 0;
  std::uint64_t end = fakekernel::nanoseconds_of(chip_.submit_seconds);
  for (const emulator::TaskReport& task : report_.tasks)
    if ((end += nanoseconds_of(task)) <= nanoseconds) ++tasks_done_;
}

std::vector<std::string> Npu::complaints() const {
  if (!complaint_.empty()) return {complaint_};
  std::vector<std::string> lines;
  if (nanoseconds_)
    for (const emulator::Event& event : report_.events)
      lines.push_back(fmt::format("{}, {} times, first in {}", event.what, event.count, event.first));
  return lines;
}

// As the planner counts, from the same numbers of the chip: work and bytes at the same time.
std::uint64_t Npu::nanoseconds_of(const emulator::TaskReport& task) const {
  return fakekernel::nanoseconds_of(emulator::task_seconds(chip_, options_.variation, task));
}

}  // namespace mattock::fakekernel
