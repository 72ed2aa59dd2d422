#include "emulate/open_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/bytes.hpp"
#include "device/kernel/abi.hpp"

namespace mattock::emulate {
namespace {

namespace abi = device::kernel;

constexpr std::uint32_t kNumberMask = 0xff, kDestroyDumb = 0xb4;

// Of mappings and descriptors, one count for all files: a program tells of their end without saying which file.
std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

void copy_text(const std::string& text, std::span<char> to) {
  const std::size_t length = std::min(text.size(), to.size() - 1);
  std::memcpy(to.data(), text.data(), length);
  to[length] = 0;
}

}  // namespace

void Exported::add(int fd) {
  struct stat file = {};
  if (::fstat(fd, &file) == 0) inodes_.insert({file.st_dev, file.st_ino});
}

void Exported::remove(int fd) {
  struct stat file = {};
  if (::fstat(fd, &file) != 0) return;
  const auto found = inodes_.find({file.st_dev, file.st_ino});
  if (found != inodes_.end()) inodes_.erase(found);
}

bool Exported::has(int fd) const {
  struct stat file = {};
  return ::fstat(fd, &file) == 0 && inodes_.contains({file.st_dev, file.st_ino});
}

OpenFile::OpenFile(fakekernel::Kernel& kernel, std::unique_ptr<fakekernel::File> file, Exported& exported)
    : kernel_(kernel), file_(std::move(file)), exported_(exported) {}

OpenFile::~OpenFile() {
  for (std::size_t i = 0; i < mappings_.size(); ++i) file_->unmapped();
  for (const HandedOut& one : handed_out_) kernel_.descriptor_closed({one.own.get(), 0});
}

Answer OpenFile::call(const Packet& packet) {
  switch (packet.request.operation) {
    case MATTOCK_EMULATE_VERSION: return version(packet);
    case MATTOCK_EMULATE_UNIQUE: return unique(packet);
    case MATTOCK_EMULATE_IOCTL: return ioctl(packet);
    case MATTOCK_EMULATE_MAP: return map(packet);
    case MATTOCK_EMULATE_TO_FD: return export_object(packet);
    case MATTOCK_EMULATE_FROM_FD: return import_object(packet);
    default: return {.result = -ENOTTY};
  }
}

bool OpenFile::unmapped(std::uint64_t number) {
  if (mappings_.erase(number) == 0) return false;
  file_->unmapped();
  return true;
}

bool OpenFile::closed(std::uint64_t number) {
  const auto found = std::ranges::find(handed_out_, number, &HandedOut::number);
  if (found == handed_out_.end()) return false;
  found->closed = true;
  drop_unused();
  return true;
}

// After a call that may have given a handle back.
void OpenFile::let_go(const Packet& packet) {
  const bool drm = kernel_.options().build == fakekernel::Build::kDrm;
  const std::uint32_t number = packet.request.call & kNumberMask;
  if (!drm || packet.argument.size() < sizeof(std::uint32_t)) return;
  if (number != (abi::kDrmGemClose & kNumberMask) && number != kDestroyDumb &&
      number != abi::kDriverNumbers + static_cast<std::uint32_t>(abi::Call::kMemDestroy))
    return;
  for (HandedOut& one : handed_out_)
    if (one.handle == load_le<std::uint32_t>(packet.argument)) one.let_go = true;
  drop_unused();
}

void OpenFile::drop_unused() {
  std::erase_if(handed_out_, [&](const HandedOut& one) {
    const bool unused = one.closed && one.let_go;
    if (unused) {
      exported_.remove(one.own.get());
      kernel_.descriptor_closed({one.own.get(), 0});
    }
    return unused;
  });
}

Answer OpenFile::version(const Packet& packet) {
  const auto strings = file_->strings();
  if (!strings) return {.result = MATTOCK_EMULATE_NO_DRM};
  Answer answer;
  answer.result = file_->ioctl(packet.request.call, {});  // counts it
  if (answer.result < 0) return answer;
  const fakekernel::Version& version = kernel_.options().version;
  mattock_emulate_version told = {};
  told.major = static_cast<std::int32_t>(version.major);
  told.minor = static_cast<std::int32_t>(version.minor);
  told.patch = static_cast<std::int32_t>(version.patch);
  copy_text(strings->name, told.name);
  copy_text(strings->date, told.date);
  copy_text(strings->description, told.description);
  answer.argument.resize(sizeof told);
  std::memcpy(answer.argument.data(), &told, sizeof told);
  return answer;
}

Answer OpenFile::unique(const Packet& packet) {
  if (!file_->strings()) return {.result = MATTOCK_EMULATE_NO_DRM};
  return {.result = file_->ioctl(packet.request.call, {})};
}

Answer OpenFile::ioctl(const Packet& packet) {
  const bool misc = kernel_.options().build == fakekernel::Build::kMisc &&
                    packet.argument.size() >= abi::kMemCreateBytesA &&
                    (packet.request.call & kNumberMask) == static_cast<std::uint32_t>(abi::Call::kMemCreate);
  Answer answer;
  answer.argument = packet.argument;
  // On the misc node a handle is a descriptor: the client sends along the one it names, and puts in the one it gets.
  if (misc && packet.attached) {
    std::uint32_t handle = 0;
    answer.result = file_->import_object({packet.attached.get(), 0}, handle);
    if (answer.result < 0) return answer;
    store_le(answer.argument, 0, handle);
  }
  answer.result = file_->ioctl(packet.request.call, answer.argument);
  if (misc && answer.result >= 0) hand_out(load_le<std::uint32_t>(answer.argument), answer);
  if (answer.result >= 0) let_go(packet);
  return answer;
}

void OpenFile::hand_out(std::uint32_t handle, Answer& answer) {
  fakekernel::File::Memory memory;
  std::size_t bytes = 0;
  answer.result = file_->export_object(handle, memory, bytes);
  if (answer.result < 0) return;
  Descriptor own(::fcntl(memory.fd, F_DUPFD_CLOEXEC, 0));
  // A program maps such a descriptor from its start and takes its length for the object's.
  struct stat file = {};
  if (!own || memory.offset != 0 || ::fstat(own.get(), &file) != 0 || static_cast<std::size_t>(file.st_size) != bytes) {
    kernel_.descriptor_closed(memory);
    answer.result = own ? -EOPNOTSUPP : -EMFILE;
    return;
  }
  exported_.add(own.get());
  answer.descriptor = own.get();
  answer.number = next_number();
  // On the misc node a descriptor is all that a program has of an object.
  const bool alone = kernel_.options().build == fakekernel::Build::kMisc;
  handed_out_.push_back({answer.number, handle, std::move(own), false, alone});
}

Answer OpenFile::map(const Packet& packet) {
  fakekernel::File::Memory memory;
  Answer answer;
  answer.result = file_->map(packet.request.offset, packet.request.length, memory);
  if (answer.result < 0) return answer;
  answer.offset = memory.offset;
  answer.descriptor = memory.fd;
  answer.number = next_number();
  mappings_.insert(answer.number);
  return answer;
}

Answer OpenFile::export_object(const Packet& packet) {
  if (packet.argument.size() != sizeof(abi::DrmPrime)) return {.result = -EINVAL};
  Answer answer;
  answer.argument = packet.argument;
  answer.result = file_->ioctl(packet.request.call, {});  // counts it
  if (answer.result < 0) return answer;
  const auto flags = load_le<std::uint32_t>(packet.argument, offsetof(abi::DrmPrime, flags));
  if ((flags & ~static_cast<std::uint32_t>(O_CLOEXEC | O_RDWR)) != 0) return {.result = -EINVAL};
  hand_out(load_le<std::uint32_t>(packet.argument, offsetof(abi::DrmPrime, handle)), answer);
  return answer;
}

Answer OpenFile::import_object(const Packet& packet) {
  if (packet.argument.size() != sizeof(abi::DrmPrime) || !packet.attached) return {.result = -EINVAL};
  Answer answer;
  answer.argument = packet.argument;
  answer.result = file_->ioctl(packet.request.call, {});  // counts it
  if (answer.result < 0) return answer;
  std::uint32_t handle = 0;
  answer.result = file_->import_object({packet.attached.get(), 0}, handle);
  if (answer.result >= 0) store_le(answer.argument, offsetof(abi::DrmPrime, handle), handle);
  return answer;
}

}  // namespace mattock::emulate
