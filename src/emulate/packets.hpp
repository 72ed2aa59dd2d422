// Packets of protocol.h on the server's side, with the descriptors that come and go with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "emulate/descriptor.hpp"
#include "emulate/protocol.h"

namespace mattock::emulate {

struct Packet {
  mattock_emulate_request request = {};
  std::vector<std::byte> argument;
  Descriptor reply;     ///< where the answer goes; none if none is wanted
  Descriptor attached;  ///< what the program handed over, if anything
};

/// What is to be read from a connection: a packet, nothing (`closed`: the other side is gone), or something that is no
/// packet, such as a program's write() to the device (`packet` empty, not closed).
struct Received {
  std::optional<Packet> packet;
  bool closed = false;
};
Received receive(int connection);

struct Answer {
  int result = 0;
  std::vector<std::byte> argument = {};
  std::uint64_t offset = 0, number = 0;
  int descriptor = -1;  ///< goes along as a duplicate
};

/// A client that went away in the middle of a call is no fault of ours.
void send(const Packet& to, const Answer& answer);

}  // namespace mattock::emulate
