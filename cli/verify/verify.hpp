// `mattock run --verify`: after a run, every node whose parameters the model file holds is computed again by
// the reference, from the values its inputs had, and compared with what the device wrote. Float results must
// be equal; quantized arithmetic may be one step off, because the reference works with the real scales and the
// hardware with 15 bits of them.
//
// The file's nodes are checked one by one, each from the file's own intermediate tensors: where the converter
// splits a product or rounds between operators, so does the check.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/array.hpp"
#include "container/model.hpp"

namespace mattock::verify {

enum class Verdict { kExact, kWithin, kMismatch, kNotVerified };

/// "exact", "within 1", "mismatch", "not verified".
std::string_view verdict_name(Verdict verdict);

/// Note of every node whose operator has parameters that no tensor or field of the file gives.
inline constexpr std::string_view kOnlyInCommands = "not verified: parameters only in the command words";

struct NodeVerdict {
  std::size_t node = 0;  ///< index in Model.nodes
  std::string name, op;
  Verdict verdict = Verdict::kNotVerified;
  std::size_t elements = 0;   ///< of all outputs
  std::size_t differing = 0;  ///< elements that are not equal
  double worst = 0;           ///< largest difference: integers in units, floats in numbers of the type between
  std::string note;           ///< why not verified; where the worst element is; empty if exact
};

/// Tensor index in the model to its value: the tensor's own type and logical shape (NCHW), as --dump-layers
/// writes it. Model inputs belong to it.
using TensorValues = std::map<std::size_t, Array>;

/// One verdict per node that writes tensors, in file order. Input and output operators only pass data through
/// the doors and are left out.
std::vector<NodeVerdict> verify(const container::Model& model, const TensorValues& values);

/// True if no verdict is a mismatch.
bool passed(const std::vector<NodeVerdict>& verdicts);

}  // namespace mattock::verify
