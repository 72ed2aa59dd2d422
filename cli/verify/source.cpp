#include "verify/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "graph/check.hpp"
#include "reference/reference.hpp"

namespace mattock::verify {
namespace {

using graph::TensorId;

constexpr double kLargestHalf = 65504;
constexpr int kHalfSmallestExponent = -14, kHalfFractionBits = 10;

/// Distance of two neighbours of float16 at this size.
double half_step(double size) {
  int exponent = 0;
  std::frexp(std::min(size, kLargestHalf), &exponent);
  return std::ldexp(1.0, std::max(exponent - 1, kHalfSmallestExponent) - kHalfFractionBits);
}

Array last_two_exchanged(const Array& array) {
  Array result = array;
  const std::size_t rank = array.shape.size();
  std::swap(result.shape[rank - 1], result.shape[rank - 2]);
  const auto rows = static_cast<std::size_t>(array.shape[rank - 2]);
  const auto columns = static_cast<std::size_t>(array.shape[rank - 1]);
  for (std::size_t i = 0; i < array.size(); ++i) {
    const std::size_t matrix = i / (rows * columns), row = i / columns % rows, column = i % columns;
    set_element(result, (matrix * columns + column) * rows + row, element_as_double(array, i));
  }
  return result;
}

/// What the run kept, by the names of the source's tensors. A matrix in rows with gaps is called NAME-rs, a product
/// that is computed transposed NAME_tp.
class Kept {
 public:
  Kept(const graph::Graph& source, const container::Model& model, const TensorValues& values) : source_(source) {
    for (const auto& [index, array] : values) by_name_[model.tensors[index].name] = &array;
  }

  std::optional<Array> find(TensorId id) const {
    if (id >= source_.tensors.size()) return std::nullopt;  // made here
    const graph::Tensor& tensor = source_.tensors[id];
    if (auto found = find(tensor.name, tensor.shape)) return found;
    const std::string turned = tensor.name + "_tp";
    const auto has_name = [&](const graph::Tensor& other) { return other.name == turned; };
    if (tensor.shape.size() < 2 || std::ranges::any_of(source_.tensors, has_name)) return std::nullopt;
    Shape shape = tensor.shape;
    std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
    const auto found = find(turned, shape);
    return found ? std::optional(last_two_exchanged(*found)) : std::nullopt;
  }

 private:
  std::optional<Array> find(const std::string& name, const Shape& shape) const {
    if (const auto plain = by_name_.find(name); plain != by_name_.end() && plain->second->shape == shape)
      return *plain->second;
    const auto rows = by_name_.find(name + "-rs");
    if (rows == by_name_.end() || rows->second->size() != element_count(shape)) return std::nullopt;
    Array array = *rows->second;
    array.shape = shape;
    return array;
  }

  const graph::Graph& source_;
  std::map<std::string, const Array*> by_name_;
};

/// How a value came about since the kept tensors: at each element the largest number on the way, and the operators.
struct Way {
  std::size_t operators = 0;
  std::vector<double> largest;  ///< empty: nothing was computed
  bool is_known = true;         ///< a sum over what was not kept has no bound here
};

class Judge {
 public:
  Judge(const graph::Graph& source, const container::Model& model, const TensorValues& values)
      : graph_(source), kept_(source, model, values) {}

  Result<std::vector<TensorVerdict>> run() {
    prepare();
    for (const TensorId id : graph_.inputs) values_[id] = *kept_.find(id);
    for (const graph::Node& node : graph_.nodes) {
      auto outputs = reference::evaluate_node(graph_, node, values_);
      if (!outputs) return propagate(outputs, node.name);
      for (std::size_t i = 0; i < outputs->size(); ++i) take(node, node.outputs[i], std::move((*outputs)[i]));
    }
    return std::move(verdicts_);
  }

