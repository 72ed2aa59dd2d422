#include "fakekernel/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "fakekernel/drm_calls.hpp"

namespace mattock::fakekernel {
namespace {

namespace abi = device::kernel;

constexpr std::size_t kFrameBytes = 1U << 14;  // a request has 14 bits for the size

/// The parts of a request.
struct Request {
  explicit Request(std::uint32_t r)
      : whole(r),
        type(static_cast<char>(r >> 8)),
        number(r & 0xff),
        bytes(r >> 16 & 0x3fff),
        in((r >> 30 & 1) != 0),
        out((r >> 31) != 0) {}
  std::uint32_t whole;
  char type;
  std::uint32_t number;
  std::size_t bytes;
  bool in, out;  ///< what the DRM core copies; the misc build copies both ways
};

/// A caller's struct as the kernel holds it: filled up with zeros.
using Frame = std::array<std::byte, kFrameBytes>;

template <class T, class Call>
int with(Frame& frame, Call call) {
  T value;
  std::memcpy(&value, frame.data(), sizeof(T));
  const int result = call(value);
  std::memcpy(frame.data(), &value, sizeof(T));
  return result;
}

class OpenFile final : public File {
 public:
  OpenFile(std::shared_ptr<Kernel> kernel, Core& core, Node node)
      : kernel_(std::move(kernel)), core_(core), node_(node) {
    const std::scoped_lock lock(core_.mutex);
    master_ = node_ == Node::kCard && !core_.has_master;
    if (master_) core_.has_master = true;
  }

  ~OpenFile() override {
    const std::scoped_lock lock(core_.mutex);
    if (handles_.size() != 0)
      core_.log(fmt::format("leak: a file is closed with {} objects of {} bytes", handles_.size(), handles_.bytes()));
    handles_.clear(core_);
    if (master_) core_.has_master = false;
    --core_.files;
  }

  int ioctl(std::uint32_t request, std::span<std::byte> argument) override {
    const std::scoped_lock lock(core_.mutex);
    const Request parts(request);
    const bool drm = core_.options.build == Build::kDrm;
    const auto submit = static_cast<std::uint32_t>(abi::Call::kSubmit);
    const Fault* const fault = core_.next_call(parts.number == (drm ? abi::kDriverNumbers + submit : submit));
    if (fault != nullptr && fault->kind == Fault::Kind::kErrno) return -fault->error;
    if (const int error = drm ? drm_known(parts) : misc_known(parts); error != 0) return error;
    if (drm && callers_business(parts.number)) return 0;
    if (argument.size() < parts.bytes) return -EFAULT;
    Frame frame{};
    if (!drm || parts.in) std::copy_n(argument.begin(), parts.bytes, frame.begin());
    const int result =
        drm && !of_driver(parts.number)
            ? drm_core_call(parts.number, frame)
            : driver_call(static_cast<abi::Call>(drm ? parts.number - abi::kDriverNumbers : parts.number), frame,
                          fault);
    if (!drm || parts.out) std::copy_n(frame.begin(), parts.bytes, argument.begin());
    return result;
  }

  std::optional<Strings> strings() const override {
    if (core_.options.build == Build::kMisc) return std::nullopt;
    return Strings{.name = "rknpu", .date = date_of(core_.options.version), .description = "RKNPU driver"};
  }

  int map(std::uint64_t offset, std::size_t bytes, Memory& memory) override {
    const std::scoped_lock lock(core_.mutex);
    if (const int error = core_.next_call_errno(); error != 0) return error;
    if (core_.options.build == Build::kMisc) return -ENODEV;
    const ObjectPtr object = core_.objects.by_offset(offset);
    if (!object || bytes == 0 || bytes > object->storage->bytes()) return -EINVAL;
    if (handles_.handle_of(*object) == 0) return -EACCES;
    memory = {.fd = object->storage->fd(), .offset = 0};
    ++core_.mappings;
    return 0;
  }

  void unmapped() override {
    const std::scoped_lock lock(core_.mutex);
    if (core_.mappings != 0) --core_.mappings;
  }

  int export_object(std::uint32_t handle, Memory& memory, std::size_t& bytes) override {
    const std::scoped_lock lock(core_.mutex);
    const ObjectPtr object = handles_.find(handle);
    if (!object) return -ENOENT;
    if (core_.out_of_descriptors()) return -EMFILE;
    core_.objects.export_storage(object->storage);
    memory = {.fd = object->storage->fd(), .offset = 0};
    bytes = object->storage->bytes();
    return 0;
  }

  int import_object(const Memory& memory, std::uint32_t& handle) override {
    const std::scoped_lock lock(core_.mutex);
    const auto storage = core_.objects.exported_storage(identity_of(memory.fd));
    if (!storage) return -EINVAL;
    handle = handles_.handle_with(*storage);
    if (handle != 0) return 0;
    ObjectPtr object;
    if (const int error = core_.objects.import(storage, core_.objects.domain(), object); error != 0) return error;
    handle = handles_.add(core_, object);
    return 0;
  }

