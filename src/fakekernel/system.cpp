#include "fakekernel/system.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <utility>

#include "base/math.hpp"
#include "device/kernel/abi.hpp"
#include "fakekernel/descriptors.hpp"
#include "fakekernel/dma_buf.hpp"
#include "fakekernel/sync_file.hpp"

namespace mattock::fakekernel {
namespace {

namespace abi = device::kernel;

constexpr std::size_t kPageBytes = 4096;
constexpr std::uint32_t kVersionNumber = 0x00, kUniqueNumber = 0x01, kHandleToFdNumber = 0x2d, kFdToHandleNumber = 0x2e;

std::size_t bytes_of(std::uint32_t request) { return request >> 16 & 0x3fff; }
std::uint32_t number_of(std::uint32_t request) { return request & 0xff; }
bool of_drm(std::uint32_t request) { return (request >> 8 & 0xff) == 'd'; }

/// The caller's struct, filled up with zeros; written back as long as the request says.
template <class T, class Call>
int with(void* argument, std::uint32_t request, Call call) {
  if (argument == nullptr) return -EFAULT;
  const std::size_t bytes = std::min(bytes_of(request), sizeof(T));
  T value{};
  std::memcpy(static_cast<void*>(&value), argument, bytes);
  const int result = call(value);
  std::memcpy(argument, static_cast<const void*>(&value), bytes);
  return result;
}

// As the DRM core does: at most what there is room for, and how long it really is.
void copy_string(const std::string& from, char* to, std::size_t& bytes) {
  if (to != nullptr) std::memcpy(to, from.data(), std::min(bytes, from.size()));
  bytes = from.size();
}

class System final : public FakeSystem {
 public:
  System(Machine machine, const SystemOptions& options)
      : machine_(std::move(machine)), options_(options), descriptors_(options.most_descriptors) {}

  ~System() override {
    for (const auto& [address, mapped] : mappings_) {
      munmap(address, mapped.bytes);
      if (mapped.file) mapped.file->unmapped();
    }
    for (const auto& [fd, opened] : descriptors_.all()) closed(opened);
  }

  int open(const std::string& path, int flags) override {
    const std::scoped_lock lock(mutex_);
    if (const int error = begin("open " + path); error != 0) return error;
    if (descriptors_.full()) return -EMFILE;
    Opened opened{.path = path, .device = find_device(machine_, path)};
    std::string text;
    int error_of_path = read_file(machine_, path, text);
    if (error_of_path == -ENOENT && opened.device == nullptr && (flags & O_CREAT) != 0)
      error_of_path = make_file(machine_, path);
    // A device has no contents to read; that it is closed to us counts for it, too.
    if (error_of_path != 0 && (opened.device == nullptr || error_of_path != -ENOENT)) return error_of_path;
    if (opened.device != nullptr && opened.device->kernel) {
      int error = 0;
      opened.file = opened.device->kernel->open(opened.device->node, error);
      if (!opened.file) return error;
    }
    return descriptors_.add(std::move(opened));
  }

  int close(int fd) override {
    Opened opened;
    int error = 0;
    {
      const std::scoped_lock lock(mutex_);
      error = begin("close");
      if (descriptors_.find(fd) == nullptr) return -EBADF;
      release_lock(fd);
      opened = descriptors_.take(fd);
    }
    closed(opened);
    return error;
  }

