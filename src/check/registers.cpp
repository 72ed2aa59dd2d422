#include "check/registers.hpp"

namespace mattock::check {

void RegisterFile::write(std::uint16_t offset, std::uint32_t value, Origin origin) {
  if ((offset & 0xfffU) != kPointerOffset) return groups_[current_].set(offset, value, origin);
  // Other values are refused before they come here. 0xe leaves the pointer where it is, although its bit 0 is
  // written as 0: otherwise nothing would alternate.
  alternate_ = value == kAlternate;
  if (value == kGroupZero) current_ = 0;
}

}  // namespace mattock::check
