// Chains: from element-wise operators to the stages of one task or several.
#include <fmt/format.h>

#include <algorithm>

#include "base/math.hpp"
#include "lower/lowering.hpp"

namespace mattock::lower {
namespace {

constexpr std::size_t kAtomChannels = 4;

/// The operator as graph::Fused holds it, or nothing for those that are no elementwise ones.
std::optional<graph::Elementwise> elementwise_of(const graph::Op& op) {
  return std::visit(
      [](const auto& each) -> std::optional<graph::Elementwise> {
        if constexpr (requires { graph::Elementwise{each}; }) return graph::Elementwise{each};
        return std::nullopt;
      },
      op);
}

/// The word of vendor files for what follows a convolution or stands alone.
std::string word_of(const plan::Stages& stages) {
  std::string word;
  if (stages.ew && !stages.ew->number) {
    constexpr const char* kWords[] = {"Add", "Mul", "Max", "Div"};
    word = kWords[static_cast<std::size_t>(stages.ew->op)];
    return stages.ew->relu ? word + "Relu" : word;
  }
  for (const plan::Stage* stage : {&stages.bs, &stages.bn}) {
    if (stage->activation == plan::Activation::kReluX || stages.ew) return "Clip";
    if (stage->activation == plan::Activation::kRelu) return "Relu";
    if (stage->only_negative) return stage->multiply->per_channel ? "PRelu" : "LeakyRelu";
  }
  if (stages.bs.maximum || stages.bn.maximum) return "Max";
  return stages.bs.multiply ? "Mul" : stages.bs.add ? "Add" : "";
}

}  // namespace

bool Lowering::take(Chain& chain, const Step& step) {
  struct Taker {
    Slots& slots;
    bool operator()(const AddStep& s) const { return slots.add(s.operand); }
    bool operator()(const MaxStep& s) const { return slots.maximum(s.value); }
    bool operator()(const MultiplyStep& s) const { return slots.multiply(s.operand); }
    bool operator()(const NegativesStep& s) const { return slots.scale_negatives(s.operand); }
    bool operator()(const ReluStep&) const { return slots.relu(); }
    bool operator()(const ReluXStep& s) const { return slots.relu_x(s.limit); }
    bool operator()(const CombineStep& s) const {
      plan::Combine combine;
      combine.op = s.op;
      return slots.combine(combine);
    }
  };
  if (!std::visit(Taker{chain.slots}, step)) return false;
  if (const auto* combine = std::get_if<CombineStep>(&step)) chain.operand.push_back(*combine);
  return true;
}

/// All steps, in as many tasks as they need.
Result<void> Lowering::take_all(Chain& chain, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    if (take(chain, step)) continue;
    const ValueId result = chain.value;
    if (chain.slots.empty())
      return fail(Code::kUnsupported, fmt::format("node '{}': a factor is beyond what fp16 holds", shown(chain.name)));
    chain.value = values_.make(values_[result].name + "_part", values_[result].shape);
    if (const auto flushed = flush(chain); !flushed) return flushed;
    chain.value = result;
    if (!take(chain, step))
      return fail(Code::kUnsupported, fmt::format("node '{}': a factor is beyond what fp16 holds", shown(chain.name)));
  }
  return {};
}

/// Writes the chain's value and goes on from it with a pass.
Result<void> Lowering::flush(Chain& chain) {
  if (const auto done = chain.is_product ? flush_product(chain) : flush_pass(chain); !done) return done;
  chain.is_product = false;
  chain.main = chain.value;
  chain.slots = {};
  chain.operand.clear();
  return {};
}

Result<void> Lowering::epilogue(Chain& chain, const graph::Node& node) {
  for (const graph::Fused& fused : node.epilogue) {
    auto other = fused.operand;
    if (other && chain.turned) other = values_.turned_operand(*other, values_[chain.value].shape.size());
    auto steps = steps_of(fused.op, other, false, values_[chain.value].shape, values_);
    if (!steps && other) {
      const ValueId whole = expand(*other, values_[chain.value].shape);
      steps = steps_of(fused.op, whole, false, values_[chain.value].shape, values_);
    }
    if (!steps)
      return fail(Code::kUnsupported, fmt::format("node '{}': {} after a product has no form on the NPU yet",
                                                  shown(node.name), graph::op_name(fused.op)));
    if (const auto taken = take_all(chain, *steps); !taken) return taken;
  }
  return {};
}

