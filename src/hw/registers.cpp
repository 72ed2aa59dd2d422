#include "hw/registers.hpp"

#include <algorithm>

namespace mattock::hw {

const RegisterInfo* find_register(Block block, std::uint16_t offset) {
  const std::span<const RegisterInfo> all = registers(block);
  const auto at = std::ranges::lower_bound(all, offset, {}, &RegisterInfo::offset);
  return at != all.end() && at->offset == offset ? &*at : nullptr;
}

}  // namespace mattock::hw
