#include "emulator/memory.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mattock::emulator {
namespace {

std::uint64_t end_of(const Mapping& mapping) { return mapping.address + mapping.data.size(); }

}  // namespace

Result<void> Memory::map(Mapping mapping) {
  const std::uint64_t size = mapping.data.size();
  if (size == 0 || mapping.address >= dma_limit_ || size > dma_limit_ - mapping.address) {
    return fail(Code::kDevice, fmt::format("buffer '{}' at {:#x} with {} bytes does not fit the DMA range below {:#x}",
                                           mapping.name, mapping.address, size, dma_limit_));
  }
  const auto next = std::upper_bound(mappings_.begin(), mappings_.end(), mapping.address,
                                     [](std::uint64_t address, const Mapping& m) { return address < m.address; });
  const bool hits_next = next != mappings_.end() && mapping.address + size > next->address;
  const bool hits_previous = next != mappings_.begin() && end_of(*std::prev(next)) > mapping.address;
  if (hits_next || hits_previous) {
    return fail(Code::kDevice, fmt::format("buffer '{}' at {:#x} overlaps '{}'", mapping.name, mapping.address,
                                           hits_next ? next->name : std::prev(next)->name));
  }
  mappings_.insert(next, std::move(mapping));
  return {};
}

void Memory::unmap(std::uint64_t address) {
  std::erase_if(mappings_, [&](const Mapping& m) { return m.address == address; });
}

std::span<std::byte> Memory::at(std::uint64_t address, std::size_t size, std::string_view user,
                                const Diagnostics& diagnostics) const {
  const auto next = std::upper_bound(mappings_.begin(), mappings_.end(), address,
                                     [](std::uint64_t a, const Mapping& m) { return a < m.address; });
  if (next != mappings_.begin()) {
    const Mapping& mapping = *std::prev(next);
    const std::uint64_t offset = address - mapping.address;
    if (offset <= mapping.data.size() && size <= mapping.data.size() - offset) {
      return mapping.data.subspan(static_cast<std::size_t>(offset), size);
    }
    if (offset < mapping.data.size()) {
      diagnostics.refuse(fmt::format("{}: {} bytes at {:#x} reach beyond buffer '{}', which ends at {:#x}", user, size,
                                     address, mapping.name, end_of(mapping)));
    }
  }
  diagnostics.refuse(fmt::format("{}: {} bytes at {:#x} lie in no buffer", user, size, address));
}

}  // namespace mattock::emulator