 private:
  /// Every step behind a node becomes a node, so that what lies between can be seen.
  void unfold() {
    std::vector<graph::Node> nodes;
    for (graph::Node& node : graph_.nodes) {
      const std::vector<graph::Fused> steps = std::exchange(node.epilogue, {});
      const TensorId last = node.outputs.front();
      if (!steps.empty()) node.outputs.front() = between(last);
      TensorId at = node.outputs.front();
      nodes.push_back(std::move(node));
      for (std::size_t i = 0; i < steps.size(); ++i) {
        const graph::Op op = std::visit([](const auto& each) { return graph::Op{each}; }, steps[i].op);
        const TensorId to = i + 1 == steps.size() ? last : between(last);
        graph::Node step{nodes.back().name, op, {at}, {to}, {}};
        if (steps[i].operand) step.inputs.push_back(*steps[i].operand);
        nodes.push_back(std::move(step));
        at = to;
      }
    }
    graph_.nodes = std::move(nodes);
    values_.resize(graph_.tensors.size());
    ways_.resize(graph_.tensors.size());
  }

  TensorId between(TensorId like) {
    graph_.tensors.push_back({"", graph_.tensors[like].dtype, graph_.tensors[like].shape, {}, {}});
    return graph_.tensors.size() - 1;
  }

  /// Types: float16 for what was kept and for constants that multiply, binary64 between.
  void prepare() {
    unfold();
    for (TensorId id = 0; id < graph_.tensors.size(); ++id) {
      graph::Tensor& tensor = graph_.tensors[id];
      if (tensor.dtype != DType::kFloat16 && tensor.dtype != DType::kFloat32) continue;
      if (tensor.constant) continue;
      tensor.dtype = kept_.find(id) ? DType::kFloat16 : DType::kFloat64;
    }
    for (const graph::Node& node : graph_.nodes)
      if (std::holds_alternative<graph::MatMul>(node.op))
        for (const TensorId id : node.inputs)
          if (graph::Tensor& weights = graph_.tensors[id]; weights.constant) {
            weights.constant = converted(*weights.constant, DType::kFloat16);
            weights.dtype = DType::kFloat16;
          }
    for (TensorId id = 0; id < graph_.tensors.size(); ++id)
      if (graph_.tensors[id].constant) values_[id] = *graph_.tensors[id].constant;
  }

  Way way_of(const graph::Node& node, const Array& result) const {
    const bool computes = graph::is_arithmetic(node.op), product = std::holds_alternative<graph::MatMul>(node.op);
    const bool sums = product || std::holds_alternative<graph::Softmax>(node.op);
    Way way;
    way.operators = (computes || sums) && !changes_nothing(node, result) ? 1 : 0;
    for (std::size_t i = 0; i < result.size(); ++i) way.largest.push_back(std::fabs(element_as_double(result, i)));
    for (const TensorId id : node.inputs) {
      const Way& before = ways_[id];
      way.operators += before.operators;
      way.is_known = way.is_known && before.is_known && !(sums && before.operators > 0);
      if (!before.largest.empty()) raise(way.largest, before.largest, computes && !product);
    }
    // A constant addend or limit is rounded where it is larger than the result, too.
    if (!sums && !std::holds_alternative<graph::Mul>(node.op) && !std::holds_alternative<graph::PRelu>(node.op))
      for (const TensorId id : node.inputs)
        if (const auto& constant = graph_.tensors[id].constant; constant && constant->size() > 0)
          raise(way.largest, sizes_of(*constant), true);
    return way;
  }

  static std::vector<double> sizes_of(const Array& array) {
    std::vector<double> sizes;
    for (std::size_t i = 0; i < array.size(); ++i) sizes.push_back(std::fabs(element_as_double(array, i)));
    return sizes;
  }

  /// Where numbers move or broadcast, places are mixed: the largest counts for all.
  static void raise(std::vector<double>& largest, const std::vector<double>& others, bool same_places) {
    const double top = *std::ranges::max_element(others);
    for (std::size_t i = 0; i < largest.size(); ++i)
      largest[i] = std::max(largest[i], same_places && others.size() == largest.size() ? others[i] : top);
  }

  bool changes_nothing(const graph::Node& node, const Array& result) const {
    if (node.inputs.size() != 1 || values_[node.inputs[0]].size() != result.size()) return false;
    for (std::size_t i = 0; i < result.size(); ++i)
      if (element_as_double(values_[node.inputs[0]], i) != element_as_double(result, i)) return false;
    return true;
  }

