// Products: features in place, kernels packed when the model is made if constant, by tasks of the DPU if not.
#include <fmt/format.h>

#include <algorithm>

#include "base/math.hpp"
#include "lower/lowering.hpp"

namespace mattock::lower {
namespace {

constexpr std::size_t kElementBytes = 2, kAtomBytes = 8;

/// How a kernel lies: whole slices, and a last one that may be shorter.
struct KernelForm {
  std::size_t slices, tail_bytes;
  std::size_t tail_channels;  ///< of tail_bytes those that are declared
  KernelForm(const hw::Chip& chip, const plan::MatmulPlan& plan)
      : slices(plan.row_bytes(0) / chip.slice_bytes),
        tail_bytes(plan.kernel_bytes(0) - slices * chip.slice_bytes),
        tail_channels(plan.row_bytes(0) % chip.slice_bytes / kElementBytes) {}
};

/// The matrix that batch index `i` of `result` takes from an operand with these leading dimensions.
std::size_t matrix_of(const Shape& operand, const Shape& result, std::size_t i) {
  std::size_t from = 0, step = 1;
  for (std::size_t back = 2; back < result.size(); ++back) {
    const auto size = static_cast<std::size_t>(result[result.size() - 1 - back]);
    const std::size_t at = i % size;
    i /= size;
    if (back >= operand.size()) continue;
    const auto mine = static_cast<std::size_t>(operand[operand.size() - 1 - back]);
    if (mine != 1) from += at * step;
    step *= mine;
  }
  return from;
}

std::size_t matrices(const Shape& shape) { return element_count(std::span(shape).first(shape.size() - 2)); }

}  // namespace

/// C = A x B with rows of A as features; C^T = B^T x A^T when A is the constant, or the only row.
Result<void> Lowering::product(const graph::Node& node) {
  const ValueId a = node.inputs[0], b = node.inputs[1], c = node.outputs[0];
  const Shape& shape = values_[c].shape;
  Chain chain;
  chain.is_product = true;
  chain.name = node.name;
  chain.value = c;
  const bool a_constant = values_[a].constant != nullptr, b_constant = values_[b].constant != nullptr;
  const bool one_row = !b_constant && shape[shape.size() - 2] == 1 && shape.back() > 1;
  chain.turned = !b_constant && (a_constant || one_row);
  if (!chain.turned) {
    chain.x = a;
    chain.kernels = b_constant ? b : values_.turned(b);
    chain.kernels_constant = values_[b].constant;
  } else {
    chain.x = values_.turned(b);
    chain.kernels = a;
    chain.kernels_constant = values_[a].constant;
    chain.kernels_are_rows = true;
    const ValueId turned = values_.make(values_[c].name + "_tp", values_[c].shape);
    std::swap(values_[turned].shape[shape.size() - 1], values_[turned].shape[shape.size() - 2]);
    chain.value = turned;
  }
  const ValueId result = chain.value;
  chain.channels = {0, values_[chain.x].columns()};
  chain.columns = {0, values_[result].columns()};
  const bool wide = is_too_wide(chain), only_panels = wide && node.epilogue.empty();
  if (const auto begun = wide ? join_panels(chain, only_panels) : sum_of_parts(chain); !begun) return begun;
  if (!only_panels) {
    if (const auto taken = epilogue(chain, node); !taken) return taken;
    chain.value = result;
    if (!chain.turned) return follow(chain);
    if (const auto flushed = flush(chain); !flushed) return flushed;
  }
  if (chain.turned) values_.turn_back(c, result);
  return {};
}

Lowering::Kernels Lowering::constant_kernels(const Chain& chain, const plan::MatmulPlan& plan) {
  const Array& array = *chain.kernels_constant;
  const std::size_t slice = chip_.slice_bytes / kElementBytes, group = chip_.kernels_per_group_16bit;
  const std::size_t declared = plan.parts[0].declared, batch = matrices(array.shape);
  const auto i64 = [](std::size_t x) { return narrow<std::int64_t>(x); };
  Kernels result;
  result.matrix_bytes = batch == 1 ? 0 : plan.weights_bytes();
  result.tensor = values_.add_constant(values_[chain.kernels].name + "_w", {}, DType::kFloat16,
                                       {i64(batch * plan.kernels_padded), i64(declared), 1, 1});
  Tensor& tensor = module_.tensors[result.tensor];
  tensor.bytes = batch * plan.weights_bytes();
  tensor.kernels = {
      i64(batch * plan.kernels_padded / group), i64(ceil_div(declared, slice)), 1, 1, i64(group), i64(slice)};
  const auto size = [&](std::size_t back) { return static_cast<std::size_t>(array.shape[array.shape.size() - back]); };
  const bool are_rows = chain.kernels_are_rows;
  tensor.unpacked = KernelNumbers{&array,   batch,          size(are_rows ? 1 : 2), size(are_rows ? 2 : 1),
                                  are_rows, chain.channels, chain.columns,          declared};
  return result;
}

/// Kernels that are known only when the model runs: rows of one or more matrices, copied slice by slice.
Lowering::Kernels Lowering::packed_kernels(const Chain& chain, const plan::MatmulPlan& plan) {
  const std::size_t group = chip_.kernels_per_group_16bit, count = plan.shape.n, padded = plan.kernels_padded;
  const KernelForm form(chip_, plan);
  const std::size_t kernel_bytes = plan.kernel_bytes(0), batch = matrices(values_[chain.kernels].shape);
  const bool one_slice = form.slices + (form.tail_bytes != 0 ? 1 : 0) == 1;
  Kernels result;
  result.matrix_bytes = plan.weights_bytes();
  const std::size_t pitch = one_slice ? kernel_bytes / kElementBytes : plan.in_place.feature_pitch;
  const std::size_t all = values_[chain.kernels].rows() / batch;
  const Storage rows = values_.rows(chain.kernels, pitch, batch == 1 ? align_up(all, group) : 0);
  const std::size_t begin = chain.columns.first * rows.line_bytes() + chain.channels.first * kElementBytes;
  if (one_slice && (batch == 1 || padded == count)) {
    result.tensor = rows.tensor;
    result.offset = begin;
    result.matrix_bytes = all * rows.line_bytes();
    return result;
  }
  Tensor tensor;
  tensor.name = values_.unused(values_[chain.value].name + "_exSecondary");
  tensor.shape = {narrow<std::int64_t>(batch * padded), narrow<std::int64_t>(kernel_bytes / kElementBytes), 1, 1};
  tensor.pitch = kernel_bytes / kElementBytes;
  tensor.bytes = rows_bytes(batch * padded, tensor.pitch);
  result.tensor = values_.add_tensor(std::move(tensor));
  result.source = rows.tensor;
  const auto copy = [&](std::size_t from, std::size_t to, std::size_t kernels, std::size_t atoms, std::size_t slices,
                        std::size_t line) {
    plan::Pass pass;
    pass.width = atoms;
    pass.height = kernels;
    pass.channels = slices * 4;
    pass.from = {0, rows.line_bytes(), chip_.slice_bytes};
    pass.to = {0, line, group * chip_.slice_bytes};
    result.packing.push_back({pass, {{"source", {rows.tensor, from}}, {"results", {result.tensor, to}}}});
  };
  for (std::size_t m = 0; m < batch; ++m)
    for (std::size_t n = 0; n < count; n += group) {
      // A last group that is not whole leaves the rest as it is: columns that nobody reads.
      const std::size_t kernels = batch == 1 ? group : std::min(group, count - n);
      const std::size_t from = begin + (m * all + n) * rows.line_bytes();
      const std::size_t to = (m * padded + n) * kernel_bytes;
      if (form.slices > 0) copy(from, to, kernels, chip_.slice_bytes / kAtomBytes, form.slices, chip_.slice_bytes);
      if (form.tail_bytes > 0)
        copy(from + form.slices * chip_.slice_bytes, to + form.slices * group * chip_.slice_bytes, kernels,
             form.tail_channels * kElementBytes / kAtomBytes, 1, form.tail_bytes);
    }
  return result;
}

std::size_t Lowering::batch_of(const Chain& chain) {
  const Array* constant = chain.kernels_constant;
  const bool one_matrix = matrices(constant != nullptr ? constant->shape : values_[chain.kernels].shape) == 1;
  return one_matrix && values_[chain.x].rows() == values_[chain.value].rows() ? 1
                                                                              : matrices(values_[chain.value].shape);
}

Result<void> Lowering::flush_product(Chain& chain) {
  const ValueId out = chain.value;
  const Shape shape = values_[out].shape;
  const std::size_t columns = values_[out].columns(), inner = chain.channels.count;
  const bool constant = chain.kernels_constant != nullptr;
  const Shape kernels_shape = constant ? chain.kernels_constant->shape : values_[chain.kernels].shape;
  const Storage x = values_.rows(chain.x);
  const std::size_t batch = batch_of(chain);
  const std::size_t rows = values_[out].rows() / batch;

  const std::size_t padded = align_up(columns, std::size_t{chip_.kernels_per_group_16bit});
  plan::Options options;
  options.allow_assumed = options_.allow_assumed;
  const bool last_channels = chain.channels.first + inner == values_[chain.x].columns();
  options.in_place = {x.pitch, values_[out].rows() == 1 ? 0 : padded,
                      last_channels ? x.pitch - chain.channels.first : inner};
  options.stages = chain.slots.stages();
  if (!chain.operand.empty()) options.stages.ew->per_channel = values_[chain.operand.front().operand].shape != shape;
  auto plan = plan::plan_matmul(chip_, {rows, inner, columns}, {plan::Operand::kFp16, plan::Output::kFp16}, options);
  if (!plan) return propagate(plan, fmt::format("node '{}'", shown(chain.name)));

  const Kernels kernels = constant ? constant_kernels(chain, *plan) : packed_kernels(chain, *plan);
  plan::Stages& stages = plan->stages;
  std::optional<Storage> with;
  if (!chain.operand.empty()) {
    const ValueId operand = chain.operand.front().operand;
    with = values_.rows(operand);
    stages.ew->walk = {0, with->line_bytes(), kAtomBytes};
  }
  const Storage to = values_.place(out, values_[out].rows() == 1 ? columns : padded);
  module_.tensors[to.tensor].bytes = std::max(module_.tensors[to.tensor].bytes, rows_bytes(to.rows, padded));

  Node node;
  const auto& ew = stages.ew;
  const bool adds = ew && !ew->number && ew->op == plan::Combination::kAdd;
  node.op = !constant ? "exMatMul" : !adds ? "Conv" : ew->relu ? "ConvAddRelu" : "ConvAdd";
  if (constant && !adds)
    for (const plan::Stage* stage : {&stages.bs, &stages.bn}) {
      if (stage->activation == plan::Activation::kRelu) node.op = "ConvRelu";
      if (stage->activation == plan::Activation::kReluX) node.op = "ConvClip";
      if (stage->only_negative) node.op = stage->multiply->per_channel ? "ConvPRelu" : "ConvLeakyRelu";
    }
  node.name = values_[out].name;
  node.npu = true;
  node.inputs = {x.tensor, kernels.tensor};
  if (kernels.source) node.inputs.push_back(*kernels.source);
  if (with) node.inputs.push_back(with->tensor);
  node.outputs = {to.tensor};
  node.launches = kernels.packing;
  Launch launch;
  write_streams(chain, padded, node, launch);
  launch.work = *plan;
  for (std::size_t i = 0; i < batch; ++i) {
    Launch each = launch;
    const std::size_t from = batch == 1 ? 0 : matrix_of(values_[chain.x].shape, shape, i);
    const std::size_t kernel = batch == 1 ? 0 : matrix_of(kernels_shape, shape, i);
    each.places["features"] = {x.tensor, from * rows * x.line_bytes() + chain.channels.first * kElementBytes};
    each.places["weights"] = {kernels.tensor, kernels.offset + kernel * kernels.matrix_bytes};
    each.places["results"] = {to.tensor, i * rows * to.line_bytes()};
    if (with) each.places["operand"] = {with->tensor, stages.ew->per_channel ? 0 : i * rows * with->line_bytes()};
    node.launches.push_back(std::move(each));
  }
  module_.nodes.push_back(std::move(node));
  return {};
}

}  // namespace mattock::lower