/// Takes the operators behind the chain's value as long as nobody else reads it and one task does them all.
Result<void> Lowering::follow(Chain& chain) {
  ValueId graph_value = chain.value;
  for (;;) {
    const ValueId at = graph_value;
    if (at >= readers_.size() || readers_[at].size() != 1 || outputs_.contains(at)) break;
    const std::size_t reader = readers_[at].front();
    const graph::Node& node = graph_.nodes[reader];
    const auto op = elementwise_of(node.op);
    if (!op || !node.epilogue.empty()) break;
    const ValueId out = node.outputs.front();
    if (values_[out].shape != values_[at].shape) break;
    std::optional<ValueId> other;
    const bool x_is_second = node.inputs.size() > 1 && node.inputs[1] == at;
    if (node.inputs.size() > 1) other = node.inputs[x_is_second ? 0 : 1];
    if (other && !values_[*other].exists()) break;
    const auto steps = steps_of(*op, other, x_is_second, values_[at].shape, values_);
    if (!steps) break;
    Chain longer = chain;
    if (!std::ranges::all_of(*steps, [&](const Step& step) { return take(longer, step); })) break;
    longer.value = graph_value = out;
    chain = std::move(longer);
    done_.insert(reader);
  }
  return flush(chain);
}

Result<void> Lowering::elementwise(const graph::Node& node) {
  const auto op = *elementwise_of(node.op);
  const ValueId out = node.outputs.front();
  const Shape shape = values_[out].shape;
  Chain chain;
  chain.name = node.name;
  chain.value = out;
  std::vector<ValueId> inputs(node.inputs.begin(), node.inputs.end());
  if (std::holds_alternative<graph::Div>(op) || std::holds_alternative<graph::PRelu>(op)) {
    const bool chained = values_[inputs[1]].constant != nullptr && values_[inputs[0]].shape == shape &&
                         steps_of(op, inputs[1], false, shape, values_);
    if (!chained) return std::holds_alternative<graph::Div>(op) ? divide(node) : slopes(node);
  }
  bool swap = false;
  if (inputs.size() > 1) {
    const bool first_constant = values_[inputs[0]].constant != nullptr;
    const bool first_fits = values_[inputs[0]].shape == shape, second_fits = values_[inputs[1]].shape == shape;
    swap = first_constant || (std::holds_alternative<graph::Sub>(op) && values_[inputs[1]].constant == nullptr) ||
           (!first_fits && second_fits && !std::holds_alternative<graph::PRelu>(op));
    if (first_constant && values_[inputs[1]].constant != nullptr) swap = false;
  }
  chain.main = expand(inputs[swap ? 1 : 0], shape);
  std::optional<ValueId> other;
  if (inputs.size() > 1) other = inputs[swap ? 0 : 1];
  auto steps = steps_of(op, other, swap, shape, values_);
  if (!steps && other) steps = steps_of(op, expand(*other, shape), swap, shape, values_);
  if (!steps)
    return fail(Code::kUnsupported, fmt::format("node '{}': {} of these operands has no form on the NPU yet",
                                                shown(node.name), graph::op_name(op)));
  if (steps->empty()) {
    values_.alias(out, chain.main);
    return {};
  }
  if (const auto taken = take_all(chain, *steps); !taken) return taken;
  if (const auto taken = epilogue(chain, node); !taken) return taken;
  return follow(chain);
}

Result<void> Lowering::divide(const graph::Node& node) {
  const ValueId out = node.outputs.front();
  Chain chain;
  chain.name = node.name;
  chain.value = out;
  const Shape shape = values_[out].shape;
  chain.main = expand(node.inputs[0], shape);
  const ValueId by = expand(node.inputs[1], shape);
  if (const auto taken = take_all(chain, {CombineStep{plan::Combination::kDivide, by}}); !taken) return taken;
  if (const auto taken = epilogue(chain, node); !taken) return taken;
  return follow(chain);
}

