// The judge: evaluates a graph slowly and obviously in plain CPU code. It knows nothing of the NPU and shares
// no arithmetic with the emulator, so that agreement of the two means something.
//
// Numbers (design rule: numbers are defined):
// - Floats: products are exact; each output sums in binary64 in the order input-channel slice (32 bytes of
//   channels), kernel row, kernel column, channel; bias and fused steps compute in binary64; one rounding, to
//   nearest even, directly to the output type.
// - Integers: products and sums of (stored - zero point) in an int32 accumulator that wraps, which is reported.
//   From there on the real number is evaluated in binary64 (the scales' product is exact there) and rounded
//   once: stored = saturate(round_to_even(real / scale) + zero_point), as ONNX defines quantizing.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/array.hpp"
#include "base/error.hpp"
#include "graph/graph.hpp"

namespace mattock::reference {

/// What happened beside the result.
struct Report {
  std::uint64_t wrapped_outputs = 0;  ///< outputs whose int32 accumulator left its range and wrapped
  std::vector<std::string> notes;     ///< one line per node with wrapped outputs
};

/// The graph's outputs, from one array per graph input in the graph's order. Errors: kBadInput (the graph
/// fails graph::check, or an input has another type or shape; both are named), kUnsupported (32-bit integer
/// products, tensors beyond 2^31 elements).
Result<std::vector<Array>> evaluate(const graph::Graph& graph, std::span<const Array> inputs, Report* report = nullptr);

/// The values of all the graph's tensors, by index: inputs, constants and whatever is computed. Errors as above.
Result<std::vector<Array>> evaluate_all(const graph::Graph& graph, std::span<const Array> inputs,
                                        Report* report = nullptr);

/// One node of a graph that passed graph::check: its outputs, from the values of all tensors by index
/// (those the node does not read may be empty).
Result<std::vector<Array>> evaluate_node(const graph::Graph& graph, const graph::Node& node,
                                         std::span<const Array> values, Report* report = nullptr);

}  // namespace mattock::reference