  int ioctl(int fd, std::uint32_t request, void* argument) override {
    Opened opened;
    {
      const std::scoped_lock lock(mutex_);
      if (const int error = begin(fmt::format("ioctl {:#x}", request)); error != 0) return error;
      const Opened* const found = descriptors_.find(fd);
      if (found == nullptr) return -EBADF;
      opened = *found;
    }
    if (opened.fence != 0) return sync_file_ioctl(*opened.exporter, opened.fence, request, argument);
    if (opened.exporter) return dma_buf_ioctl(*opened.exporter, opened.memory, request, argument);
    if (opened.device == nullptr) return -ENOTTY;
    if (!opened.file) return other_driver(*opened.device, request, argument);
    const bool drm = opened.device->kernel->options().build == Build::kDrm;
    if (drm && of_drm(request) && is_ours(number_of(request))) {
      if (const int error = opened.file->ioctl(request, {}); error != 0) return error;
      return drm_call(opened, request, argument);
    }
    if (!drm && number_of(request) == static_cast<std::uint32_t>(abi::Call::kMemCreate))
      return misc_create(opened, request, argument);
    if (number_of(request) == (drm ? abi::kDriverNumbers : 0) + static_cast<std::uint32_t>(abi::Call::kSubmit) &&
        argument != nullptr && bytes_of(request) == sizeof(abi::Submit))
      return submit(opened, request, argument);
    return plain(*opened.file, request, argument);
  }

  int map(int fd, std::uint64_t offset, std::size_t bytes, void*& address) override {
    const std::scoped_lock lock(mutex_);
    if (const int error = begin("mmap"); error != 0) return error;
    const Opened* const opened = descriptors_.find(fd);
    if (opened == nullptr) return -EBADF;
    Memory memory = opened->memory;
    if (opened->file) {
      if (const int error = opened->file->map(offset, bytes, memory); error != 0) return error;
    } else if (!opened->exporter || opened->fence != 0) {
      return -ENODEV;
    } else if (bytes == 0 || offset > opened->bytes || bytes > opened->bytes - offset || offset % kPageBytes != 0) {
      return -EINVAL;
    } else {
      memory.offset += offset;
    }
    const std::size_t whole = align_up(bytes, kPageBytes);
    void* const at =
        mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_SHARED, memory.fd, static_cast<off_t>(memory.offset));
    if (at == MAP_FAILED) {
      const int error = errno;
      if (opened->file) opened->file->unmapped();
      return -error;
    }
    mappings_[at] = {.bytes = whole, .file = opened->file};
    address = at;
    return 0;
  }

  int unmap(void* address, std::size_t bytes) override {
    Mapped mapped;
    {
      const std::scoped_lock lock(mutex_);
      if (const int error = begin("munmap"); error != 0) return error;
      const auto found = mappings_.find(address);
      if (found == mappings_.end() || bytes == 0 || align_up(bytes, kPageBytes) != found->second.bytes) return -EINVAL;
      mapped = std::move(found->second);
      mappings_.erase(found);
    }
    munmap(address, mapped.bytes);
    if (mapped.file) mapped.file->unmapped();
    return 0;
  }

  int kind(int fd, device::kernel::FileKind& kind) override {
    const std::scoped_lock lock(mutex_);
    if (const int error = begin("fstat"); error != 0) return error;
    const Opened* const opened = descriptors_.find(fd);
    if (opened == nullptr) return -EBADF;
    kind = {};
    if (opened->device != nullptr)
      kind = {.character_device = true, .major = opened->device->major, .minor = opened->device->minor};
    return 0;
  }

  int lock(int fd) override {
    std::unique_lock lock(mutex_);
    if (const int error = begin("flock"); error != 0) return error;
    const Opened* const opened = descriptors_.find(fd);
    if (opened == nullptr) return -EBADF;
    const std::string path = opened->path;
    unlocked_.wait(lock, [&] { return !locks_.contains(path) || locks_[path] == fd; });
    locks_[path] = fd;
    return 0;
  }

  int unlock(int fd) override {
    const std::scoped_lock lock(mutex_);
    if (const int error = begin("unlock"); error != 0) return error;
    if (descriptors_.find(fd) == nullptr) return -EBADF;
    release_lock(fd);
    return 0;
  }

  int list(const std::string& folder, std::vector<std::string>& names) override {
    const std::scoped_lock lock(mutex_);
    if (const int error = begin("list " + folder); error != 0) return error;
    return list_folder(machine_, folder, names);
  }

