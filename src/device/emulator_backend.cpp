// The emulator as a device: plain memory of this process, DMA addresses handed out page by page.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "base/math.hpp"
#include "device/backend.hpp"
#include "emulator/emulator.hpp"

namespace mattock::device {
namespace {

// Addresses start above 0 so that a word nobody relocated points at nothing, and leave a page between
// buffers so that running over the end of one does not land in the next.
constexpr std::uint64_t kFirstAddress = 0x0010'0000;

class EmulatorBackend;

class EmulatorMemory final : public Buffer::Memory {
 public:
  EmulatorMemory(std::uint64_t at, std::unique_ptr<std::byte[]> storage, std::size_t size, std::string label,
                 BufferUse purpose, std::shared_ptr<Backend> backend)
      : Memory(at, {storage.get(), size}, std::move(label), purpose),
        storage_(std::move(storage)),
        backend_(std::move(backend)) {}
  ~EmulatorMemory() override;

 private:
  std::unique_ptr<std::byte[]> storage_;
  std::shared_ptr<Backend> backend_;
};

class EmulatorBackend final : public Backend {
 public:
  EmulatorBackend(const hw::Chip& chip, const DeviceOptions& options)
      : chip_(chip),
        options_(options),
        emulator_(chip, {.strict = options.strict,
                         .register_groups = options.register_groups,
                         .threads = options.threads,
                         .variation = options.variation}) {}

  const hw::Chip& chip() const override { return chip_; }

  Result<std::unique_ptr<Buffer::Memory>> allocate(std::size_t bytes, std::string name, BufferUse use,
                                                   std::shared_ptr<Backend> self) override {
    const std::scoped_lock lock(mutex_);
    if (bytes > options_.memory_bytes - used_bytes_)
      return fail(Code::kDevice,
                  fmt::format("buffer '{}' of {} bytes does not fit: {} of {} bytes of emulated memory are in use",
                              name, bytes, used_bytes_, options_.memory_bytes));
    const auto address = free_address(bytes);
    if (!address)
      return fail(Code::kDevice, fmt::format("buffer '{}': no {} bytes in a row below address {:#x}, which DMA of the "
                                             "{} cannot reach",
                                             name, bytes, chip_.dma_limit, chip_.name));
    std::unique_ptr<std::byte[]> storage(new (std::nothrow) std::byte[bytes]);
    if (!storage)
      return fail(Code::kDevice, fmt::format("buffer '{}': this machine has no {} bytes left", name, bytes));
    std::fill_n(storage.get(), bytes, options_.fill_with_nan ? std::byte{0xff} : std::byte{0});

    auto memory =
        std::make_unique<EmulatorMemory>(*address, std::move(storage), bytes, std::move(name), use, std::move(self));
    // From here on the memory's destructor undoes what was done, so it is listed before anything can fail.
    memories_.insert(place_of(*address), memory.get());
    used_bytes_ += bytes;
    const auto mapped = emulator_.map({memory->address, memory->bytes, memory->name});
    if (!mapped) {
      memories_.erase(place_of(*address));
      used_bytes_ -= bytes;
      return propagate(mapped);
    }
    return memory;
  }

  void release(const EmulatorMemory& memory) {
    const std::scoped_lock lock(mutex_);
    const auto place = place_of(memory.address);
    if (place == memories_.end() || *place != &memory) return;
    memories_.erase(place);
    used_bytes_ -= memory.bytes.size();
    emulator_.unmap(memory.address);
  }

  // The emulated NPU sees the CPU's own memory: nothing to do.
  Result<void> sync_to_device(const Buffer&, std::size_t, std::size_t) override { return {}; }
  Result<void> sync_from_device(const Buffer&, std::size_t, std::size_t) override { return {}; }

  Result<void> inspect(const Check& check) override {
    const std::scoped_lock lock(mutex_);
    return check(memories_);
  }

  Result<void> submit(std::span<const hw::TaskRecord> tasks, const Buffer&, TaskRange, const Check& check,
                      SubmitReport& report) override {
    const std::scoped_lock lock(mutex_);  // release() waits for it
    if (const auto good = check(memories_); !good) return good;
    return emulator_.submit({.first_address = tasks.front().regcmd_addr,
                             .first_amount = tasks.front().regcfg_amount,
                             .task_count = narrow<std::uint32_t>(tasks.size())},
                            report);
  }

 private:
  /// Where the memory at this address stands in the list, or would.
  std::vector<const Buffer::Memory*>::iterator place_of(std::uint64_t address) {
    return std::ranges::lower_bound(memories_, address, {}, &Buffer::Memory::address);
  }

  /// The lowest gap that holds `bytes` and a page before and after it.
  std::optional<std::uint64_t> free_address(std::size_t bytes) const {
    std::uint64_t candidate = kFirstAddress;
    for (const Buffer::Memory* memory : memories_) {
      if (candidate + bytes + kPageBytes <= memory->address) break;
      candidate = memory->address + memory->bytes.size() + kPageBytes;
    }
    if (candidate >= chip_.dma_limit || bytes > chip_.dma_limit - candidate) return std::nullopt;
    return candidate;
  }

  const hw::Chip& chip_;
  const DeviceOptions options_;
  std::mutex mutex_;
  std::vector<const Buffer::Memory*> memories_;  // by address
  std::size_t used_bytes_ = 0;
  emulator::Emulator emulator_;
};

EmulatorMemory::~EmulatorMemory() { static_cast<EmulatorBackend&>(*backend_).release(*this); }

}  // namespace

std::shared_ptr<Backend> make_emulator_backend(const hw::Chip& chip, const DeviceOptions& options) {
  return std::make_shared<EmulatorBackend>(chip, options);
}

}  // namespace mattock::device
