#include "emulate/server.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "base/bytes.hpp"

namespace mattock::emulate {
namespace {

constexpr int kWaiting = 128;       // connections that nobody accepted yet
constexpr mode_t kNodeMode = 0660;  // of the nodes on boards

tl::unexpected<Error> system_error(const std::string& what) {
  return fail(Code::kInternal, fmt::format("{}: {}", what, std::strerror(errno)));
}

}  // namespace

Result<Server> Server::create(std::shared_ptr<fakekernel::Kernel> kernel, const std::filesystem::path& folder,
                              Told told) {
  Server server;
  server.kernel_ = std::move(kernel);
  server.told_ = std::move(told);
  for (const fakekernel::BoardNode& node : fakekernel::board_of(server.kernel_->options()).nodes)
    if (auto done = server.listen(folder, node); !done) return propagate(done);
  return server;
}

Result<void> Server::listen(const std::filesystem::path& folder, const fakekernel::BoardNode& board_node) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string whole = folder.string() + board_node.path;
  if (whole.size() >= sizeof address.sun_path)
    return fail(Code::kInternal, fmt::format("{} is too long for the name of a socket", whole));
  std::memcpy(address.sun_path, whole.c_str(), whole.size());
  Node node{board_node, Descriptor(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))};
  if (!node.listening || ::bind(node.listening.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(whole.c_str(), kNodeMode) != 0 || ::listen(node.listening.get(), kWaiting) != 0)
    return system_error(whole);
  nodes_.push_back(std::move(node));
  return {};
}

Result<void> Server::serve(int watched, const std::function<bool()>& ready) {
  std::vector<pollfd> waiting;
  while (true) {
    waiting.assign(1, {watched, POLLIN, 0});
    for (const Node& node : nodes_) waiting.push_back({node.listening.get(), POLLIN, 0});
    for (const Connection& connection : connections_) waiting.push_back({connection.socket.get(), POLLIN, 0});
    if (::poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return system_error("poll");
    }
    // Connections before new ones, which go to the end of the list, and before the end of the program: what it sent
    // last is still heard.
    std::size_t at = 1 + nodes_.size();
    for (auto one = connections_.begin(); one != connections_.end(); ++at) {
      bool open = true;
      if (waiting[at].revents != 0) {
        const auto read_one = read(*one);
        if (!read_one) return propagate(read_one);
        open = *read_one;
      }
      one = open ? std::next(one) : connections_.erase(one);
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (waiting[1 + i].revents != 0) accept(nodes_[i]);
    if (waiting[0].revents != 0 && ready()) return {};
  }
}

void Server::accept(const Node& node) {
  Descriptor socket(::accept4(node.listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (socket) connections_.push_back({node.place, std::move(socket), nullptr});
}

// False when the other side has closed its last descriptor.
Result<bool> Server::read(Connection& connection) {
  Received received = receive(connection.socket.get());
  if (!received.packet) return !received.closed;
  in_hands_ = std::move(*received.packet);
  const Answer found = answer(connection, in_hands_);
  if (told_)
    if (auto done = told_(connection.node.path, in_hands_, found); !done) return propagate(done);
  send(in_hands_, found);
  in_hands_ = {};
  return true;
}

Answer Server::answer(Connection& connection, const Packet& packet) {
  switch (packet.request.operation) {
    case MATTOCK_EMULATE_OPEN: {
      int error = 0;
      auto file = kernel_->open(connection.node.node, error);
      if (file == nullptr) return {.result = error};
      connection.file = std::make_unique<OpenFile>(*kernel_, std::move(file), *exported_);
      return {};
    }
    case MATTOCK_EMULATE_UNMAPPED:
      for (Connection& other : connections_)
        if (other.file && other.file->unmapped(packet.request.offset)) break;
      return {};
    case MATTOCK_EMULATE_CLOSED:
      for (Connection& other : connections_)
        if (other.file && other.file->closed(packet.request.offset)) break;
      return {};
    case MATTOCK_EMULATE_SYNC_OBJECT:
      if (packet.argument.size() != sizeof(std::uint64_t)) return {.result = -EINVAL};
      if (!packet.attached || !exported_->has(packet.attached.get())) return {.result = MATTOCK_EMULATE_NO_OBJECT};
      return {.result = kernel_->sync_descriptor({packet.attached.get(), 0}, load_le<std::uint64_t>(packet.argument))};
    default: return connection.file ? connection.file->call(packet) : Answer{.result = -ENODEV};
  }
}

}  // namespace mattock::emulate