  int read(const std::string& path, std::string& text) override {
    const std::scoped_lock lock(mutex_);
    if (const int error = begin("read " + path); error != 0) return error;
    return read_file(machine_, path, text);
  }

  int look(const std::string& path, device::kernel::PathKind& kind) override {
    const std::scoped_lock lock(mutex_);
    if (const int error = begin("look " + path); error != 0) return error;
    return look_at(machine_, path, kind);
  }

  int kernel_log(std::string& text) override {
    const std::scoped_lock lock(mutex_);
    if (const int error = begin("klogctl"); error != 0) return error;
    if (!machine_.log) return -EPERM;
    text = *machine_.log;
    return 0;
  }

  std::uint64_t calls() const override {
    const std::scoped_lock lock(mutex_);
    return history_.size();
  }
  std::vector<std::string> history() const override {
    const std::scoped_lock lock(mutex_);
    return history_;
  }
  Held held() const override {
    const std::scoped_lock lock(mutex_);
    return {.files = descriptors_.device_files(),
            .objects = 0,
            .mappings = mappings_.size(),
            .descriptors = descriptors_.count()};
  }

 private:
  // Counts a call; the errno that a fault gives it, or 0.
  int begin(std::string name) {
    history_.push_back(std::move(name));
    for (const SystemOptions::Fault& fault : options_.faults)
      if (fault.call == history_.size()) return -fault.error;
    return 0;
  }

  void release_lock(int fd) {
    if (std::erase_if(locks_, [&](const auto& held) { return held.second == fd; }) != 0) unlocked_.notify_all();
  }

  static bool is_ours(std::uint32_t number) {
    return number == kVersionNumber || number == kUniqueNumber || number == kHandleToFdNumber ||
           number == kFdToHandleNumber;
  }

  static int plain(File& file, std::uint32_t request, void* argument) {
    const std::span<std::byte> bytes(static_cast<std::byte*>(argument), argument == nullptr ? 0 : bytes_of(request));
    return file.ioctl(request, bytes);
  }

  static int answer_version(abi::DrmVersion& version, const Version& numbers, const File::Strings& strings) {
    version.major = static_cast<std::int32_t>(numbers.major);
    version.minor = static_cast<std::int32_t>(numbers.minor);
    version.patch = static_cast<std::int32_t>(numbers.patch);
    copy_string(strings.name, version.name, version.name_bytes);
    copy_string(strings.date, version.date, version.date_bytes);
    copy_string(strings.description, version.description, version.description_bytes);
    return 0;
  }

  static int other_driver(const DeviceFile& device, std::uint32_t request, void* argument) {
    if (!of_drm(request)) return -ENOTTY;
    if (number_of(request) != kVersionNumber) return -EINVAL;
    return with<abi::DrmVersion>(argument, request, [&](abi::DrmVersion& version) {
      return answer_version(version, {0, 0, 0}, {.name = device.other_driver, .date = {}, .description = {}});
    });
  }

  int drm_call(const Opened& opened, std::uint32_t request, void* argument) {
    switch (number_of(request)) {
      case kVersionNumber:
        return with<abi::DrmVersion>(argument, request, [&](abi::DrmVersion& version) {
          return answer_version(version, opened.device->kernel->options().version, *opened.file->strings());
        });
      case kUniqueNumber:
        return with<abi::DrmUnique>(argument, request, [](abi::DrmUnique& unique) {
          unique.bytes = 0;
          return 0;
        });
      case kHandleToFdNumber:
        return with<abi::DrmPrime>(argument, request, [&](abi::DrmPrime& prime) {
          if ((prime.flags & ~static_cast<std::uint32_t>(O_CLOEXEC | O_RDWR)) != 0) return -EINVAL;
          return export_to(opened, prime.handle, prime.fd);
        });
      default:
        return with<abi::DrmPrime>(argument, request,
                                   [&](abi::DrmPrime& prime) { return import_from(opened, prime.fd, prime.handle); });
    }
  }

