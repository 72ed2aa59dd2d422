#include "session/host/host.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "session/arrays.hpp"

namespace mattock::session::host {
namespace {

using test::array_of;
using test::tensor_of;
using test::values_of;

/// A one-node model; tensors are the inputs, then the outputs.
struct OneNode {
  container::Model model;
  OneNode(std::string op, std::vector<container::Tensor> inputs, std::vector<container::Tensor> outputs) {
    container::Node node;
    node.op = std::move(op);
    node.name = "n";
    for (auto& tensor : inputs) {
      node.inputs.push_back(model.tensors.size());
      model.tensors.push_back(std::move(tensor));
    }
    for (auto& tensor : outputs) {
      node.outputs.push_back(model.tensors.size());
      model.tensors.push_back(std::move(tensor));
    }
    model.nodes.push_back(std::move(node));
  }
  container::Node& node() { return model.nodes[0]; }
  Result<void> checked() { return check(node(), model); }
  /// In memory that holds what a run before may have left, and not a byte more than is asked for.
  std::vector<Array> run_with(const std::vector<Array>& arrays) {
    const BoundNode bound(node(), model);
    std::vector<std::byte> memory(bound.bytes(), std::byte{0x7f});
    for (std::size_t i = 0; i < arrays.size(); ++i)
      std::ranges::copy(arrays[i].data, bound.inputs()[i].in(memory).begin());
    bound.run(memory);
    std::vector<Array> results;
    for (const Value& output : bound.outputs()) {
      const auto bytes = output.in(memory);
      results.push_back({output.tensor->dtype, output.tensor->shape, {bytes.begin(), bytes.end()}});
    }
    return results;
  }
};

container::Tensor half(Shape shape) { return tensor_of("t", DType::kFloat16, std::move(shape)); }

container::Tensor int8(Shape shape, float scale, std::int32_t zero_point) {
  auto tensor = tensor_of("t", DType::kInt8, std::move(shape));
  tensor.scale = {scale};
  tensor.zero_point = {zero_point};
  return tensor;
}

TEST(HostOperators, ExpandRepeatsOnesAndMissingDimensions) {
  OneNode one("Expand", {half({2, 1})}, {half({2, 2, 3})});
  ASSERT_TRUE(one.checked());
  const auto out = one.run_with({array_of(DType::kFloat16, {2, 1}, {5, 7})});
  EXPECT_EQ(values_of(out[0]), (std::vector<double>{5, 5, 5, 7, 7, 7, 5, 5, 5, 7, 7, 7}));
  OneNode wrong("Expand", {half({2, 3})}, {half({2, 4})});
  EXPECT_FALSE(wrong.checked());
}

TEST(HostOperators, ReshapeKeepsEveryBitIncludingNaN) {
  OneNode one("Reshape", {half({2, 3})}, {half({3, 2})});
  ASSERT_TRUE(one.checked());
  Array in = array_of(DType::kFloat16, {2, 3}, {1, 2, 3, 4, 5, 6});
  in.data[0] = in.data[1] = std::byte{0xff};  // a NaN with a payload
  const auto out = one.run_with({in});
  EXPECT_EQ(out[0].data, in.data);
  EXPECT_EQ(out[0].shape, (Shape{3, 2}));
}

TEST(HostOperators, ReshapeBetweenDifferentQuantisationsKeepsTheNumbers) {
  OneNode one("Reshape", {int8({3}, 0.5f, 10)}, {int8({3, 1}, 0.25f, -4)});
  ASSERT_TRUE(one.checked());
  // 10 is 0, 12 is 1.0, 100 is 45.0 (beyond the output's range).
  EXPECT_EQ(values_of(one.run_with({array_of(DType::kInt8, {3}, {10, 12, 100})})[0]),
            (std::vector<double>{-4, 0, 127}));
}

TEST(HostOperators, ReshapeToAnotherElementCountIsRefused) {
  OneNode one("Reshape", {half({2, 3})}, {half({2, 2})});
  ASSERT_FALSE(one.checked());
  EXPECT_EQ(one.checked().error().message, "node 'n' (Reshape): 2x3 has not as many elements as 2x2");
}

TEST(HostOperators, TransposeMovesDimensionsAsPermSays) {
  OneNode one("Transpose", {half({2, 3, 1, 2})}, {half({2, 2, 1, 3})});
  one.node().params.perm = {0, 3, 2, 1};
  ASSERT_TRUE(one.checked());
  const auto out = one.run_with({array_of(DType::kFloat16, {2, 3, 1, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})});
  EXPECT_EQ(values_of(out[0]), (std::vector<double>{0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11}));
}

TEST(HostOperators, TransposeWithoutPermReversesTheDimensions) {
  OneNode one("Transpose", {half({2, 3})}, {half({3, 2})});
  ASSERT_TRUE(one.checked());
  EXPECT_EQ(values_of(one.run_with({array_of(DType::kFloat16, {2, 3}, {1, 2, 3, 4, 5, 6})})[0]),
            (std::vector<double>{1, 4, 2, 5, 3, 6}));
}

TEST(HostOperators, TransposeWithAPermThatIsNoneIsRefused) {
  for (const std::vector<std::int32_t>& perm : {std::vector{0, 0}, {0, 2}, {-1, 0}, {0, 1}}) {
    OneNode one("Transpose", {half({2, 3})}, {half({3, 2})});
    one.node().params.perm = perm;
    EXPECT_FALSE(one.checked());
  }
  OneNode longer("Transpose", {half({2, 3})}, {half({3, 2})});
  longer.node().params.perm = {1, 0, 2};
  EXPECT_FALSE(longer.checked());
}

TEST(HostOperators, SplitCutsAlongItsAxisAndConcatJoinsAgain) {
  const Array whole = array_of(DType::kFloat16, {2, 5}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  OneNode split("Split", {half({2, 5})}, {half({2, 2}), half({2, 3})});
  split.node().params.axis = 1;
  ASSERT_TRUE(split.checked());
  const auto parts = split.run_with({whole});
  EXPECT_EQ(values_of(parts[0]), (std::vector<double>{0, 1, 5, 6}));
  EXPECT_EQ(values_of(parts[1]), (std::vector<double>{2, 3, 4, 7, 8, 9}));

  OneNode concat("Concat", {half({2, 2}), half({2, 3})}, {half({2, 5})});
  concat.node().params.axis = -1;
  ASSERT_TRUE(concat.checked());
  EXPECT_EQ(concat.run_with(parts)[0].data, whole.data);
}

TEST(HostOperators, ConcatBringsItsPartsToTheQuantisationOfTheWhole) {
  OneNode concat("Concat", {int8({1}, 1.0f, 0), int8({2}, 0.5f, 1)}, {int8({3}, 1.0f, 0)});
  ASSERT_TRUE(concat.checked());
  EXPECT_EQ(values_of(concat.run_with({array_of(DType::kInt8, {1}, {7}), array_of(DType::kInt8, {2}, {1, 21})})[0]),
            (std::vector<double>{7, 0, 10}));
}

TEST(HostOperators, PartsThatDoNotMakeTheWholeAreRefused) {
  OneNode short_one("Concat", {half({2, 2}), half({2, 2})}, {half({2, 5})});
  short_one.node().params.axis = 1;
  EXPECT_FALSE(short_one.checked());
  OneNode ragged("Concat", {half({2, 2}), half({3, 3})}, {half({2, 5})});
  ragged.node().params.axis = 1;
  EXPECT_FALSE(ragged.checked());
  OneNode no_axis("Split", {half({2, 5})}, {half({2, 5})});
  no_axis.node().params.axis = 2;
  EXPECT_FALSE(no_axis.checked());
}

TEST(HostOperators, SoftmaxSumsToOneAlongItsAxisAndSurvivesLargeInputs) {
  OneNode one("exSoftmax13", {tensor_of("t", DType::kFloat32, {2, 2})}, {tensor_of("t", DType::kFloat32, {2, 2})});
  one.node().params.axis = 0;
  ASSERT_TRUE(one.checked());
  const auto out = values_of(one.run_with({array_of(DType::kFloat32, {2, 2}, {30000, 1, 30000, 2})})[0]);
  const auto expected = [](double x, double other) {
    return double{static_cast<float>(1 / (1 + std::exp(other - x)))};
  };
  EXPECT_EQ(out, (std::vector<double>{0.5, expected(1, 2), 0.5, expected(2, 1)}));
}

TEST(HostOperators, SoftmaxOfQuantisedNumbersGoesThroughTheirRealValues) {
  OneNode one("exSoftmax13", {int8({1, 2}, 0.5f, 3)}, {int8({1, 2}, 1.0f / 256, -128)});
  ASSERT_TRUE(one.checked());  // the last axis when the file names none
  const double low = 1 / (1 + std::exp(2.0)), high = 1 / (1 + std::exp(-2.0));
  EXPECT_EQ(values_of(one.run_with({array_of(DType::kInt8, {1, 2}, {3, 7})})[0]),
            (std::vector<double>{std::nearbyint(low * 256) - 128, std::nearbyint(high * 256) - 128}));
}

TEST(HostOperators, CastRoundsOnce) {
  OneNode one("Cast", {tensor_of("t", DType::kFloat32, {2})}, {half({2})});
  ASSERT_TRUE(one.checked());
  EXPECT_EQ(values_of(one.run_with({array_of(DType::kFloat32, {2}, {1 + 0x1p-11, 1 + 0x1.8p-10})})[0]),
            (std::vector<double>{1, 1 + 0x1p-9}));
}

TEST(HostOperators, AnUnknownOperatorIsRefusedByName) {
  OneNode one("Erf", {half({1})}, {half({1})});
  ASSERT_FALSE(one.checked());
  EXPECT_EQ(one.checked().error().code, Code::kUnsupported);
  EXPECT_EQ(one.checked().error().message, "node 'n': the CPU operator Erf is not there yet");
}

}  // namespace
}  // namespace mattock::session::host
