// A lowered module as the decoded values of a model file.
#pragma once

#include "container/model.hpp"
#include "convert/link.hpp"

namespace mattock::convert {

/// Offsets in the internal block for inputs, outputs and intermediates, by tensor; tensors that are alive at the same
/// time do not overlap. `bytes` is what all take.
struct Places {
  std::vector<std::size_t> offset;
  std::size_t bytes = 0;
};
Places place_tensors(const lower::Module& module);

/// Moves the constants out of `module`. Errors: those of link().
Result<container::Model> assemble(lower::Module& module, const hw::Chip& chip);

/// The texts of a file: for viewers, and types and layouts by name.
std::string viewer_json(const container::Model& model);
std::string doors_json(const container::Model& model, const std::vector<std::size_t>& tensors);

}  // namespace mattock::convert