  int export_to(const Opened& opened, std::uint32_t handle, std::int32_t& fd) {
    const std::scoped_lock lock(mutex_);
    if (descriptors_.full()) return -EMFILE;
    Opened exported{.path = "dma-buf", .exporter = opened.device->kernel};
    if (const int error = opened.file->export_object(handle, exported.memory, exported.bytes); error != 0) return error;
    fd = descriptors_.add(std::move(exported));
    return 0;
  }

  int import_from(const Opened& opened, int fd, std::uint32_t& handle) {
    Memory memory;
    {
      const std::scoped_lock lock(mutex_);
      const Opened* const found = descriptors_.find(fd);
      if (found == nullptr) return -EBADF;
      if (!found->exporter) return -EINVAL;  // the kernel knows a fence for no memory
      memory = found->memory;
    }
    return opened.file->import_object(memory, handle);
  }

  // On the misc node objects go by descriptors: one that is handed in is imported, one that is handed out exports.
  int misc_create(const Opened& opened, std::uint32_t request, void* argument) {
    if (argument == nullptr || bytes_of(request) < sizeof(abi::Action)) return plain(*opened.file, request, argument);
    std::uint32_t handle = 0;
    std::memcpy(&handle, argument, sizeof(handle));
    const auto given = static_cast<std::int32_t>(handle);
    if (given != 0) {
      if (const int error = import_from(opened, given, handle); error != 0) return error;
      std::memcpy(argument, &handle, sizeof(handle));
    }
    const int result = plain(*opened.file, request, argument);
    if (given == 0 && result != 0) return result;
    std::int32_t fd = given;
    int error = result;
    if (given == 0) {
      std::memcpy(&handle, argument, sizeof(handle));
      error = export_to(opened, handle, fd);
      if (error != 0) undo_create(*opened.file, argument);
    }
    std::memcpy(argument, &fd, sizeof(fd));
    return error;
  }

  // A fence that is handed in or out is a descriptor here and a number there.
  int submit(const Opened& opened, std::uint32_t request, void* argument) {
    abi::Submit submit;
    std::memcpy(static_cast<void*>(&submit), argument, sizeof(submit));
    const std::shared_ptr<Kernel>& kernel = opened.device->kernel;
    const bool out = kernel->options().fences && (submit.flags & abi::kFenceOut) != 0;
    const std::int32_t given = submit.fence;
    {
      const std::scoped_lock lock(mutex_);
      if (out && descriptors_.full()) return -EMFILE;
      const Opened* const found = descriptors_.find(given);
      submit.fence = found != nullptr ? static_cast<std::int32_t>(found->fence) : 0;
    }
    const int result = plain(*opened.file, request, &submit);
    const std::scoped_lock lock(mutex_);
    submit.fence =
        out && result == 0
            ? descriptors_.add(
                  {.path = "sync_file", .exporter = kernel, .fence = static_cast<std::uint32_t>(submit.fence)})
            : given;
    std::memcpy(argument, static_cast<const void*>(&submit), sizeof(submit));
    return result;
  }

  static void undo_create(File& file, const void* created) {
    abi::MemDestroy destroy;
    std::memcpy(&destroy.token, static_cast<const std::byte*>(created) + offsetof(abi::MemCreate, token),
                sizeof(destroy.token));
    plain(file, abi::misc_request(abi::Call::kMemDestroy, sizeof(destroy)), &destroy);
  }

  Machine machine_;
  const SystemOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable unlocked_;
  std::vector<std::string> history_;
  Descriptors descriptors_;
  std::map<void*, Mapped> mappings_;
  std::map<std::string, int> locks_;  // path and the descriptor that holds it
};

}  // namespace

std::shared_ptr<FakeSystem> make_system(Machine machine, const SystemOptions& options) {
  return std::make_shared<System>(std::move(machine), options);
}

}  // namespace mattock::fakekernel
