// Other files of the vendor's converter: quantisation, images, input patches, bfloat16, output lists. Expected
// values come from an independent decoder.
#include <gtest/gtest.h>

#include "container/invariants.hpp"
#include "container/model_file.hpp"
#include "container/vendor_files.hpp"

namespace mattock::container {
namespace {

Model vendor(const std::string& name) {
  auto model = parse_model(test::test_data("vendor/" + name + ".rknn"));
  EXPECT_TRUE(model) << to_string(model.error());
  return model ? *model : Model{};
}

const Tensor& tensor(const Model& model, std::string_view name) {
  for (const Tensor& candidate : model.tensors) {
    if (candidate.name == name) return candidate;
  }
  ADD_FAILURE() << "no tensor " << name;
  return model.tensors.at(0);
}

using Pairs = std::vector<std::pair<std::uint32_t, std::size_t>>;

Pairs pairs(const std::vector<PatchWord>& patch) {
  Pairs found;
  for (const PatchWord& word : patch) found.emplace_back(word.value, word.word);
  return found;
}

TEST(VendorFiles, AnInt8FileHasScalesAndZeroPoints) {
  const Model model = vendor("gemm_bias_i8");
  const Tensor& input = tensor(model, "a");
  EXPECT_EQ(input.dtype, DType::kInt8);
  EXPECT_EQ(input.quantization_method, "layer");
  EXPECT_EQ(input.quantization_type, "int8");
  EXPECT_EQ(input.scale, std::vector<float>{0.02727481536567211F});
  EXPECT_EQ(input.zero_point, std::vector<std::int32_t>{-13});
  EXPECT_EQ(tensor(model, "out").scale, std::vector<float>{0.04801829159259796F});
  const Tensor& weight = tensor(model, "w1");
  EXPECT_EQ(weight.layout, Layout::kNativeWeight);
  EXPECT_EQ(weight.native_shape, (Shape{2, 2, 1, 1, 16, 32}));
  EXPECT_EQ(weight.data.size(), 2048U);
  EXPECT_EQ(tensor(model, "w2").dtype, DType::kInt32);
  EXPECT_EQ(tensor(model, "w2").data.size(), 256U);
}

TEST(VendorFiles, AConvolutionHasItsParameters) {
  const Model model = vendor("conv_dw_s2_i8");
  const NodeParams& params = model.nodes.at(1).params;
  EXPECT_EQ(params.type, 1);
  EXPECT_EQ(params.pad_mode, "NOTSET");
  EXPECT_EQ(params.group, 40);
  EXPECT_EQ(params.kernel, (std::vector<std::int32_t>{3, 3}));
  EXPECT_EQ(params.pads, (std::vector<std::int32_t>{1, 1, 1, 1}));
  EXPECT_EQ(params.strides, (std::vector<std::int32_t>{2, 2}));
  EXPECT_EQ(params.dilations, (std::vector<std::int32_t>{1, 1}));
  EXPECT_EQ(vendor("conv1x1_odd").nodes.at(1).params.group, 1) << "left out of the file when 1";
}

TEST(VendorFiles, OutputsBringConversionTasks) {
  const Model model = vendor("conv_img3_i8");
  const Node& output = model.nodes.at(2);
  EXPECT_EQ(output.op, "OutputOperator");
  EXPECT_EQ(output.first_task, 1U);
  EXPECT_EQ(output.task_count, 15U);
  const std::vector<std::int32_t> lengths{8, 2, 2, 3};
  ASSERT_EQ(output.attributes.size(), 16U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(load_le<std::int32_t>(output.attributes, i * 4), lengths[i]);
}

TEST(VendorFiles, AnImageInputDeclaresItsChannelsAndItsConverter) {
  const Model model = vendor("conv_img3_i8");
  const Tensor& image = tensor(model, "a");
  EXPECT_EQ(image.image_channels, 8);
  EXPECT_EQ(image.native_shape, (Shape{1, 1, 16, 16, 3}));
  ASSERT_EQ(model.stride_patches.size(), 1U);
  EXPECT_EQ(model.stride_patches[0].tensor, 3U);
  ASSERT_EQ(model.stride_patches[0].tasks.size(), 1U);
  EXPECT_EQ(pairs(model.stride_patches[0].tasks[0].words),
            (Pairs{{0x100010, 10}, {0xa000, 6}, {0x900, 9}, {0x6, 30}, {0x100, 31}, {0x0, 27}, {0x100004, 18}}));
  // Five of the thirteen fields are remains of the compiler's memory.
  ASSERT_EQ(model.converter_patches.size(), 1U);
  EXPECT_EQ(pairs(model.converter_patches[0].tasks.at(0).words), (Pairs{{0x92491, 19},
                                                                        {0x40e4fffe, 20},
                                                                        {0x40e4fffe, 21},
                                                                        {0x40e4fffe, 22},
                                                                        {0x10000, 23},
                                                                        {0x3030010, 16},
                                                                        {0x0, 34},
                                                                        {0x48, 15}}));
}

TEST(VendorFiles, Bfloat16AndConcatAreDecoded) {
  const Model model = vendor("mlp_tiny_bf16");
  EXPECT_EQ(tensor(model, "a").dtype, DType::kBfloat16);
  const Node& concat = model.nodes.at(4);
  EXPECT_EQ(concat.op, "Concat");
  EXPECT_EQ(concat.params.type, 19);
  EXPECT_EQ(concat.params.axis, 1);
  EXPECT_EQ(model.program.tasks.size(), 9U);
  EXPECT_EQ(model.nodes.at(5).first_task, 5U);
}

TEST(VendorFiles, SplitWeightsKeepEveryPart) {
  EXPECT_EQ(tensor(vendor("conv1x1_odd"), "w1").native_shape,
            (Shape{2, 1, 1, 1, 8, 16, 2, 1, 1, 1, 8, 4, 1, 1, 1, 1, 7, 16, 1, 1, 1, 1, 7, 4}));
}

TEST(VendorFiles, SizesMayBeLargerThanTheData) {
  const Tensor input = tensor(vendor("mm_17x31x33"), "a");
  EXPECT_EQ(input.size, 1088U);
  EXPECT_EQ(element_count(input.shape) * element_bytes(input.dtype), 1054U);
}

// Also every model beside the project, where there are any.
TEST(VendorFiles, AllAreReadWithoutWarnings) {
  const auto files = test::vendor_files();
  for (const auto& path : files) {
    SCOPED_TRACE(path.string());
    const auto model = read_model(path);
    ASSERT_TRUE(model) << to_string(model.error());
    EXPECT_EQ(model->warnings, std::vector<std::string>());
    EXPECT_EQ(test::broken_promise(*model), "");
    std::size_t tasks = 0;
    for (const Node& node : model->nodes) tasks += node.task_count;
    EXPECT_EQ(tasks, model->program.tasks.size());
  }
  EXPECT_GE(files.size(), 10U);
}

}  // namespace
}  // namespace mattock::container
