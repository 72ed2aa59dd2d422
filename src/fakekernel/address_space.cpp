#include "fakekernel/address_space.hpp"

namespace mattock::fakekernel {

std::optional<std::uint64_t> AddressSpace::take(std::uint64_t bytes) {
  const auto address = order_ == Order::kDownward ? highest(bytes) : lowest(bytes);
  if (address) taken_[*address] = *address + bytes;
  return address;
}

std::optional<std::uint64_t> AddressSpace::highest(std::uint64_t bytes) const {
  std::uint64_t end = end_;
  for (auto range = taken_.rbegin(); range != taken_.rend(); ++range) {
    if (end - range->second >= bytes) break;
    end = range->first;
  }
  if (end - first_ < bytes) return std::nullopt;
  return end - bytes;
}

std::optional<std::uint64_t> AddressSpace::lowest(std::uint64_t bytes) const {
  std::uint64_t address = first_;
  for (const auto& [begin, end] : taken_) {
    if (begin - address >= bytes) break;
    address = end;
  }
  if (end_ - address < bytes) return std::nullopt;
  return address;
}

}  // namespace mattock::fakekernel
