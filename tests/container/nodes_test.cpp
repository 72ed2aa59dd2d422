// Each check of nodes, their parameters and their share of the tasks, broken alone.
#include <gtest/gtest.h>

#include "container/model_file.hpp"

namespace mattock::container {
namespace {

using test::expect_damaged;
using test::expect_refused;
using test::ModelFile;

TEST(Nodes, TensorIndicesAreChecked) {
  ModelFile inputs;
  inputs.set_element(*inputs.node(5).inputs(), 2, std::int32_t{14});
  expect_damaged(inputs, "node 5 'exMatMul:/MatMul#1': tensor 14, but there are 14");
  ModelFile outputs;
  outputs.set_element(*outputs.node(2).outputs(), 0, std::int32_t{-2});
  expect_damaged(outputs, "node 2 'Reshape:onnx::MatMul_1_rs': tensor -2");
}

TEST(Nodes, UnknownEnginesAreNamed) {
  ModelFile file;
  file.set(file.node(5), file::Node::VT_ENGINE, std::uint8_t{3});
  expect_refused(file.bytes, Code::kUnsupported, "unknown engine number 3");
}

TEST(Nodes, UnknownOperatorsAreKept) {
  ModelFile file;
  file.set_text(*file.node(2).op(), "Strange");
  const auto model = parse_model(file.bytes);
  ASSERT_TRUE(model) << to_string(model.error());
  EXPECT_EQ(model->nodes[2].op, "Strange");
  EXPECT_TRUE(model->warnings.empty());
}

TEST(Nodes, UnknownParameterFamiliesAreKeptByNumber) {
  ModelFile file;
  file.set(file.node(4), file::Node::VT_PARAMS_TYPE, std::uint8_t{200});
  const auto model = parse_model(file.bytes);
  ASSERT_TRUE(model) << to_string(model.error());
  EXPECT_EQ(model->nodes[4].params.type, 200);
  EXPECT_TRUE(model->nodes[4].params.perm.empty());
}

TEST(Nodes, APermutationMustBeOne) {
  ModelFile file;
  file.set_element(*file.node(4).params_as_TransposeParams()->perm(), 1, std::int32_t{0});
  expect_damaged(file, "perm 0,0,2,1 is no permutation");
}

TEST(Nodes, WindowsMustBePossible) {
  const auto conv = [](const ModelFile& file) { return file.node(1).params_as_ConvParams(); };
  ModelFile kernel("vendor/conv_dw_s2_i8.rknn");
  kernel.set_element(*conv(kernel)->kernel(), 0, std::int32_t{0});
  expect_damaged(kernel, "node 'Conv:Conv_y3': kernel holds 0; at least 1 expected");
  ModelFile strides("vendor/conv_dw_s2_i8.rknn");
  strides.set_element(*conv(strides)->strides(), 1, std::int32_t{-2});
  expect_damaged(strides, "strides holds -2");
  ModelFile pads("vendor/conv_dw_s2_i8.rknn");
  pads.set_element(*conv(pads)->pads(), 3, std::int32_t{-1});
  expect_damaged(pads, "pads holds -1; at least 0");
  ModelFile dilations("vendor/conv_dw_s2_i8.rknn");
  dilations.set_element(*conv(dilations)->dilations(), 0, std::int32_t{0});
  expect_damaged(dilations, "dilations holds 0");
  ModelFile group("vendor/conv_dw_s2_i8.rknn");
  group.set(*conv(group), file::ConvParams::VT_GROUP, std::int32_t{0});
  expect_damaged(group, "group 0; at least 1");
}

TEST(Nodes, MoreTasksThanRecordsAreRefused) {
  ModelFile file;
  file.set_element(*file.node(5).task_count(), 0, std::int32_t{8});
  expect_damaged(file, "the nodes have 9 tasks, but the file holds 8");
}

TEST(Nodes, TasksOfNoNodeAreReported) {
  ModelFile file;
  file.set_element(*file.node(5).task_count(), 0, std::int32_t{6});
  expect_warning(file, "1 of 8 tasks belong to no node");
}

// On RK3566 and RK3568 the extra tasks are part of the count; where they are not, the sum says so.
TEST(Nodes, ExtraTasksCountWhenTheSumAsksForThem) {
  ModelFile within;
  within.set_element(*within.node(5).task_extra(), 0, std::int32_t{2});
  EXPECT_EQ(parse_model(within.bytes)->nodes[5].task_count, 7U);
  ModelFile beside;
  beside.set_element(*beside.node(5).task_count(), 0, std::int32_t{5});
  beside.set_element(*beside.node(5).task_extra(), 0, std::int32_t{2});
  EXPECT_EQ(parse_model(beside.bytes)->nodes[5].task_count, 7U);
  EXPECT_EQ(parse_model(beside.bytes)->nodes[6].first_task, 8U);
}

TEST(Nodes, NegativeAndHugeTaskCountsAreRefused) {
  for (const std::int32_t count : {-1, 0x7fffffff}) {
    ModelFile file;
    file.set_element(*file.node(3).task_count(), 0, count);
    expect_damaged(file, std::to_string(count) + " tasks; 0 to 262144 expected");
  }
}

TEST(Nodes, TaskCountsForSeveralCoresAreRefused) {
  ModelFile file;
  file.set_length(*file.node(3).task_count(), 3);
  expect_refused(file.bytes, Code::kUnsupported, "task counts for 3 run slots");
}

TEST(Nodes, ATaskOfAnotherNodeIsReported) {
  ModelFile file;
  file.put(file.task_record(0) + 4, std::uint32_t{5});
  expect_warning(file, "task 0 is counted for node 3 'Reshape:onnx::MatMul_0_rs', but its record says node 5");
}

TEST(Nodes, TasksOfAHostNodeAreReported) {
  ModelFile file;
  file.set(file.node(3), file::Node::VT_ENGINE, std::uint8_t{0});
  expect_warning(file, "1 tasks, though it is a host node");
}

TEST(Nodes, OutputListsMustFitTheirTasks) {
  ModelFile more("vendor/conv_img3_i8.rknn");
  more.put(more.node(2).attributes()->Data(), std::int32_t{9});
  expect_damaged(more, "task lists of 16 in all, but it has 15 tasks");
  ModelFile negative("vendor/conv_img3_i8.rknn");
  negative.put(negative.node(2).attributes()->Data() + 12, std::int32_t{-3});
  expect_damaged(negative, "task list 4 has length -3");
}

}  // namespace
}  // namespace mattock::container
