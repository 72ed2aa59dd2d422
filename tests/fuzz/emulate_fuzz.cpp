// Any packets in any order at the server of `mattock emulate`, from several connections, with a recording: each packet
// that asks for an answer gets one, and when all connections have ended nothing is held (the sanitizers look, too).
//
// First byte: which kernel (kernel_options.hpp). Then steps: a byte that says which (Step), and its
// arguments, read from what follows; what is missing is zero.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "device/kernel/abi.hpp"
#include "emulate/emulate.hpp"
#include "emulate/recorder.hpp"
#include "emulate/server.hpp"
#include "emulate/tree.hpp"
#include "fuzz/input.hpp"
#include "fuzz/kernel_options.hpp"
#include "hw/command.hpp"

namespace {

using namespace mattock;
namespace abi = device::kernel;
using emulate::Descriptor;
using fuzz::Input;

constexpr std::size_t kMostSteps = 48;
constexpr int kMostErrno = 4095;

enum class Step : std::uint8_t {
  kConnect,
  kClose,
  kRaw,
  kCreate,
  kSync,
  kSubmit,
  kMap,
  kShare,
  kImport,
  kWrite,
  kEnd,
  kCount
};

/// An object, by all the names it has here.
struct Known {
  std::uint32_t handle = 0;
  std::uint64_t token = 0, address = 0, number = 0;
  Descriptor memory;
};

struct Reply {
  mattock_emulate_reply head = {};
  std::vector<std::byte> argument;
  Descriptor descriptor;
};

struct Message {
  mattock_emulate_request head = {};
  std::vector<std::byte> argument;
  int attached = -1;
  bool wants_reply = true;
};

class Player {
 public:
  Player(std::shared_ptr<fakekernel::Kernel> kernel, const emulate::Folder& folder, Input input)
      : misc_(kernel->options().build == fakekernel::Build::kMisc),
        node_(folder.path().string() + (misc_ ? MATTOCK_BOARD_MISC : MATTOCK_BOARD_RENDER)),
        recorder_(emulate::Recorder::create("/dev/null", "fuzz").value()),
        server_(emulate::Server::create(kernel, folder.path(),
                                        [this](const auto&... call) {
                                          recorder_.called(call...);
                                          return Result<void>{};
                                        })
                    .value()),
        input_(input) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    ready_.reset(ends[0]);  // its other end is closed here, so that poll() never waits
    ::close(ends[1]);
    kernel->set_trace([this](auto submit, auto objects) { recorder_.submitted(submit, objects); });
  }

  void play() {
    connect();
    for (std::size_t i = 0; i < kMostSteps && !input_.empty(); ++i)
      one(Step{static_cast<std::uint8_t>(input_.take<std::uint8_t>() % static_cast<std::uint8_t>(Step::kCount))});
  }

  /// All connections end, and the server hears of it.
  void end() {
    for (Descriptor& connection : connections_) connection.reset();
    known_ = {};
    serve();
  }

 private:
  void one(Step step) {
    switch (step) {
      case Step::kConnect: return connect();
      case Step::kClose: return connections_[at_].reset();
      case Step::kRaw: return raw();
      case Step::kCreate: return create();
      case Step::kSync: return sync();
      case Step::kSubmit: return submit();
      case Step::kMap: return map();
      case Step::kShare: return share();
      case Step::kImport: return import();
      case Step::kWrite: return write();
      case Step::kEnd: return tell_end();
      case Step::kCount: return;
    }
  }

  // Each connection is looked at once in a round: one round accepts, one reads.
  void serve() {
    int rounds = 2;
    if (!server_.serve(ready_.get(), [&] { return --rounds == 0; })) std::abort();
  }

