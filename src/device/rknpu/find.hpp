// Looks for nodes of NPU drivers, in the order of preference: /dev/dri/renderD*, /dev/dri/card*, /dev/accel/accel*,
// /dev/rknpu. Numbers depend on the order in which drivers came up, so none is assumed: each node is asked for its
// driver's name. That call ends in the kernel's common part and powers nothing.
//
// A node that is neither DRM nor accel is never asked: the driver's misc build takes the question for another call.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "device/rknpu/driver.hpp"

namespace mattock::device::rknpu {

/// A node and what is behind it.
struct Node {
  std::string path;
  bool exists = true;
  int open_error = 0;             ///< an errno above 0
  std::string driver;             ///< "rknpu", "rocket", "lima"; empty when it could not be asked
  std::unique_ptr<Driver> rknpu;  ///< open; nothing when the node cannot be used
  std::optional<Error> why_not;   ///< then this says why
  std::string notice;             ///< one line about a node that works, but is not as it should be

  bool is_npu() const { return driver == "rknpu" || driver == "rocket"; }
};

/// One node by its path.
Node look_at(const std::shared_ptr<kernel::System>& system, const std::string& path);

/// All nodes there are, or those up to the first that can be used. A folder that cannot be listed stands for its nodes.
std::vector<Node> find_nodes(const std::shared_ptr<kernel::System>& system, bool all);

}  // namespace mattock::device::rknpu
