#include "device/buffer.hpp"

#include <utility>

namespace mattock {

Buffer::Memory::Memory(std::uint64_t at, std::span<std::byte> view, std::string label, BufferUse purpose)
    : address(at), bytes(view), name(std::move(label)), use(purpose) {}

Buffer::Buffer(std::unique_ptr<Memory> memory) : memory_(std::move(memory)) {}

std::uint64_t Buffer::address() const { return memory_ ? memory_->address : 0; }

std::span<std::byte> Buffer::bytes() const { return memory_ ? memory_->bytes : std::span<std::byte>{}; }

const std::string& Buffer::name() const {
  static const std::string none = "no buffer";
  return memory_ ? memory_->name : none;
}

BufferUse Buffer::use() const { return memory_ ? memory_->use : BufferUse::kData; }

}  // namespace mattock