  void connect() {
    at_ = (at_ + 1) % connections_.size();
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, node_.c_str(), node_.size());
    Descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
    connections_[at_] = std::move(socket);
    serve();  // one connection is accepted in a round
    // One that is no open file only tells and asks.
    if ((input_.take<std::uint8_t>() & 7) != 7) ask(message(MATTOCK_EMULATE_OPEN, 0));
  }

  static Message message(std::uint32_t operation, std::uint32_t call) {
    Message message;
    message.head.magic = MATTOCK_EMULATE_MAGIC;
    message.head.operation = operation;
    message.head.call = call;
    return message;
  }

  Reply ask(Message message) {
    if (!connections_[at_]) return {};
    message.head.bytes = static_cast<std::uint32_t>(message.argument.size());
    return send(message, true);
  }

  // An answer must come to whoever sent a whole packet with a reply socket.
  Reply send(Message& message, bool whole) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) std::abort();
    const Descriptor mine(pair[0]);
    {
      const Descriptor theirs(pair[1]);
      iovec parts[2] = {{&message.head, sizeof message.head}, {message.argument.data(), message.argument.size()}};
      const std::array<int, 2> descriptors{theirs.get(), message.attached};
      const std::size_t bytes = (message.attached < 0 ? 1 : 2) * sizeof(int);
      alignas(cmsghdr) std::byte control[CMSG_SPACE(sizeof descriptors)] = {};
      msghdr out = {};
      out.msg_iov = parts;
      out.msg_iovlen = 2;
      if (message.wants_reply) {
        out.msg_control = control;
        out.msg_controllen = CMSG_SPACE(bytes);
        cmsghdr* head = CMSG_FIRSTHDR(&out);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(bytes);
        std::memcpy(CMSG_DATA(head), descriptors.data(), bytes);
      }
      if (sendmsg(connections_[at_].get(), &out, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return {};
    }
    serve();
    Reply reply = receive(mine.get());
    const bool answered = reply.head.bytes != kNone;
    if (whole && message.wants_reply && !answered) std::abort();
    return reply;
  }

  static Reply receive(int socket) {
    Reply reply;
    reply.argument.resize(MATTOCK_EMULATE_MOST_BYTES);
    iovec parts[2] = {{&reply.head, sizeof reply.head}, {reply.argument.data(), reply.argument.size()}};
    alignas(cmsghdr) std::byte control[CMSG_SPACE(sizeof(int))] = {};
    msghdr in = {};
    in.msg_iov = parts;
    in.msg_iovlen = 2;
    in.msg_control = control;
    in.msg_controllen = sizeof control;
    const ssize_t bytes = recvmsg(socket, &in, MSG_CMSG_CLOEXEC);
    if (bytes < static_cast<ssize_t>(sizeof reply.head)) {
      reply.head.bytes = kNone;
      return reply;
    }
    reply.argument.resize(static_cast<std::size_t>(bytes) - sizeof reply.head);
    if (reply.head.bytes != reply.argument.size()) std::abort();
    if (reply.head.result < -kMostErrno || reply.head.result > 1) std::abort();
    if (const cmsghdr* head = CMSG_FIRSTHDR(&in)) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(head), sizeof fd);
      reply.descriptor.reset(fd);
    }
    return reply;
  }

  void raw() {
    Message any = message(input_.take<std::uint8_t>() % 16, input_.take<std::uint32_t>());
    any.head.offset = input_.take<std::uint64_t>();
    any.head.length = input_.take<std::uint32_t>();
    any.argument.resize(input_.take<std::uint16_t>() % 600);
    input_.fill(any.argument);
    const auto flags = input_.take<std::uint8_t>();
    any.wants_reply = (flags & 1) == 0;
    if ((flags & 2) != 0) any.attached = known().memory.get();
    if ((flags & 4) != 0) any.head.magic = 0;
    any.head.bytes = static_cast<std::uint32_t>(any.argument.size());
    if ((flags & 8) != 0) any.head.bytes = input_.take<std::uint32_t>();
    if (connections_[at_]) send(any, (flags & 12) == 0);
  }

  Known& known() { return known_[input_.take<std::uint8_t>() % known_.size()]; }

  template <class T>
  Reply call(abi::Call number, T& argument) {
    Message driver = message(MATTOCK_EMULATE_IOCTL,
                             misc_ ? abi::misc_request(number, sizeof(T)) : abi::drm_request(number, sizeof(T)));
    driver.argument.resize(sizeof(T));
    std::memcpy(driver.argument.data(), &argument, sizeof(T));
    Reply reply = ask(std::move(driver));
    if (reply.argument.size() == sizeof(T)) std::memcpy(&argument, reply.argument.data(), sizeof(T));
    return reply;
  }

  void create() {
    Known& slot = known();
    abi::MemCreate create{.flags = input_.take<std::uint16_t>(), .size = input_.take<std::uint16_t>()};
    Reply reply = call(abi::Call::kMemCreate, create);
    slot = {create.handle, create.token, create.address, reply.head.number, std::move(reply.descriptor)};
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
    submit.task_number = input_.take<std::uint8_t>();
    submit.task_token = known().token;
    call(abi::Call::kSubmit, submit);
  }

  void map() {
    Known& slot = known();
    abi::MemMap asked{.handle = slot.handle};
    call(abi::Call::kMemMap, asked);
    Message map = message(MATTOCK_EMULATE_MAP, 0);
    map.head.offset = asked.offset;
    map.head.length = 1 + input_.take<std::uint16_t>();
    take_memory(slot, ask(std::move(map)));
  }

  void share() {
    Known& slot = known();
    Message prime = message(MATTOCK_EMULATE_TO_FD, abi::kDrmHandleToFd);
    prime.argument.resize(sizeof(abi::DrmPrime));
    std::memcpy(prime.argument.data(), &slot.handle, sizeof slot.handle);
    take_memory(slot, ask(std::move(prime)));
  }

  static void take_memory(Known& slot, Reply reply) {
    slot.number = reply.head.number;
    if (reply.descriptor) slot.memory = std::move(reply.descriptor);
  }

  void import() {
    Known& slot = known();
    Message prime = message(MATTOCK_EMULATE_FROM_FD, abi::kDrmFdToHandle);
    prime.argument.resize(sizeof(abi::DrmPrime));
    prime.attached = slot.memory.get();
    const Reply reply = ask(std::move(prime));
    if (reply.argument.size() >= sizeof slot.handle)
      std::memcpy(&slot.handle, reply.argument.data(), sizeof slot.handle);
  }

  // A task record that points at another object's words, or anything.
  void write() {
    const Known& to = known();
    const auto offset = static_cast<off_t>(input_.take<std::uint16_t>() % 4096);
    std::array<std::byte, hw::TaskRecord::kBytes> bytes;
    hw::TaskRecord record;
    record.regcmd_addr = known().address + input_.take<std::uint16_t>();
    record.regcfg_amount = input_.take<std::uint16_t>();
    record.int_mask = input_.take<std::uint16_t>();
    record.store(bytes);
    if ((input_.take<std::uint8_t>() & 1) != 0) input_.fill(bytes);
    if (to.memory && pwrite(to.memory.get(), bytes.data(), bytes.size(), offset) < 0 && errno != EBADF) return;
  }

  void tell_end() {
    static constexpr std::array kEnds{MATTOCK_EMULATE_UNMAPPED, MATTOCK_EMULATE_CLOSED, MATTOCK_EMULATE_SYNC_OBJECT};
    Known& slot = known();
    Message told = message(kEnds[input_.take<std::uint8_t>() % kEnds.size()], 0);
    told.head.offset = slot.number;
    if (told.head.operation == MATTOCK_EMULATE_SYNC_OBJECT) {
      told.attached = slot.memory.get();
      told.argument.resize(sizeof(std::uint64_t));
      input_.fill(told.argument);
    }
    ask(std::move(told));
  }

  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  bool misc_;
  std::string node_;
  emulate::Recorder recorder_;
  emulate::Server server_;
  Input input_;
  Descriptor ready_;
  std::array<Descriptor, 3> connections_;
  std::size_t at_ = 0;
  std::array<Known, 6> known_ = {};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto kernel = fakekernel::Kernel::create(fuzz::kernel_options(data[0])).value();
  const auto folder = emulate::Folder::create().value();
  std::filesystem::create_directories(folder.path() / "dev" / "dri");
  {
    Player player(kernel, folder, Input(std::as_bytes(std::span(data, size)).subspan(1)));
    try {
      player.play();
      player.end();
    } catch (const fuzz::Crashed&) {
    }
    kernel->set_trace({});
  }
  if (!(kernel->held() == fakekernel::Held{})) std::abort();
  return 0;
}