/// Slopes that vary: relu(x) - slope * relu(-x); at most one of the two is not zero, so nothing is rounded twice.
Result<void> Lowering::slopes(const graph::Node& node) {
  const ValueId out = node.outputs.front();
  const Shape shape = values_[out].shape;
  const ValueId x = expand(node.inputs[0], shape), slope = expand(node.inputs[1], shape);
  Chain below;
  below.name = node.name;
  below.value = values_.make(values_[out].name + "_below", shape);
  below.main = x;
  const std::vector<Step> to_below{MultiplyStep{Operand::number(-1)}, ReluStep{}, MultiplyStep{Operand::number(-1)},
                                   CombineStep{plan::Combination::kMultiply, slope}};
  if (const auto taken = take_all(below, to_below); !taken) return taken;
  if (const auto flushed = flush(below); !flushed) return flushed;
  Chain chain;
  chain.name = node.name;
  chain.value = out;
  chain.main = x;
  if (const auto taken = take_all(chain, {ReluStep{}, CombineStep{plan::Combination::kAdd, below.value}}); !taken)
    return taken;
  if (const auto taken = epilogue(chain, node); !taken) return taken;
  return follow(chain);
}

ValueId Lowering::expand(ValueId id, const Shape& shape) {
  if (values_[id].shape == shape) return id;
  if (const Array* constant = values_[id].constant; constant && values_.may_expand(element_count(shape)))
    return values_.make_constant(values_[id].name + "_map", expanded(*constant, shape, [](double x) { return x; }));
  const ValueId result = values_.make(values_[id].name + "_expand", shape);
  const std::size_t from = values_.plain(id);
  const Storage to = values_.place(result, values_[result].columns());
  values_.add_node("Expand", values_[result].name, {from}, {to.tensor});
  return result;
}

void Lowering::write_streams(const Chain& chain, std::size_t channels, Node& node, Launch& launch) {
  const auto add = [&](const char* place, std::vector<std::byte> bytes) {
    if (bytes.empty()) return;
    const std::size_t numbers = bytes.size() / 2;
    const std::size_t tensor = values_.add_constant(fmt::format("{}_{}", values_[chain.value].name, place),
                                                    std::move(bytes), DType::kFloat16, {narrow<std::int64_t>(numbers)});
    node.inputs.push_back(tensor);
    launch.places[place] = {tensor, 0};
  };
  add("bs", chain.slots.bs_stream(channels));
  add("bn", chain.slots.bn_stream(channels));
}

/// One task of the DPU alone. All rows in one line where no operand counts channels and nothing has gaps.
Result<void> Lowering::flush_pass(Chain& chain) {
  plan::Pass pass;
  pass.stages = chain.slots.stages();
  const ValueId out = chain.value;
  const std::size_t rows = values_[out].rows(), columns = values_[out].columns();
  const auto per_channel = [&](const plan::Stage& stage) { return stage.stream_bytes() != 0; };
  bool by_channel = per_channel(pass.stages.bs) || per_channel(pass.stages.bn);
  if (!chain.operand.empty() && values_[chain.operand.front().operand].shape != values_[out].shape) {
    by_channel = true;
    pass.stages.ew->per_channel = true;
  }
  Storage from = by_channel ? values_.rows(chain.main) : values_.dense(chain.main);
  std::optional<Storage> with;
  if (!chain.operand.empty())
    with = by_channel ? values_.rows(chain.operand.front().operand) : values_.dense(chain.operand.front().operand);
  const Storage to = values_.place(out, by_channel ? align_up(columns, kAtomChannels) : columns);
  if (by_channel) {
    pass.width = 1;
    pass.height = rows;
    pass.channels = align_up(columns, kAtomChannels);
    pass.from = {0, from.line_bytes(), 8};
    pass.to = {0, to.line_bytes(), 8};
    if (with) pass.stages.ew->walk = {0, with->line_bytes(), 8};
  } else {
    pass.width = ceil_div(rows * columns, kAtomChannels);
    pass.height = 1;
    pass.channels = kAtomChannels;
    pass.from = pass.to = {0, pass.width * 8, pass.width * 8};
    if (with) pass.stages.ew->walk = pass.from;
  }
  Launch launch;
  launch.places = {{"source", {from.tensor, 0}}, {"results", {to.tensor, 0}}};
  if (with) launch.places["operand"] = {with->tensor, 0};
  std::vector<std::size_t> inputs{from.tensor};
  if (with) inputs.push_back(with->tensor);
  std::string word = word_of(pass.stages);
  Node made;
  made.op = word.empty() ? "Reshape" : std::move(word);
  made.name = values_[out].name;
  made.npu = true;
  made.inputs = std::move(inputs);
  made.outputs = {to.tensor};
  write_streams(chain, pass.channels, made, launch);
  launch.work = pass;
  made.launches.push_back(std::move(launch));
  module_.nodes.push_back(std::move(made));
  return {};
}

}  // namespace mattock::lower
