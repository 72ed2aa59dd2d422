// The server with kernels that the command line cannot ask for, and with clients that send nonsense.
#include "emulate/server.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <random>
#include <thread>

#include "emulate/emulate.hpp"
#include "emulate/run.hpp"
#include "emulate/tree.hpp"

namespace mattock::emulate {
namespace {

std::shared_ptr<fakekernel::Kernel> kernel_of(const fakekernel::Options& options) {
  auto kernel = fakekernel::Kernel::create(options);
  EXPECT_TRUE(kernel.has_value()) << to_string(kernel.error());
  return kernel ? *kernel : nullptr;
}

Result<Ending> run_client(const std::shared_ptr<fakekernel::Kernel>& kernel, const std::string& command) {
  const auto folder = Folder::create();
  if (!folder) return propagate(folder);
  return run(kernel, *folder, {.command = {"/bin/sh", "-c", command}, .libraries = {MATTOCK_LIBRARIES}});
}

TEST(Run, AMiscBuildHasItsOwnNode) {
  const auto kernel = kernel_of({.build = fakekernel::Build::kMisc});
  const test::TemporaryFile out("misc.out");
  const auto ending = run_client(kernel, test::client(MATTOCK_NATIVE, "misc_node") + " >" + out.path());
  ASSERT_TRUE(ending.has_value()) << to_string(ending.error());
  EXPECT_EQ(test::slurp(out.path()),
            "major 10, drm nodes -1\nversion asked as of a DRM node: 908\nwrong elements 0\nsame object 1\n");
  EXPECT_EQ(ending->status, 0);
}

TEST(Run, NothingIsHeldWhenTheProgramHasEnded) {
  const auto kernel = kernel_of({});
  for (const char* name : {"raw_ioctl", "vendor_order", "calls", "processes"}) {
    const auto ending = run_client(kernel, test::client(MATTOCK_NATIVE, name) + " >/dev/null");
    ASSERT_TRUE(ending.has_value()) << to_string(ending.error());
    EXPECT_EQ(ending->status, 0) << name;
    EXPECT_EQ(kernel->held(), fakekernel::Held{}) << name;
  }
}

TEST(Run, AnErrnoOfTheKernelIsTheProgramsErrno) {
  // Calls: open, VERSION, ACTION, MEM_CREATE.
  const auto kernel = kernel_of({.faults = {{.call = 4, .error = ENOMEM}}});
  const test::TemporaryFile out("fault.out");
  const auto ending = run_client(kernel, test::client(MATTOCK_NATIVE, "raw_ioctl") + " >" + out.path());
  ASSERT_TRUE(ending.has_value()) << to_string(ending.error());
  EXPECT_EQ(ending->status, 1);
  EXPECT_NE(test::slurp(out.path()).find("MEM_CREATE: Cannot allocate memory"), std::string::npos);
}

// A server in a thread of its own, and sockets to it.
class Served : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = Folder::create();
    ASSERT_TRUE(folder.has_value());
    folder_.emplace(std::move(*folder));
    ASSERT_TRUE(write_tree(folder_->path(), kernel_->options()).has_value());
    auto server = Server::create(kernel_, folder_->path());
    ASSERT_TRUE(server.has_value()) << to_string(server.error());
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    stop_.reset(ends[1]);
    thread_ = std::thread([watched = Descriptor(ends[0]), one = std::move(*server)]() mutable {
      EXPECT_TRUE(one.serve(watched.get(), [] { return true; }).has_value());
    });
  }
  void TearDown() override {
    stop_.reset();
    if (thread_.joinable()) thread_.join();
  }
  Descriptor connected() const {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    const std::string path = folder_->path().string() + MATTOCK_BOARD_RENDER;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    Descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return socket;
  }

  std::shared_ptr<fakekernel::Kernel> kernel_ = kernel_of({});
  std::optional<Folder> folder_;
  Descriptor stop_;
  std::thread thread_;
};

mattock_emulate_request request_of(std::uint32_t operation, std::uint32_t bytes = 0,
                                   std::uint32_t magic = MATTOCK_EMULATE_MAGIC) {
  mattock_emulate_request request = {};
  request.magic = magic;
  request.operation = operation;
  request.call = 0xc0406400;  // VERSION, for whoever looks
  request.bytes = bytes;
  return request;
}

