#include "replay/writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hw/command.hpp"

namespace mattock::replay {
namespace {

constexpr std::size_t kSubcores = 5;

// As the recordings name blocks; "-" for the PC's tail words.
std::string_view name_of(std::uint16_t target) {
  const auto block = hw::block_of_target(target);
  if (!block) return "-";
  switch (*block) {
    case hw::Block::kPc: return "PC";
    case hw::Block::kCna: return "CNA";
    case hw::Block::kCmac: return "U2";
    case hw::Block::kCore: return "CORE";
    case hw::Block::kDpu: return "DPU";
    case hw::Block::kDpuRdma: return "RDMA";
    case hw::Block::kPpu: return "PPU";
    case hw::Block::kPpuRdma: return "PPU_RDMA";
  }
  return "-";
}

// "  ; mem 3 + 0x40" for an address in a buffer.
std::string place_of(const Submit& submit, std::uint64_t address) {
  for (const Buffer& buffer : submit.buffers)
    if (address >= buffer.address && address - buffer.address < buffer.bytes)
      return fmt::format("  ; mem {} + {:#x}", buffer.index, address - buffer.address);
  return "";
}

std::string word_line(const Submit& submit, const Task& task, std::size_t index) {
  const hw::Command command = hw::Command::decode(task.words[index]);
  const bool tail = index >= task.record.regcfg_amount;
  return fmt::format("{:6} {:016x}  {:<4} op {:04x} reg {:04x} = {:08x}{}{}\n", index, task.words[index],
                     name_of(command.target), command.target, command.offset, command.value,
                     tail ? "  (beyond regcfg_amount)" : "", place_of(submit, command.value));
}

}  // namespace

std::string text_of(const Tensor& tensor) {
  std::string shape;
  for (const std::uint64_t dimension : tensor.shape) shape += fmt::format("{} ", dimension);
  return fmt::format("{} {}size {} type {}\n", tensor.name, shape, tensor.bytes, tensor.type);
}

std::string text_of(const Submit& submit, std::size_t number) {
  std::uint64_t lowest = submit.buffers.empty() ? 0 : submit.buffers[0].address;
  for (const Buffer& buffer : submit.buffers) lowest = std::min(lowest, buffer.address);
  std::string text = fmt::format(
      "submit seq {} flags {:#x} timeout {} task_start {} task_number {} priority {} core_mask {:#x} dma_base {:#x} "
      "task_base {:#x}\n",
      number, submit.flags, submit.timeout, submit.task_start, submit.task_number, submit.priority, submit.core_mask,
      lowest, submit.task_base);
  for (std::size_t i = 0; i < kSubcores; ++i) text += fmt::format("subcore {} start 0 number 0\n", i);
  for (const Tensor& tensor : submit.tensors) text += text_of(tensor);
  for (const Buffer& buffer : submit.buffers)
    text += fmt::format("mem {} dma {:#x} size {:#x} flags {:#x}\n", buffer.index, buffer.address, buffer.bytes,
                        buffer.flags);
  for (std::size_t t = 0; t < submit.tasks.size(); ++t) {
    const Task& task = submit.tasks[t];
    const hw::TaskRecord& r = task.record;
    text += fmt::format(
        "task {} flags {:#x} op_idx {} enable_mask {:#x} int_mask {:#x} int_clear {:#x} int_status {:#x} "
        "regcfg_amount {} regcfg_offset {:#x} regcmd {:#x}{}\n",
        t, r.flags, r.op_index, r.enable_mask, r.int_mask, r.int_clear, r.int_status, r.regcfg_amount, r.regcfg_offset,
        r.regcmd_addr, place_of(submit, r.regcmd_addr));
    for (std::size_t w = 0; w < task.words.size(); ++w) text += word_line(submit, task, w);
  }
  return text;
}

}  // namespace mattock::replay
