// The registers of one block as the PC fills them: two groups that take turns. Writes land in the group the
// pointer names, op-enable runs it, then the blocks that ran change groups: a task inherits what it does not
// write from two runs earlier of the same block (npu.md 2.3).
#pragma once

#include <array>
#include <cstdint>

#include "hw/command.hpp"

namespace mattock::check {

/// The word that gave a register its value, counted in the submit and in the task.
struct Origin {
  std::uint16_t task = 0;
  std::uint16_t word = 0;
  bool written = false;
};

/// One group.
class Group {
 public:
  std::uint32_t value(std::uint16_t offset) const { return entries_[index(offset)].value; }
  Origin origin(std::uint16_t offset) const { return entries_[index(offset)].origin; }
  void set(std::uint16_t offset, std::uint32_t value, Origin origin) { entries_[index(offset)] = {value, origin}; }

 private:
  struct Entry {
    std::uint32_t value = 0;
    Origin origin;
  };
  // Every described register lies in the first half of its block's 4 KiB (a test looks).
  static constexpr std::size_t kRegisters = 512;
  static std::size_t index(std::uint16_t offset) { return (offset & 0xfffU) / 4 % kRegisters; }
  std::array<Entry, kRegisters> entries_{};
};

inline constexpr std::uint16_t kStatusOffset = 0x0;   ///< S_STATUS, read only
inline constexpr std::uint16_t kPointerOffset = 0x4;  ///< S_POINTER
inline constexpr std::uint16_t kStartOffset = 0x8;    ///< a block's own start bit
inline constexpr std::uint32_t kAlternate = 0xe;      ///< S_POINTER: groups alternate from run to run
inline constexpr std::uint32_t kGroupZero = 0x30;     ///< S_POINTER: group 0 from now on

class RegisterFile {
 public:
  void write(std::uint16_t offset, std::uint32_t value, Origin origin);
  const Group& running() const { return groups_[current_]; }
  void finish_run() {
    if (alternate_) current_ ^= 1U;
  }

 private:
  std::array<Group, 2> groups_{};
  unsigned current_ = 0;
  bool alternate_ = false;
};

}  // namespace mattock::check