/// A request with a reply socket; the result, or nothing if no answer came.
std::optional<int> ask(const Descriptor& socket, const mattock_emulate_request& request,
                       std::span<const std::byte> argument) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return std::nullopt;
  const Descriptor mine(pair[0]);
  Descriptor theirs(pair[1]);
  iovec parts[2] = {{const_cast<mattock_emulate_request*>(&request), sizeof request},
                    {const_cast<std::byte*>(argument.data()), argument.size()}};
  alignas(cmsghdr) std::byte control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(head), &pair[1], sizeof(int));
  if (::sendmsg(socket.get(), &message, MSG_NOSIGNAL) < 0) return std::nullopt;
  theirs.reset();
  std::byte answer[MATTOCK_EMULATE_MOST_BYTES + sizeof(mattock_emulate_reply)];
  const ssize_t bytes = ::recv(mine.get(), answer, sizeof answer, 0);
  if (bytes < static_cast<ssize_t>(sizeof(mattock_emulate_reply))) return std::nullopt;
  mattock_emulate_reply reply;
  std::memcpy(&reply, answer, sizeof reply);
  return reply.result;
}

TEST_F(Served, AnswersOpenAndKeepsFilesOfConnections) {
  {
    const Descriptor socket = connected();
    EXPECT_EQ(ask(socket, request_of(MATTOCK_EMULATE_OPEN), {}), 0);
    EXPECT_EQ(kernel_->held().files, 1u);
  }
  // The next answer comes after the end of the first connection was seen.
  const Descriptor other = connected();
  EXPECT_EQ(ask(other, request_of(MATTOCK_EMULATE_OPEN), {}), 0);
  EXPECT_EQ(ask(other, request_of(MATTOCK_EMULATE_VERSION), {}), 0);
  EXPECT_EQ(kernel_->held().files, 1u);
}

TEST_F(Served, ACallBeforeOpenFindsNoDevice) {
  EXPECT_EQ(ask(connected(), request_of(MATTOCK_EMULATE_VERSION), {}), -ENODEV);
}

TEST_F(Served, OtherMagicOrLengthIsNoPacket) {
  const Descriptor socket = connected();
  EXPECT_EQ(ask(socket, request_of(MATTOCK_EMULATE_OPEN, 0, 1), {}), std::nullopt);
  EXPECT_EQ(ask(socket, request_of(MATTOCK_EMULATE_OPEN, 8), {}), std::nullopt);
  EXPECT_EQ(ask(socket, request_of(MATTOCK_EMULATE_OPEN), {}), 0);
}

// Whatever comes, the server answers the next one who asks properly.
TEST_F(Served, NonsenseHarmsNobodyElse) {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    const Descriptor socket = connected();
    if (random() % 4 != 0) ask(socket, request_of(MATTOCK_EMULATE_OPEN), {});
    std::vector<std::byte> bytes(random() % 200);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
    // Not SUBMIT and MEM_SYNC: with a wrong token they would end a real kernel, and end this one.
    const std::uint32_t numbers[] = {0x00, 0x01, 0x09, 0x0a, 0x0b, 0x2d, 0x2e, 0x42, 0x43, 0x44, 0x7f};
    const auto size = static_cast<std::uint32_t>(random() % 2 == 0 ? bytes.size() : random() % 300);
    const std::uint32_t call = 3U << 30 | size << 16 | 'd' << 8 | numbers[random() % std::size(numbers)];
    ask(socket,
        {.magic = random() % 8 == 0 ? 0 : MATTOCK_EMULATE_MAGIC,
         .operation = static_cast<std::uint32_t>(random() % 12),
         .call = call,
         .bytes = static_cast<std::uint32_t>(random() % 8 == 0 ? random() : bytes.size()),
         .offset = random(),
         .length = random()},
        bytes);
  }
  const Descriptor socket = connected();
  EXPECT_EQ(ask(socket, request_of(MATTOCK_EMULATE_OPEN), {}), 0);
  EXPECT_EQ(ask(socket, request_of(MATTOCK_EMULATE_VERSION), {}), 0);
}

}  // namespace
}  // namespace mattock::emulate