 private:
  static bool callers_business(std::uint32_t number) {
    return number == drm::kVersion || number == drm::kUnique || number == drm::kHandleToFd ||
           number == drm::kFdToHandle;
  }

  static bool of_driver(std::uint32_t drm_number) {
    return drm_number >= abi::kDriverNumbers && drm_number < drm::kEndOfDriverNumbers;
  }

  // The DRM core looks at the type, then goes by the number alone.
  static int drm_known(const Request& request) {
    if (request.type != 'd') return -ENOTTY;
    if (of_driver(request.number)) return request.number <= abi::kDriverNumbers + kLastCall ? 0 : -EINVAL;
    return callers_business(request.number) || allowed(request.number) ? 0 : -EINVAL;
  }

  // The misc build of 0.9 goes by the number alone; before, the whole request must be right.
  int misc_known(const Request& request) const {
    if (request.number > kLastCall) return -EINVAL;
    if (core_.generation == Generation::kC) return 0;
    const auto call = static_cast<abi::Call>(request.number);
    return request.whole == abi::misc_request(call, bytes_of(call)) ? 0 : -EINVAL;
  }

  std::size_t bytes_of(abi::Call call) const {
    switch (call) {
      case abi::Call::kAction: return sizeof(abi::Action);
      case abi::Call::kSubmit: return sizeof(abi::Submit);
      case abi::Call::kMemCreate:
        if (core_.generation == Generation::kA) return abi::kMemCreateBytesA;
        return core_.generation == Generation::kB ? abi::kMemCreateBytesB : abi::kMemCreateBytesC;
      case abi::Call::kMemMap: return sizeof(abi::MemMap);
      case abi::Call::kMemDestroy: return sizeof(abi::MemDestroy);
      case abi::Call::kMemSync: return sizeof(abi::MemSync);
    }
    return 0;
  }

  int driver_call(abi::Call call, Frame& frame, const Fault* fault) {
    switch (call) {
      case abi::Call::kAction: return with<abi::Action>(frame, [&](abi::Action& a) { return action(core_, a, fault); });
      case abi::Call::kSubmit: return with<abi::Submit>(frame, [&](abi::Submit& s) { return submit(core_, s, fault); });
      case abi::Call::kMemCreate:
        return with<abi::MemCreate>(frame, [&](abi::MemCreate& c) { return mem_create(core_, handles_, c); });
      case abi::Call::kMemMap:
        return with<abi::MemMap>(frame, [&](abi::MemMap& m) { return mem_map(core_, handles_, m); });
      case abi::Call::kMemDestroy:
        return with<abi::MemDestroy>(frame, [&](abi::MemDestroy& d) { return mem_destroy(core_, handles_, d); });
      case abi::Call::kMemSync: return with<abi::MemSync>(frame, [&](abi::MemSync& s) { return mem_sync(core_, s); });
    }
    return -EINVAL;
  }

  int drm_core_call(std::uint32_t number, Frame& frame) {
    if (const int error = refusal(*allowed(number)); error != 0) return error;
    switch (number) {
      case drm::kGemClose:
        return with<abi::DrmGemClose>(frame, [&](auto& close) { return gem_close(core_, handles_, close); });
      case drm::kGemFlink: return with<GemName>(frame, [&](auto& flink) { return gem_flink(core_, handles_, flink); });
      case drm::kGemOpen: return with<GemOpen>(frame, [&](auto& open) { return gem_open(core_, handles_, open); });
      case drm::kCreateDumb: return with<DumbCreate>(frame, [&](auto& c) { return dumb_create(core_, handles_, c); });
      case drm::kMapDumb: return with<DumbMap>(frame, [&](auto& map) { return dumb_map(core_, handles_, map); });
      case drm::kDestroyDumb:
        return with<DumbDestroy>(frame, [&](auto& d) { return dumb_destroy(core_, handles_, d); });
      default: return -EINVAL;
    }
  }

  int refusal(Allowed who) const {
    if (who == Allowed::kAll) return 0;
    if (node_ == Node::kRender) return -EACCES;
    return who == Allowed::kCard || master_ || core_.options.root ? 0 : -EACCES;
  }

  static constexpr std::uint32_t kLastCall = static_cast<std::uint32_t>(abi::Call::kMemSync);

  std::shared_ptr<Kernel> kernel_;
  Core& core_;
  Node node_;
  bool master_ = false;
  Handles handles_;
};

}  // namespace

std::unique_ptr<File> make_file(std::shared_ptr<Kernel> kernel, Core& core, Node node) {
  return std::make_unique<OpenFile>(std::move(kernel), core, node);
}

}  // namespace mattock::fakekernel
