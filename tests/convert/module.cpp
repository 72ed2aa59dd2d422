#include "convert/module.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "emit/matmul.hpp"
#include "layout/weights.hpp"

namespace mattock::test {
namespace {

using lower::Role;

constexpr auto kRows64 = static_cast<std::int64_t>(kRows);
constexpr auto kInner64 = static_cast<std::int64_t>(kInner);

lower::Tensor rows(std::string name, Role role) {
  lower::Tensor tensor;
  tensor.name = std::move(name);
  tensor.role = role;
  tensor.shape = {kRows64, kInner64};
  tensor.bytes = kRows * kInner * 2;
  if (role == Role::kIntermediate) {
    tensor.shape = {kRows64, kInner64, 1, 1};
    tensor.pitch = kInner;
  }
  return tensor;
}

lower::Tensor kernels(std::size_t seed) {
  Array numbers = Array::zeros(DType::kFloat16, {kInner64, kInner64});
  const std::vector<double> values = square_numbers(seed);
  for (std::size_t i = 0; i < values.size(); ++i) set_element(numbers, i, values[i]);
  const auto blocks = layout::weight_blocks(chip(), DType::kFloat16, {kInner, kInner});
  lower::Tensor tensor;
  tensor.name = fmt::format("w{}", seed);
  tensor.role = Role::kConstant;
  tensor.shape = {kInner64, kInner64, 1, 1};
  tensor.kernels = {kInner64 / 8, kInner64 / 16, 1, 1, 8, 16};
  tensor.bytes = blocks.bytes();
  tensor.data.resize(tensor.bytes);
  const ArrayView view = view_of(numbers);
  layout::pack_weights(view, layout::whole(view), blocks, tensor.data);
  return tensor;
}

lower::Tensor shape_of(const lower::Tensor& tensor) {
  lower::Tensor shape;
  shape.name = tensor.name + "_shape";
  shape.role = Role::kHostConstant;
  shape.dtype = DType::kInt64;
  shape.shape = {static_cast<std::int64_t>(tensor.shape.size())};
  shape.bytes = tensor.shape.size() * 8;
  const auto bytes = std::as_bytes(std::span(tensor.shape));
  shape.data.assign(bytes.begin(), bytes.end());
  return shape;
}

}  // namespace

const hw::Chip& chip() { return *hw::find_chip("rk3566"); }

plan::MatmulPlan square_plan() {
  auto plan = plan::plan_matmul(chip(), {kRows, kInner, kInner}, {plan::Operand::kFp16, plan::Output::kFp16}).value();
  EXPECT_FALSE(plan.swapped || plan.native);
  EXPECT_EQ(plan.features_bytes(), kRows * kInner * 2);
  EXPECT_EQ(plan.results_bytes(), kRows * kInner * 2);
  return plan;
}

std::vector<double> square_numbers(std::size_t seed) {
  std::vector<double> numbers(kInner * kInner);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>((i * (7 + seed) + i / 64) % 5) - 2;
  return numbers;
}

lower::Module chain_module(const std::string& kinds) {
  lower::Module module;
  const auto add = [&](lower::Tensor tensor) {
    module.tensors.push_back(std::move(tensor));
    return module.tensors.size() - 1;
  };
  add({});
  std::size_t from = add(rows("a", Role::kInput));
  module.inputs = {from};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const bool last = i + 1 == kinds.size();
    const std::size_t to =
        add(rows(last ? std::string("c") : fmt::format("h{}", i), last ? Role::kOutput : Role::kIntermediate));
    lower::Node node;
    node.name = fmt::format("n{}", i);
    node.inputs = {from};
    node.outputs = {to};
    if (kinds[i] == 'p') {
      node.op = "Conv";
      node.npu = true;
      node.inputs.push_back(add(kernels(i)));
      node.launches.push_back(
          {square_plan(),
           {{emit::kFeatures, {from, 0}}, {emit::kWeights, {node.inputs.back(), 0}}, {emit::kResults, {to, 0}}}});
    } else if (kinds[i] == 'h') {
      node.op = "Reshape";
      node.inputs.push_back(add(shape_of(module.tensors[to])));
    } else {
      node.op = "exSoftmax13";
      node.axis = 1;
    }
    module.nodes.push_back(std::move(node));
    from = to;
  }
  module.outputs = {from};
  return module;
}

}  // namespace mattock::test
