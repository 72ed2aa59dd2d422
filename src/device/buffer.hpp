// Device memory with an owner: freed and unmapped when the Buffer goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace mattock {

/// What a buffer is for. The NPU writes to none but kData. The vendor's driver reads task records itself, through a
/// mapping that only a buffer made for them has; a submit from another would crash the kernel.
enum class BufferUse { kData, kReadByNpu, kTaskRecords };

/// Pages of the kernel drivers; every mapping is whole pages (running-a-model.md, rule 1).
inline constexpr std::size_t kPageBytes = 4096;

class Buffer {
 public:
  /// No memory: bytes() is empty, address() 0.
  Buffer() = default;
  Buffer(Buffer&&) noexcept = default;
  Buffer& operator=(Buffer&&) noexcept = default;

  /// DMA address of bytes()[0].
  std::uint64_t address() const;
  /// The CPU's view: the size asked for, rounded up to pages.
  std::span<std::byte> bytes() const;
  const std::string& name() const;
  BufferUse use() const;

  /// The memory of one back end; its destructor gives it back.
  class Memory {
   public:
    Memory(std::uint64_t address, std::span<std::byte> bytes, std::string name, BufferUse use);
    virtual ~Memory() = default;
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    const std::uint64_t address;
    const std::span<std::byte> bytes;
    const std::string name;
    const BufferUse use;
  };
  explicit Buffer(std::unique_ptr<Memory> memory);
  const Memory* memory() const { return memory_.get(); }

 private:
  std::unique_ptr<Memory> memory_;
};

}  // namespace mattock
