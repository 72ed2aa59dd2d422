// `mattock run --verify-against MODEL.onnx`: a converted model's file does not hold what its tasks fuse, the ONNX model
// it was made from does. Every tensor that the run kept is computed again by the reference from the tensors kept before
// it:
//
//   a --[product]--> y1 --[Add]--> y2 --[Relu]--> y3       kept: a, y3; y3 is compared, computed from the device's a
//
// so an error is told where it happens, and none is excused by those before it. Weights count as float16, as the NPU
// takes them; in between nothing is rounded.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "container/model.hpp"
#include "graph/graph.hpp"
#include "verify/verify.hpp"

namespace mattock::verify {

struct TensorVerdict {
  std::string name, op;  ///< of the ONNX model: the tensor, and the operator that writes it
  std::size_t elements = 0;
  std::size_t differing = 0;  ///< not the reference's bits
  std::size_t beyond = 0;     ///< differ by more than is allowed
  double worst = 0;           ///< of the differences: the one that is the most of what is allowed there
  double allowed = 0;         ///< there: a step of float16 for each operator since the tensors it was computed from, at
                              ///< the largest number on the way
  std::string note;           ///< why not verified; where the worst is, if beyond
  bool verified = true;
};

/// One verdict per tensor that the graph's nodes write and the run kept, and for each output. `values` as for verify().
/// Errors: kBadInput when the model was not made from this graph (names and shapes of inputs and outputs), and those of
/// the reference.
Result<std::vector<TensorVerdict>> verify_against(const graph::Graph& source, const container::Model& model,
                                                  const TensorValues& values);

/// False if a tensor has an element beyond what is allowed.
bool passed(const std::vector<TensorVerdict>& verdicts);

/// One line per tensor and a last line that sums up. Ends with a newline.
std::string text_table(const std::vector<TensorVerdict>& verdicts);
/// An array of objects: tensor, op, verdict, elements, differing, beyond, worst, allowed, note.
nlohmann::json to_json(const std::vector<TensorVerdict>& verdicts);

}  // namespace mattock::verify
