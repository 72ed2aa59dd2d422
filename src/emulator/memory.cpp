#include "emulator/memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

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

const Mapping* Memory::mapping_at(std::uint64_t address) const {
  const auto next = std::upper_bound(mappings_.begin(), mappings_.end(), address,
                                     [](std::uint64_t a, const Mapping& m) { return a < m.address; });
  // The end of a buffer belongs to it: nothing, from there on, is inside.
  if (next == mappings_.begin() || address > end_of(*std::prev(next))) return nullptr;
  return &*std::prev(next);
}

std::span<std::byte> Memory::find(std::uint64_t address, std::size_t size) const {
  const Mapping* mapping = mapping_at(address);
  if (mapping == nullptr || size > end_of(*mapping) - address) return {};
  return mapping->data.subspan(static_cast<std::size_t>(address - mapping->address), size);
}

std::span<std::byte> Memory::at(std::uint64_t address, std::size_t size, std::string_view user,
                                const Diagnostics& diagnostics) const {
  const Mapping* mapping = mapping_at(address);
  if (mapping != nullptr && size <= end_of(*mapping) - address)
    return mapping->data.subspan(static_cast<std::size_t>(address - mapping->address), size);
  const auto access = user == kOutputAddress ? Ending::Access::kWrite : Ending::Access::kRead;
  if (mapping != nullptr && address < end_of(*mapping)) {
    diagnostics.refuse(fmt::format("{}: {} bytes at {:#x} reach beyond buffer '{}', which ends at {:#x}", user, size,
                                   address, mapping->name, end_of(*mapping)),
                       access);
  }
  diagnostics.refuse(fmt::format("{}: {} bytes at {:#x} lie in no buffer", user, size, address), access);
}

std::span<std::byte> MemoryWindow::move(std::uint64_t address, std::size_t size, std::string_view user,
                                        const Diagnostics& diagnostics) {
  const auto bytes = memory_.at(address, size, user, diagnostics);
  const Mapping* mapping = memory_.mapping_at(address);
  first_ = mapping->address;
  data_ = mapping->data;
  return bytes;
}

}  // namespace mattock::emulator
