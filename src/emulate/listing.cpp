#include "emulate/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "base/math.hpp"
#include "device/kernel/abi.hpp"
#include "hw/command.hpp"
#include "replay/derive.hpp"

namespace mattock::emulate {
namespace {

// From an address to the end of its object.
std::span<const std::byte> memory_at(std::span<const fakekernel::ObjectView> objects, std::uint64_t address) {
  for (const fakekernel::ObjectView& object : objects)
    if (address >= object.address && address - object.address < object.bytes.size())
      return object.bytes.subspan(address - object.address);
  return {};
}

// What the tail of a task says about the next one: address, and words without the tail.
struct Next {
  std::uint64_t address = 0;
  std::uint32_t amount = 0;
};
Next next_of(std::span<const std::uint64_t> tail) {
  Next next;
  for (const std::uint64_t word : tail) {
    const hw::Command command = hw::Command::decode(word);
    if (hw::block_of_target(command.target) != hw::Block::kPc) continue;
    if (command.offset == hw::kPcNextAddress) next.address = command.value;
    // The register holds all words less one.
    if (command.offset == hw::kPcNextAmount && command.value + 1 > hw::kTailWords)
      next.amount = command.value + 1 - static_cast<std::uint32_t>(hw::kTailWords);
  }
  return next;
}

}  // namespace

replay::Submit listing_of(std::span<const std::byte> submit, std::uint64_t records,
                          std::span<const fakekernel::ObjectView> objects, std::string& missing) {
  device::kernel::Submit fields;
  std::memcpy(&fields, submit.data(), std::min(submit.size(), sizeof fields));
  replay::Submit result{.task_start = 0, .task_number = 0, .buffers = {}, .tasks = {}};
  result.flags = fields.flags;
  result.timeout = fields.timeout;
  result.priority = fields.priority;
  result.core_mask = fields.core_mask;
  result.task_base = fields.task_base_address;
  for (const fakekernel::ObjectView& object : objects)
    result.buffers.push_back(
        {.index = object.handle, .address = object.address, .bytes = object.bytes.size(), .flags = object.flags});

  Next at;
  for (std::uint32_t i = 0; i < fields.task_number; ++i) {
    const auto bytes = memory_at(objects, records + (std::uint64_t{fields.task_start} + i) * hw::TaskRecord::kBytes);
    if (bytes.size() < hw::TaskRecord::kBytes) {
      missing = fmt::format("the record of task {}", i);
      break;
    }
    replay::Task task{.record = hw::TaskRecord::load(bytes), .words = {}};
    // The NPU takes the first task from its record and the others from the tails.
    if (i != 0) {
      task.record.regcmd_addr = at.address;
      task.record.regcfg_amount = at.amount;
    }
    const auto words = memory_at(objects, task.record.regcmd_addr);
    const std::uint64_t count = std::uint64_t{task.record.regcfg_amount} + hw::kTailWords;
    if (task.record.regcfg_amount == 0 || count > hw::kMaxTaskWords || words.size() < count * hw::kWordBytes) {
      missing = fmt::format("the {} words of task {} at {:#x}", count, i, task.record.regcmd_addr);
      break;
    }
    for (std::uint64_t w = 0; w < count; ++w)
      task.words.push_back(load_le<std::uint64_t>(words, static_cast<std::size_t>(w * hw::kWordBytes)));
    at = next_of(std::span(task.words).last(hw::kTailWords));
    result.tasks.push_back(std::move(task));
  }
  result.task_number = narrow<std::uint32_t>(result.tasks.size());
  result.tensors = replay::tensors_of(result.tasks);
  return result;
}

}  // namespace mattock::emulate
