#include "fakekernel/kernel.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "fakekernel/core.hpp"
#include "fakekernel/dma_buf.hpp"
#include "fakekernel/file.hpp"

namespace mattock::fakekernel {
namespace {

// The program brackets its accesses: what it reads must be there at the start, what it wrote must go at the end.
// assumed: reading needs nothing at the end and writing nothing at the start, and the whole object is synced; settled
// by a board that writes an object on both sides and syncs it with each of the six flags.
void sync(Storage& storage, std::uint64_t flags) {
  const bool end = (flags & kSyncEnd) != 0;
  if (end && (flags & kSyncWrite) != 0) storage.to_device(0, storage.bytes());
  if (!end && (flags & kSyncRead) != 0) storage.from_device(0, storage.bytes());
}

class Rknpu final : public Kernel {
 public:
  Rknpu(const Options& options, const hw::Chip& chip, Generation generation) : core_(options, chip, generation) {}

  const Options& options() const override { return core_.options; }
  const hw::Chip& chip() const override { return core_.chip; }

  std::unique_ptr<File> open(Node node, int& error) override {
    {
      const std::scoped_lock lock(core_.mutex);
      error = core_.next_call_errno();
      if (error != 0) return nullptr;
      ++core_.files;
    }
    return make_file(shared_from_this(), core_, node);
  }

  void descriptor_closed(const Memory& memory) override {
    const std::scoped_lock lock(core_.mutex);
    core_.objects.descriptor_closed(identity_of(memory.fd));
  }

  int sync_descriptor(const Memory& memory, std::uint64_t flags) override {
    const std::scoped_lock lock(core_.mutex);
    if (const int error = core_.next_call_errno(); error != 0) return error;
    if ((flags & ~(kSyncRead | kSyncWrite | kSyncEnd)) != 0 || (flags & (kSyncRead | kSyncWrite)) == 0) return -EINVAL;
    if (const auto storage = core_.objects.exported_storage(identity_of(memory.fd))) sync(*storage, flags);
    return 0;
  }

  int fence_state(std::uint32_t fence) const override {
    const std::scoped_lock lock(core_.mutex);
    return core_.fences.state(fence);
  }
  void fence_closed(std::uint32_t fence) override {
    const std::scoped_lock lock(core_.mutex);
    core_.fences.close(fence);
  }

  std::uint64_t calls() const override {
    const std::scoped_lock lock(core_.mutex);
    return core_.calls;
  }
  Held held() const override {
    const std::scoped_lock lock(core_.mutex);
    return {.files = core_.files,
            .objects = core_.objects.count(),
            .mappings = core_.mappings,
            .descriptors = core_.descriptors()};
  }
  std::uint64_t nanoseconds() const override {
    const std::scoped_lock lock(core_.mutex);
    return core_.nanoseconds;
  }
  std::vector<std::string> log() const override {
    const std::scoped_lock lock(core_.mutex);
    return {core_.lines().begin(), core_.lines().end()};
  }
  void set_trace(Trace trace) override {
    const std::scoped_lock lock(core_.mutex);
    core_.trace = std::move(trace);
  }
  std::vector<RegisterWrite> register_writes() const override {
    const std::scoped_lock lock(core_.mutex);
    return core_.npu.writes();
  }

 private:
  mutable Core core_;
};

}  // namespace

Result<std::shared_ptr<Kernel>> Kernel::create(const Options& options) {
  const hw::Chip* const chip = hw::find_chip(options.chip);
  if (chip == nullptr) return fail(Code::kUnsupported, fmt::format("no fake kernel for chip '{}'", options.chip));
  const Version& version = options.version;
  const auto generation = generation_of(version);
  if (!generation)
    return fail(Code::kUnsupported, fmt::format("no fake of rknpu {}.{}.{}; there are 0.7, 0.8 and 0.9.6 to 0.9.8",
                                                version.major, version.minor, version.patch));
  return std::make_shared<Rknpu>(options, *chip, *generation);
}

std::unique_ptr<File> Kernel::open() {
  int error = 0;
  return open(Node::kRender, error);
}

}  // namespace mattock::fakekernel
