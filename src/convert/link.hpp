// All tasks of a module as one program.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "hw/chip.hpp"
#include "hw/program.hpp"
#include "lower/lower.hpp"

namespace mattock::convert {

struct Linked {
  hw::Program program;
  std::vector<std::size_t> tasks_of_node;  ///< how many, by index in Module.nodes
};

/// Emits every launch. NPU nodes that follow one another are one chain; a host node between two ends it. Records name
/// the file's nodes, of which the inputs come first. Errors: those of emit.
Result<Linked> link(const lower::Module& module, const hw::Chip& chip);

}  // namespace mattock::convert
