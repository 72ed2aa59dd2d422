// From a graph to what the NPU and the host do: nodes in order, tensors that lie in rows, tasks that are planned but
// not yet words. Every matrix on its way through the NPU lies in rows:
//
//   row 0: c0 c1 c2 ... cN-1 0 0 | pitch      what is beyond the columns is 0, or ignored
//   row 1: c0 c1 c2 ... cN-1 0 0 |
//
// so that a product reads and writes in place. The model's inputs and outputs are such rows without a gap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/array.hpp"
#include "base/error.hpp"
#include "graph/graph.hpp"
#include "hw/chip.hpp"
#include "plan/matmul.hpp"
#include "plan/stages.hpp"

namespace mattock::lower {

enum class Role { kInput, kOutput, kIntermediate, kConstant, kHostConstant };

/// What constant kernels are made of: matrices, one behind the other, whose columns (or rows) are the kernels.
struct KernelNumbers {
  const Array* array = nullptr;  ///< of the graph, or of Module.arrays
  std::size_t matrices = 1, inner = 0, count = 0;
  bool are_rows = false;
  plan::Range channels, kernels;  ///< of `inner` and `count` those that are wanted
  std::size_t declared = 0;       ///< channels.count at least
};

struct Tensor {
  std::string name;  ///< unique
  Role role = Role::kIntermediate;
  DType dtype = DType::kFloat16;
  Shape shape;                  ///< logical; [rows, columns, 1, 1] when it has a pitch
  std::size_t pitch = 0;        ///< elements from row to row, a multiple of 4; 0: plain, without gaps
  Shape kernels;                ///< constants in kernel layout: [OC1, IC1, 1, 1, kernels, channels]; else empty
  std::size_t bytes = 0;        ///< of its place in memory
  std::vector<std::byte> data;  ///< of constants
  std::optional<KernelNumbers> unpacked;  ///< constants whose data are still to be made of this
};

struct Place {
  std::size_t tensor = 0;  ///< index in Module.tensors
  std::size_t offset = 0;  ///< bytes
};
/// Tasks of one node: planned once, run once for every set of places.
struct Launch {
  std::variant<plan::MatmulPlan, plan::Pass> work;
  std::map<std::string, Place> places;  ///< by the names that emit relocates: "features", "weights", "source", ...
};

struct Node {
  std::string op;  ///< as vendor files name it: "Conv", "Reshape", ...
  std::string name;
  bool npu = false;
  std::vector<std::size_t> inputs, outputs;  ///< indices in Module.tensors
  std::vector<std::size_t> perm;             ///< of Transpose
  std::int64_t axis = 0;                     ///< of exSoftmax13 and Concat
  std::vector<Launch> launches;              ///< of NPU nodes, in order
};

struct Module {
  std::vector<Tensor> tensors;  ///< index 0 is a placeholder, as in the file
  std::vector<Node> nodes;      ///< InputOperator and OutputOperator are not among them
  std::vector<std::size_t> inputs, outputs;
  std::vector<std::shared_ptr<const Array>> arrays;  ///< that lowering made and tensors are still to be packed from
};

struct Options {
  bool allow_assumed = false;
};

/// Errors: kUnsupported with the node's name when no form covers it.
Result<Module> lower(const graph::Graph& graph, const hw::Chip& chip, const Options& options = {});

/// A node of the graph that no form covers.
struct Refusal {
  std::string node, op;
  Error error;  ///< its message is about the node, and does not name it again
};

/// All that keeps the graph from being lowered, in its order; empty if nothing does. A node behind one that is refused
/// is looked at as if that one were there.
std::vector<Refusal> refusals(const graph::Graph& graph, const hw::Chip& chip, const Options& options = {});

/// One line per tensor and node.
std::string dump(const Module& module);

}  // namespace mattock::lower
