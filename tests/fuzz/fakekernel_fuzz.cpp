// Any calls in any order on a fake kernel: each ends with a result, an errno, or the crash callback, and nothing else
// (the sanitizers look).
//
// First byte: which kernel (kernel_options.hpp).
// Then calls: a byte that says which (Op), and its arguments, read from what follows; what is missing is zero.
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "device/kernel/abi.hpp"
#include "fakekernel/kernel.hpp"
#include "fuzz/input.hpp"
#include "fuzz/kernel_options.hpp"
#include "hw/command.hpp"

namespace {

using namespace mattock;
namespace abi = device::kernel;
using fuzz::Input;

constexpr std::size_t kMostCalls = 64;
constexpr int kMostErrno = 4095;
constexpr std::uint16_t kMostTasks = 300;
constexpr std::uint32_t kFlink = 0xc008640a, kOpen = 0xc010640b, kCreateDumb = 0xc02064b2, kDestroyDumb = 0xc00464b4;

enum class Op : std::uint8_t {
  kRaw,
  kCreate,
  kSync,
  kSubmit,
  kWrite,
  kRecord,
  kDestroy,
  kShare,
  kFile,
  kAction,
  kDumb,
  kSyncDescriptor,
  kCount
};

struct Known {
  std::uint32_t handle = 0;
  std::uint64_t token = 0, address = 0;
};

class Player {
 public:
  Player(std::shared_ptr<fakekernel::Kernel> kernel, Input input)
      : kernel_(std::move(kernel)), misc_(kernel_->options().build == fakekernel::Build::kMisc), input_(input) {
    files_[0] = kernel_->open();
  }

  void play() {
    for (std::size_t i = 0; i < kMostCalls && !input_.empty(); ++i)
      one(Op{static_cast<std::uint8_t>(input_.take<std::uint8_t>() % static_cast<std::uint8_t>(Op::kCount))});
  }

 private:
  void one(Op op) {
    switch (op) {
      case Op::kRaw: return raw();
      case Op::kCreate: return create();
      case Op::kSync: return sync();
      case Op::kSubmit: return submit();
      case Op::kWrite: return write();
      case Op::kRecord: return record();
      case Op::kDestroy: return destroy();
      case Op::kShare: return share();
      case Op::kFile: return file();
      case Op::kAction: return action();
      case Op::kDumb: return dumb();
      case Op::kSyncDescriptor: return sync_descriptor();
      case Op::kCount: return;
    }
  }

  static void expect_result(int result) {
    if (result > 0 || result < -kMostErrno) std::abort();
  }

  fakekernel::File& now() { return *files_[file_]; }
  Known& known() { return known_[input_.take<std::uint8_t>() % known_.size()]; }

  template <class T>
  int call(abi::Call number, T& argument) {
    return call(misc_ ? abi::misc_request(number, sizeof(T)) : abi::drm_request(number, sizeof(T)), argument);
  }
  template <class T>
  int call(std::uint32_t request, T& argument) {
    const int result = now().ioctl(request, std::as_writable_bytes(std::span(&argument, 1)));
    expect_result(result);
    return result;
  }

  void raw() {
    const auto request = input_.take<std::uint32_t>();
    std::vector<std::byte> argument(request >> 16 & 0x3fff);
    input_.fill(std::span(argument).first(std::min<std::size_t>(argument.size(), 128)));
    expect_result(now().ioctl(request, argument));
  }

  void create() {
    Known& slot = known();
    abi::MemCreate create{.flags = input_.take<std::uint16_t>(), .size = input_.take<std::uint16_t>()};
    create.domain = input_.take<std::int8_t>();
    call(abi::Call::kMemCreate, create);
    slot = {create.handle, create.token, create.address};
  }

  void sync() {
    abi::MemSync sync{.flags = input_.take<std::uint8_t>(), .token = known().token};
    sync.offset = input_.take<std::uint16_t>();
    sync.size = input_.take<std::uint16_t>();
    call(abi::Call::kMemSync, sync);
  }

  void submit() {
    abi::Submit submit{.flags = input_.take<std::uint8_t>(), .timeout = input_.take<std::uint16_t>()};
    submit.task_start = input_.take<std::uint8_t>();
    submit.task_number = input_.take<std::uint16_t>() % kMostTasks;
    submit.task_token = known().token;
    submit.domain = input_.take<std::uint8_t>();
    submit.core_mask = input_.take<std::uint8_t>();
    if (kernel_->options().fences) submit.fence = input_.take<std::int8_t>();
    const int result = call(abi::Call::kSubmit, submit);
    if (result != 0 || (submit.flags & abi::kFenceOut) == 0) return;  // so the kernel has the option
    const auto fence = static_cast<std::uint32_t>(submit.fence);
    const int state = kernel_->fence_state(fence);
    if (state > 1 || state < -kMostErrno) std::abort();
    if ((input_.take<std::uint8_t>() & 1) != 0) kernel_->fence_closed(fence);
  }

