#include "emulate/packets.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace mattock::emulate {
namespace {

constexpr std::size_t kMostDescriptors = 4;

// All descriptors of a message, so that none stays open unseen.
std::array<Descriptor, kMostDescriptors> descriptors_of(msghdr& message) {
  std::array<Descriptor, kMostDescriptors> result;
  std::size_t count = 0;
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t bytes = head->cmsg_len - CMSG_LEN(0);
    for (std::size_t at = 0; at + sizeof(int) <= bytes && count < kMostDescriptors; at += sizeof(int)) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(head) + at, sizeof fd);
      result[count++].reset(fd);
    }
  }
  return result;
}

}  // namespace

Received receive(int connection) {
  Packet packet;
  packet.argument.resize(MATTOCK_EMULATE_MOST_BYTES);
  iovec parts[2] = {{&packet.request, sizeof packet.request}, {packet.argument.data(), packet.argument.size()}};
  alignas(cmsghdr) std::byte control[CMSG_SPACE(kMostDescriptors * sizeof(int))];
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t bytes = ::recvmsg(connection, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return {std::nullopt, false};
  if (bytes <= 0) return {std::nullopt, true};
  auto descriptors = descriptors_of(message);
  const auto length = static_cast<std::size_t>(bytes);
  if (length < sizeof packet.request || packet.request.magic != MATTOCK_EMULATE_MAGIC ||
      packet.request.bytes != length - sizeof packet.request)
    return {std::nullopt, false};
  packet.argument.resize(packet.request.bytes);
  packet.reply = std::move(descriptors[0]);
  packet.attached = std::move(descriptors[1]);
  return {std::move(packet), false};
}

void send(const Packet& to, const Answer& answer) {
  if (!to.reply) return;
  mattock_emulate_reply reply = {};
  reply.result = answer.result;
  reply.bytes = static_cast<std::uint32_t>(answer.argument.size());
  reply.offset = answer.offset;
  reply.number = answer.number;
  iovec parts[2] = {{&reply, sizeof reply}, {const_cast<std::byte*>(answer.argument.data()), answer.argument.size()}};
  alignas(cmsghdr) std::byte control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = answer.argument.empty() ? 1 : 2;
  if (answer.descriptor >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(head), &answer.descriptor, sizeof(int));
  }
  while (::sendmsg(to.reply.get(), &message, MSG_NOSIGNAL) < 0 && errno == EINTR) continue;
}

}  // namespace mattock::emulate
