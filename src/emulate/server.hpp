// Answers the programs' packets: the sockets that stand for the device's nodes, and the connections that are its open
// files. One thread; calls run one after another, as they do in the driver.
#pragma once

#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "emulate/descriptor.hpp"
#include "emulate/open_file.hpp"
#include "emulate/packets.hpp"
#include "fakekernel/board.hpp"
#include "fakekernel/kernel.hpp"

namespace mattock::emulate {

class Server {
 public:
  /// Told of every call of a program after it ran and before the program gets the answer; `node` is the path the
  /// program opened. An error ends serve().
  using Told = std::function<Result<void>(const std::string& node, const Packet& packet, const Answer& answer)>;

  /// Makes the nodes below `folder`, whose /dev/dri exists. Errors: kInternal.
  static Result<Server> create(std::shared_ptr<fakekernel::Kernel> kernel, const std::filesystem::path& folder,
                               Told told = {});

  /// Serves until `ready` returns true, which is asked when `watched` can be read. Errors: kInternal, and those of
  /// Told; the program that made the call then still waits for its answer, until it or the server is gone.
  Result<void> serve(int watched, const std::function<bool()>& ready);

 private:
  struct Node {
    fakekernel::BoardNode place;
    Descriptor listening;
  };
  struct Connection {
    fakekernel::BoardNode node;
    Descriptor socket;
    std::unique_ptr<OpenFile> file;  ///< none before its OPEN, or if it only tells or asks something
  };

  Result<void> listen(const std::filesystem::path& folder, const fakekernel::BoardNode& board_node);
  void accept(const Node& node);
  Result<bool> read(Connection& connection);
  Answer answer(Connection& connection, const Packet& packet);

  std::shared_ptr<fakekernel::Kernel> kernel_;
  Told told_;
  std::vector<Node> nodes_;
  std::unique_ptr<Exported> exported_ = std::make_unique<Exported>();
  std::list<Connection> connections_;
  /// Kept when serve() ends in the middle of it: the program must wait for its answer until it is killed.
  Packet in_hands_;
};

}  // namespace mattock::emulate
