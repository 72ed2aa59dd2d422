// Hands out ranges of addresses in whole pages: with an IOMMU from the top of the space downward, as Linux does,
// without one from the bottom of a pool of contiguous memory upward.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace mattock::fakekernel {

class AddressSpace {
 public:
  enum class Order { kDownward, kUpward };
  AddressSpace(std::uint64_t first, std::uint64_t end, Order order) : first_(first), end_(end), order_(order) {}

  /// `bytes` is not 0. Nothing when no gap is large enough.
  std::optional<std::uint64_t> take(std::uint64_t bytes);
  void give_back(std::uint64_t address) { taken_.erase(address); }

 private:
  std::optional<std::uint64_t> highest(std::uint64_t bytes) const;
  std::optional<std::uint64_t> lowest(std::uint64_t bytes) const;

  std::uint64_t first_, end_;
  Order order_;
  std::map<std::uint64_t, std::uint64_t> taken_;  // address and end
};

}  // namespace mattock::fakekernel
