// Device memory as the NPU sees it: the mapped ranges, and nothing between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "emulator/diagnostics.hpp"
#include "emulator/emulator.hpp"

namespace mattock::emulator {

/// The one user of memory that writes.
inline constexpr std::string_view kOutputAddress = "dpu.dst_base_addr";

class Memory {
 public:
  explicit Memory(std::uint64_t dma_limit) : dma_limit_(dma_limit) {}

  Result<void> map(Mapping mapping);
  void unmap(std::uint64_t address);

  /// The bytes [address, address + size), which must lie inside one mapping: else the submit is refused.
  /// `user` names the register that gave the address, for the message.
  std::span<std::byte> at(std::uint64_t address, std::size_t size, std::string_view user,
                          const Diagnostics& diagnostics) const;

  /// The same, or nothing where at() would refuse.
  std::span<std::byte> find(std::uint64_t address, std::size_t size) const;

  /// The mapping that holds `address`, or nullptr. Valid until the next map() or unmap().
  const Mapping* mapping_at(std::uint64_t address) const;

 private:
  std::uint64_t dma_limit_;
  std::vector<Mapping> mappings_;  // sorted by address
};

/// Memory for a user whose accesses mostly stay in one buffer: remembers the last one. Checks every access as
/// Memory::at does.
class MemoryWindow {
 public:
  explicit MemoryWindow(const Memory& memory) : memory_(memory) {}

  std::span<std::byte> at(std::uint64_t address, std::size_t size, std::string_view user,
                          const Diagnostics& diagnostics) {
    const std::uint64_t offset = address - first_;  // below first_: larger than any buffer
    if (offset <= data_.size() && size <= data_.size() - offset)
      return data_.subspan(static_cast<std::size_t>(offset), size);
    return move(address, size, user, diagnostics);
  }

 private:
  std::span<std::byte> move(std::uint64_t address, std::size_t size, std::string_view user,
                            const Diagnostics& diagnostics);

  const Memory& memory_;
  std::uint64_t first_ = 0;
  std::span<std::byte> data_;
};

}  // namespace mattock::emulator