  // Through the descriptor, as a mapping would.
  void put(const Known& object, std::size_t offset, std::span<const std::byte> bytes) {
    fakekernel::Memory memory;
    if (memory_of(object, memory) != 0) return;
    if (pwrite(memory.fd, bytes.data(), bytes.size(), static_cast<off_t>(offset % 4096)) < 0) std::abort();
    misc_ ? kernel_->descriptor_closed(memory) : now().unmapped();
  }

  int memory_of(const Known& object, fakekernel::Memory& memory) {
    int result = 0;
    if (misc_) {
      std::size_t bytes = 0;
      result = now().export_object(object.handle, memory, bytes);
    } else {
      abi::MemMap map{.handle = object.handle};
      call(abi::Call::kMemMap, map);
      result = now().map(map.offset, 1, memory);
    }
    expect_result(result);
    return result;
  }

  void write() {
    const Known object = known();
    const auto offset = input_.take<std::uint16_t>();
    std::vector<std::byte> bytes(std::min<std::size_t>(input_.take<std::uint16_t>(), 4096 - offset % 4096));
    input_.fill(bytes);
    put(object, offset, bytes);
  }

  void record() {
    const Known records = known(), words = known();
    std::array<std::byte, hw::TaskRecord::kBytes> bytes;
    hw::TaskRecord record;
    const auto index = input_.take<std::uint8_t>() % 100;
    record.regcmd_addr = words.address + input_.take<std::uint16_t>();
    record.regcfg_amount = input_.take<std::uint16_t>();
    record.int_mask = input_.take<std::uint16_t>();
    record.store(bytes);
    put(records, static_cast<std::size_t>(index) * bytes.size(), bytes);
  }

  void destroy() {
    const Known object = known();
    abi::MemDestroy destroy{.handle = object.handle, .token = object.token};
    call(abi::Call::kMemDestroy, destroy);
  }

  void share() {
    fakekernel::Memory memory;
    std::size_t bytes = 0;
    const int result = now().export_object(known().handle, memory, bytes);
    expect_result(result);
    if (result != 0) return;
    next_file();
    std::uint32_t handle = 0;
    expect_result(now().import_object(memory, handle));
    if ((input_.take<std::uint8_t>() & 1) != 0) kernel_->descriptor_closed(memory);
  }

  void next_file() {
    file_ = (file_ + 1) % files_.size();
    int error = 0;
    if (!files_[file_]) files_[file_] = kernel_->open(fakekernel::Node::kCard, error);
  }

  void file() {
    files_[file_].reset();
    next_file();
  }

  void action() {
    abi::Action action{.code = input_.take<std::uint16_t>(), .value = input_.take<std::uint32_t>()};
    call(abi::Call::kAction, action);
  }

  // CREATE_DUMB, and FLINK and OPEN of what it made: on a render node all are refused.
  void dumb() {
    struct {
      std::uint32_t height, width, bits, flags, handle, pitch;
      std::uint64_t size;
    } create{input_.take<std::uint16_t>(), input_.take<std::uint16_t>(), input_.take<std::uint8_t>(), 0, 0, 0, 0};
    if (call(kCreateDumb, create) != 0) return;
    std::array<std::uint32_t, 2> name{create.handle, 0};
    if (call(kFlink, name) != 0) return;
    std::array<std::uint32_t, 4> open{name[1], 0, 0, 0};
    call(kOpen, open);
    if ((input_.take<std::uint8_t>() & 1) != 0) call(kDestroyDumb, create.handle);
    known().handle = open[1];
  }

  void sync_descriptor() {
    fakekernel::Memory memory;
    std::size_t bytes = 0;
    const int result = now().export_object(known().handle, memory, bytes);
    expect_result(result);
    if (result != 0) return;
    expect_result(kernel_->sync_descriptor(memory, input_.take<std::uint8_t>()));
    kernel_->descriptor_closed(memory);
  }

  std::shared_ptr<fakekernel::Kernel> kernel_;
  bool misc_;
  Input input_;
  std::array<std::unique_ptr<fakekernel::File>, 2> files_;
  std::size_t file_ = 0;
  std::array<Known, 6> known_ = {};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto kernel = fakekernel::Kernel::create(fuzz::kernel_options(data[0])).value();
  try {
    Player(kernel, Input(std::as_bytes(std::span(data, size)).subspan(1))).play();
  } catch (const fuzz::Crashed&) {
  }
  if (kernel->held().files != 0 || kernel->held().objects != 0) std::abort();
  return 0;
}
