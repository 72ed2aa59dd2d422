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

class Memory {
 public:
  explicit Memory(std::uint64_t dma_limit) : dma_limit_(dma_limit) {}

  Result<void> map(Mapping mapping);
  void unmap(std::uint64_t address);

  /// The bytes [address, address + size), which must lie inside one mapping: else the submit is refused.
  /// `user` names the register that gave the address, for the message.
  std::span<std::byte> at(std::uint64_t address, std::size_t size, std::string_view user,
                          const Diagnostics& diagnostics) const;

 private:
  std::uint64_t dma_limit_;
  std::vector<Mapping> mappings_;  // sorted by address
};

}  // namespace mattock::emulator
