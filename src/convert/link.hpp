// One program of all tasks, for the whole file. A run is what lies between two nodes of the host: it is one submit, and
// so one chain.
//
//   node    InputOperator   Conv         Relu     exSoftmax13   Conv
//   tasks                   0 -> 1 -> 2 -> 3 end  (host)        4 -> 5 end
#pragma once

#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "hw/chip.hpp"
#include "hw/program.hpp"
#include "lower/lower.hpp"

namespace mattock::convert {

struct Linked {
  hw::Program program;                   ///< relocations name the module's tensors, in the file's order
  std::vector<std::size_t> task_counts;  ///< by node of the module
};

/// `first_node`: index in the file of the module's first node. Errors: kInternal (a launch that cannot be emitted, or
/// has no place for a tensor its words name; a node of the NPU without tasks), with the node's name.
Result<Linked> link(const lower::Module& module, const hw::Chip& chip, std::size_t first_node);

}  // namespace mattock::convert
