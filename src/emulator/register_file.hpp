// The registers of one block: two groups that alternate from task to task. Writes land in the group that the
// pointer names; op-enable runs that group; then the pointers of the blocks that ran toggle. So a task inherits
// what it does not write from two runs earlier of the same block (vendor models rely on it).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/diagnostics.hpp"
#include "hw/command.hpp"
#include "hw/registers.hpp"

namespace mattock::emulator {

/// One group of a block's registers, as a running task sees it.
class Registers {
 public:
  Registers(hw::Block block, Diagnostics& diagnostics) : block_(block), diagnostics_(&diagnostics) {}

  hw::Block block() const { return block_; }

  /// A generated register struct, decoded: `regs.get<hw::cna::DataSize0>().datain_width`.
  template <class Register>
  Register get() const {
    return Register::unpack(values_[index(Register::kOffset)]);
  }
  std::uint32_t raw(std::uint16_t offset) const { return values_[index(offset)]; }

  void set(std::uint16_t offset, std::uint32_t value, Origin origin) {
    values_[index(offset)] = value;
    origins_[index(offset)] = origin;
  }

  /// "dpu.ew_cfg (0x4070 = 0x383, written by task 2 word 41)".
  std::string describe(std::uint16_t offset) const;

  /// Strict mode stops here if `modelled` is false, naming the register, its value, the field and the reason.
  template <class Register>
  void expect(bool modelled, std::string_view field, std::string_view reason) const {
    if (!modelled) not_modelled<Register>(field, reason);
  }
  /// The same where it is known, so that a reason is not put together for nothing.
  template <class Register>
  void not_modelled(std::string_view field, std::string_view reason) const {
    not_modelled(Register::kOffset, field, reason);
  }

  /// As after a reset: all registers are 0 and nobody has written them.
  void reset() {
    values_ = {};
    origins_ = {};
  }

 private:
  static std::size_t index(std::uint16_t offset) { return (offset & 0xfffu) / 4; }
  void not_modelled(std::uint16_t offset, std::string_view field, std::string_view reason) const;

  hw::Block block_;
  Diagnostics* diagnostics_;
  std::array<std::uint32_t, 1024> values_{};
  std::array<Origin, 1024> origins_{};
};

class RegisterFile {
 public:
  RegisterFile(hw::Block block, unsigned groups, Diagnostics& diagnostics);

  /// As new: all groups empty, group 0 is next.
  void reset();
  /// The pointer of writes at group 0 again, while runs go on where they are (Variation::Groups::kExecuterStays).
  void reset_writes();
  /// From now on there is one group.
  void stop_alternating() { groups_alternate_ = false; }

  /// One command word's effect, on the group that `pointer` names. Unknown registers and bits are not modelled.
  void write(std::uint16_t offset, std::uint32_t value, Origin origin, unsigned pointer);

  /// What names the group of the next writes.
  unsigned pointer() const { return pointer_; }
  /// The group that op-enable runs now.
  const Registers& running() const { return groups_[(pointer_ ^ lag_) % groups_.size()]; }

  /// After the block has run.
  void finish_run() {
    if (ping_pong_ && groups_alternate_) pointer_ ^= 1u;
  }

 private:
  void write_pointer(std::uint32_t value, Origin origin);

  hw::Block block_;
  Diagnostics& diagnostics_;
  std::vector<Registers> groups_;
  unsigned pointer_ = 0;
  unsigned lag_ = 0;  ///< 1: runs take the other group than writes
  bool ping_pong_ = false, groups_alternate_ = true;
};

}  // namespace mattock::emulator
