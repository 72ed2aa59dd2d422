// What keeps a model from being converted: one entry per node or input, so that a user sees all of them at once.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mattock::onnx {

struct Problem {
  std::string name;    ///< of the node (of its output if it has none), input or initializer
  std::string op;      ///< "Conv"; "input", "initializer" for those
  std::string reason;  ///< what was found and what is allowed
  std::string hint;    ///< the nearest thing that works
};

/// All problems (at least one) as one error of one line; beyond a handful the rest is counted.
Error problems_error(std::span<const Problem> problems);

/// A name from a file, at most 64 bytes of it.
std::string shown(std::string_view name);

}  // namespace mattock::onnx
