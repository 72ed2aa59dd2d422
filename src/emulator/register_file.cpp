#include "emulator/register_file.hpp"

#include <fmt/format.h>

namespace mattock::emulator {
namespace {

constexpr std::uint16_t kPointerOffset = 0x4;  // S_POINTER stands at +4 in every block
// A block's own start bit desynchronises the pipeline on an RK3568 (board report).
constexpr std::uint16_t kOperationEnableOffset = 0x8;
constexpr std::uint32_t kPointerAlternate = 0xe;
constexpr std::uint32_t kPointerClear = 0x30;

}  // namespace

std::string Registers::describe(std::uint16_t offset) const {
  const hw::RegisterInfo* info = hw::find_register(block_, offset);
  const Origin& origin = origins_[index(offset)];
  const std::string writer = origin.written ? fmt::format("written by task {} word {}", origin.task, origin.word)
                                            : std::string("never written");
  return fmt::format("{}.{} ({:#06x} = {:#010x}, {})", hw::block_name(block_), info ? info->name : "?", offset,
                     raw(offset), writer);
}

void Registers::not_modelled(std::uint16_t offset, std::string_view field, std::string_view reason) const {
  diagnostics_->not_modelled(fmt::format("{} field {}: {}", describe(offset), field, reason));
}

RegisterFile::RegisterFile(hw::Block block, unsigned groups, Diagnostics& diagnostics)
    : block_(block), diagnostics_(diagnostics), groups_(groups, Registers(block, diagnostics)) {}

void RegisterFile::reset() {
  for (Registers& group : groups_) group.reset();
  pointer_ = 0;
  ping_pong_ = false;
}

void RegisterFile::reset_writes() {
  lag_ ^= pointer_;
  pointer_ = 0;
}

void RegisterFile::write(std::uint16_t offset, std::uint32_t value, Origin origin, unsigned pointer) {
  const hw::RegisterInfo* info = hw::find_register(block_, offset);
  if (info == nullptr) {
    diagnostics_.not_modelled(fmt::format("word {}: {} register {:#06x} = {:#010x} is not described", origin.word,
                                          hw::block_name(block_), offset, value));
    return;
  }
  const std::uint32_t unknown = value & ~info->known_bits;
  if (unknown != 0) {
    diagnostics_.not_modelled(fmt::format("word {}: {}.{} ({:#06x}) = {:#010x} sets undescribed bits {:#010x}",
                                          origin.word, hw::block_name(block_), info->name, offset, value, unknown));
  }
  if ((offset & 0xfffu) == kPointerOffset) return write_pointer(value, origin);
  if (!info->doubled || (offset & 0xfffu) == kOperationEnableOffset) {
    diagnostics_.not_modelled(
        fmt::format("word {}: {}.{} ({:#06x}) = {:#010x}: blocks are started by the op-enable "
                    "word alone",
                    origin.word, hw::block_name(block_), info->name, offset, value));
    return;
  }
  groups_[pointer % groups_.size()].set(offset, value, origin);
}

void RegisterFile::write_pointer(std::uint32_t value, Origin origin) {
  // 0xe leaves the pointer where it is although its bit 0 is written as 0: otherwise nothing would alternate.
  if (value == kPointerAlternate) {
    ping_pong_ = true;
  } else if (value == kPointerClear) {
    ping_pong_ = false;
    pointer_ = 0;
  } else {
    diagnostics_.not_modelled(
        fmt::format("word {}: {}.s_pointer = {:#x}: only {:#x} (alternate) and {:#x} (group 0) "
                    "are known",
                    origin.word, hw::block_name(block_), value, kPointerAlternate, kPointerClear));
  }
}

}  // namespace mattock::emulator
