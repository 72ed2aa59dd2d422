// The work of lower(): node after node, each by a local rule.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.hpp"
#include "lower/steps.hpp"
#include "lower/values.hpp"

namespace mattock::lower {

/// A name from the model, for a message.
inline std::string shown(std::string_view name) { return printable(name, 64); }

class Lowering {
 public:
  Lowering(const graph::Graph& graph, const hw::Chip& chip, const Options& options)
      : graph_(graph), chip_(chip), options_(options), values_(graph, module_) {}
  Result<Module> run();
  std::vector<Refusal> refusals();

 private:
  /// A chain on its way into a task: `value` is what it has computed so far.
  struct Chain {
    ValueId value = 0;
    std::string name;  ///< of the graph's node it began with
    Slots slots;
    std::vector<CombineStep> operand;  ///< at most one
    bool is_product = false;
    ValueId main = 0;  ///< what a pass reads
    // A product: x [..., P, K] times kernels [..., Q, K], or what their constant says.
    ValueId x = 0, kernels = 0;
    const Array* kernels_constant = nullptr;  ///< B [K, Q], or A [Q, K] when `kernels_are_rows`
    bool kernels_are_rows = false;
    bool turned = false;            ///< the result is the product with its last two dimensions exchanged
    plan::Range channels, columns;  ///< of x's columns and of the kernels those that are taken (parts.cpp)
  };

  void begin();
  void pretend(const graph::Node& node);
  Result<void> check_constants(const graph::Node& node) const;
  Result<void> lower_node(const graph::Node& node);
  Result<void> product(const graph::Node& node);
  /// Products of a node that are tasks of their own: 1 when all rows meet one matrix.
  std::size_t batch_of(const Chain& chain);
  Result<void> sum_of_parts(Chain& chain);
  bool is_too_wide(const Chain& chain);
  Result<void> join_panels(Chain& chain, bool is_all);
  Result<void> elementwise(const graph::Node& node);
  Result<void> divide(const graph::Node& node);
  Result<void> slopes(const graph::Node& node);
  void softmax(const graph::Node& node);
  ValueId expand(ValueId id, const Shape& shape);

  Result<void> epilogue(Chain& chain, const graph::Node& node);
  Result<void> follow(Chain& chain);
  bool take(Chain& chain, const Step& step);
  Result<void> take_all(Chain& chain, const std::vector<Step>& steps);
  Result<void> flush(Chain& chain);
  Result<void> flush_product(Chain& chain);
  Result<void> flush_pass(Chain& chain);
  void write_streams(const Chain& chain, std::size_t channels, Node& node, Launch& launch);

  struct Kernels {
    std::size_t tensor = 0, offset = 0;
    std::size_t matrix_bytes = 0;       ///< from matrix to matrix of a batch; 0: one for all
    std::optional<std::size_t> source;  ///< of what is packed when the model runs
    std::vector<Launch> packing;
  };
  Kernels constant_kernels(const Chain& chain, const plan::MatmulPlan& plan);
  Kernels packed_kernels(const Chain& chain, const plan::MatmulPlan& plan);

  const graph::Graph& graph_;
  const hw::Chip& chip_;
  const Options options_;
  Module module_;
  Values values_;
  std::vector<std::vector<std::size_t>> readers_;  // nodes, by graph tensor
  std::set<std::size_t> done_;                     // nodes that a chain has taken
  std::set<ValueId> outputs_;
};

}  // namespace mattock::lower