  void take(const graph::Node& node, TensorId id, Array computed) {
    Way way = computed.size() == 0 ? Way{} : way_of(node, computed);
    auto found = kept_.find(id);
    const bool is_output = std::ranges::find(graph_.outputs, id) != graph_.outputs.end();
    if (!found && !is_output) {
      values_[id] = std::move(computed);
      ways_[id] = std::move(way);
      return;
    }
    TensorVerdict verdict;
    verdict.name = graph_.tensors[id].name;
    verdict.op = graph::op_name(node.op);
    verdict.verified = found && way.is_known;
    if (!found) verdict.note = "the run kept no tensor of this name";
    if (found && !way.is_known) verdict.note = "what a sum on its way is made of was not kept";
    if (verdict.verified) compare(*found, computed, way, verdict);
    verdicts_.push_back(std::move(verdict));
    values_[id] = found ? std::move(*found) : std::move(computed);
  }

  static void compare(const Array& found, const Array& expected, const Way& way, TensorVerdict& verdict) {
    verdict.elements = expected.size();
    double worst_share = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double is = element_as_double(found, i), wanted = element_as_double(expected, i);
      if (is == wanted || (std::isnan(is) && std::isnan(wanted))) continue;
      ++verdict.differing;
      const double allowed = static_cast<double>(way.operators) * half_step(way.largest[i]);
      const double difference = std::isfinite(is) && std::isfinite(wanted) ? std::fabs(is - wanted) : INFINITY;
      if (!(difference <= allowed)) ++verdict.beyond;
      if (allowed > 0 && difference / allowed <= worst_share) continue;
      worst_share = allowed > 0 ? difference / allowed : INFINITY;
      verdict.worst = difference;
      verdict.allowed = allowed;
      verdict.note = fmt::format("element {} is {}, reference {}", i, is, wanted);
    }
    if (verdict.beyond == 0) verdict.note.clear();
  }

  graph::Graph graph_;
  const Kept kept_;
  std::vector<Array> values_;
  std::vector<Way> ways_;
  std::vector<TensorVerdict> verdicts_;
};

/// The model's inputs or outputs are the graph's, in order.
Result<void> check_doors(const graph::Graph& source, const std::vector<TensorId>& ids, const container::Model& model,
                         const std::vector<std::size_t>& doors, std::string_view what) {
  constexpr std::string_view kHint = "give the ONNX model that the file was converted from";
  if (ids.size() != doors.size())
    return fail(Code::kBadInput,
                fmt::format("the ONNX model has {} {}s, the model file {}", ids.size(), what, doors.size()),
                std::string(kHint));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const graph::Tensor& wanted = source.tensors[ids[i]];
    const container::Tensor& door = model.tensors[doors[i]];
    if (wanted.name != door.name || wanted.shape != door.shape)
      return fail(Code::kBadInput,
                  fmt::format("{} {} of the ONNX model is '{}' {}, that of the model file '{}' {}", what, i,
                              wanted.name, shape_text(wanted.shape), door.name, shape_text(door.shape)),
                  std::string(kHint));
  }
  return {};
}

}  // namespace

Result<std::vector<TensorVerdict>> verify_against(const graph::Graph& source, const container::Model& model,
                                                  const TensorValues& values) {
  if (auto ok = graph::check(source); !ok) return propagate(ok);
  if (auto ok = check_doors(source, source.inputs, model, model.inputs, "input"); !ok) return propagate(ok);
  if (auto ok = check_doors(source, source.outputs, model, model.outputs, "output"); !ok) return propagate(ok);
  for (const std::size_t input : model.inputs)
    if (!values.contains(input))
      return fail(Code::kInternal, fmt::format("the value of input '{}' was not kept", model.tensors[input].name));
  return Judge(source, model, values).run();
}

bool passed(const std::vector<TensorVerdict>& verdicts) {
  return std::ranges::all_of(verdicts, [](const TensorVerdict& v) { return v.beyond == 0; });
}

}  // namespace mattock::verify
