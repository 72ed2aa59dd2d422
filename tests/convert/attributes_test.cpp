#include "convert/attributes.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "container/reader.hpp"

namespace mattock::convert {
namespace {

const std::filesystem::path kVendor = MATTOCK_TEST_DATA "/vendor";

container::Node vendor_node(const char* file, std::string_view op) {
  const auto model = container::read_model(kVendor / file).value();
  return *std::ranges::find(model.nodes, op, &container::Node::op);
}

lower::Node node_of(std::string op) {
  lower::Node node;
  node.op = std::move(op);
  return node;
}

TEST(Attributes, ConvolutionsAreThoseOfVendorFiles) {
  const container::Node conv = vendor_node("gemm_bias.rknn", "Conv");
  EXPECT_EQ(params_of({}, node_of("Conv")), conv.params);
  EXPECT_EQ(attributes_of(node_of("Conv")), conv.attributes);
  const container::Node clip = vendor_node("mmc_clip.rknn", "ConvClip");
  EXPECT_EQ(params_of({}, node_of("ConvClip")), clip.params);
  EXPECT_EQ(attributes_of(node_of("ConvClip")), clip.attributes);
}

TEST(Attributes, TransposesAndConcatsAreThoseOfVendorFiles) {
  const container::Node vendor = vendor_node("mm_17x31x33.rknn", "Transpose");
  auto ours = node_of("Transpose");
  ours.perm = {0, 3, 2, 1};
  EXPECT_EQ(params_of({}, ours), vendor.params);
  EXPECT_EQ(attributes_of(ours), vendor.attributes);
  ours.perm = {3, 0, 2, 1};
  EXPECT_NE(attributes_of(ours), vendor.attributes);

  const container::Node concat = vendor_node("mlp_tiny_bf16.rknn", "Concat");
  ours = node_of("Concat");
  ours.axis = 1;
  EXPECT_EQ(params_of({}, ours), concat.params);
  EXPECT_EQ(attributes_of(ours), concat.attributes);
}

// As a vendor file of an attention layer has it: {"axis": {"dtype": "i", "value": 1}}.
TEST(Attributes, SoftmaxCarriesItsAxisTwice) {
  using namespace std::string_view_literals;
  constexpr auto kAxis =
      "\x28\0\0\0\x03"
      "axis\0\x1d\0\0\0\x02"
      "dtype\0\x02\0\0\0i\0\x10value\0\x01\0\0\0\0\0"sv;
  auto node = node_of("exSoftmax13");
  node.axis = 1;
  const auto bytes = std::as_bytes(std::span(kAxis));
  EXPECT_EQ(attributes_of(node), std::vector(bytes.begin(), bytes.end()));
  EXPECT_EQ(params_of({}, node).type, 61);
  EXPECT_EQ(params_of({}, node).axis, 1);
}

TEST(Attributes, SplitsSayTheirParts) {
  lower::Module module;
  module.tensors.resize(3);
  module.tensors[1].shape = {2, 3};
  module.tensors[2].shape = {2, 5};
  auto node = node_of("Split");
  node.outputs = {1, 2};
  node.axis = 1;
  EXPECT_EQ(params_of(module, node).type, 20);
  EXPECT_EQ(params_of(module, node).split, (std::vector<std::int32_t>{3, 5}));
}

TEST(Attributes, OtherOperatorsHaveNone) {
  EXPECT_EQ(params_of({}, node_of("Reshape")), container::NodeParams{});
  EXPECT_TRUE(attributes_of(node_of("Reshape")).empty());
}

}  // namespace
}  // namespace mattock::convert
