// From a node to a device.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "device/backend.hpp"
#include "device/rknpu/board.hpp"
#include "device/rknpu/find.hpp"

namespace mattock::device::rknpu {

struct Opened {
  std::shared_ptr<Backend> backend;
  std::string notice;  ///< one line, or empty
};

/// Powers the NPU and asks it who it is. `asked_chip`: a chip's name that stands above the device tree, or empty.
/// Errors: kDevice, with the node's path.
Result<Opened> open_node(Node node, const Board& board, std::string_view asked_chip);

}  // namespace mattock::device::rknpu
