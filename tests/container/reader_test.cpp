// The seed's file, value by value. Expected values come from an independent decoder of the same file and from
// the recording beside it, never from this reader.
#include "container/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "container/model_file.hpp"

namespace mattock::container {
namespace {

using test::ModelFile;

Model seed() {
  auto model = parse_model(ModelFile().bytes);
  EXPECT_TRUE(model) << to_string(model.error());
  return model ? *model : Model{};
}

TEST(Reader, GivesTheHeadingOfTheSeed) {
  const Model model = seed();
  EXPECT_EQ(model.container_version, 6U);
  EXPECT_EQ(model.target, "rk3566");
  EXPECT_EQ(model.generation, "RKNPU lite");
  EXPECT_EQ(model.framework, "ONNX");
  EXPECT_EQ(model.compiler, "2.3.2(compiler version: 2.3.2 (e045de294f@2025-04-07T19:48:25))");
  EXPECT_EQ(model.compiler_number, 20302);
  EXPECT_EQ(model.attributes.substr(0, 29), "{'attrs': {'onnx::MatMul_0': ");
  EXPECT_EQ(model.custom_ops, "");
  EXPECT_EQ(model.memory.weight_bytes, 192U);
  EXPECT_EQ(model.memory.internal_bytes, 2880U);
  EXPECT_TRUE(model.warnings.empty());
}

struct ExpectedTensor {
  const char* name;
  TensorKind kind;
  DType dtype;
  Layout layout;
  Shape shape;
  Shape native_shape;
  std::size_t size;
  std::size_t offset;
};

TEST(Reader, GivesEveryTensorOfTheSeed) {
  const auto host = TensorKind::kHostConstant;
  const auto temp = TensorKind::kIntermediate;
  const auto f16 = DType::kFloat16;
  const auto cube = Layout::kNC1HWC2;
  const auto plain = Layout::kPlain;
  const Shape matrix{1, 9, 9};
  const Shape rows{1, 9, 1, 9};
  const Shape packed{1, 3, 1, 9, 4};
  const std::vector<ExpectedTensor> expected{
      {"", TensorKind::kPlaceholder, f16, plain, {}, {}, 0, 0},
      {"onnx::MatMul_1_rs_i1", host, DType::kInt64, plain, {4}, {4}, 32, 0},
      {"2_mm_rs_i1", host, DType::kInt64, plain, {3}, {3}, 24, 0},
      {"onnx::MatMul_0_rs_i1", host, DType::kInt64, plain, {4}, {4}, 32, 0},
      {"onnx::MatMul_0", TensorKind::kInput, f16, plain, matrix, matrix, 288, 0},
      {"onnx::MatMul_1", TensorKind::kInput, f16, plain, matrix, matrix, 288, 320},
      {"onnx::MatMul_1_rs", temp, f16, cube, rows, packed, 288, 640},
      {"onnx::MatMul_0_rs", temp, f16, plain, rows, rows, 288, 320},
      {"onnx::MatMul_0_tp-rs", temp, f16, cube, rows, packed, 320, 0},
      {"onnx::MatMul_0_tp-rs_exSecondary", temp, f16, cube, rows, packed, 1536, 960},
      {"2_mm", temp, f16, cube, rows, packed, 384, 2496},
      {"2", TensorKind::kOutput, f16, plain, matrix, matrix, 288, 0},
      {"regcmd", TensorKind::kCommands, DType::kUint64, plain, {}, {}, 0, 0},
      {"task", TensorKind::kTasks, DType::kUint64, plain, {}, {}, 0, 0}};
  const Model model = seed();
  ASSERT_EQ(model.tensors.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    SCOPED_TRACE(expected[i].name);
    const Tensor& tensor = model.tensors[i];
    EXPECT_EQ(tensor.name, expected[i].name);
    EXPECT_EQ(tensor.kind, expected[i].kind);
    EXPECT_EQ(tensor.dtype, expected[i].dtype);
    EXPECT_EQ(tensor.layout, expected[i].layout);
    EXPECT_EQ(tensor.shape, expected[i].shape);
    EXPECT_EQ(tensor.native_shape, expected[i].native_shape);
    EXPECT_EQ(tensor.size, expected[i].size);
    EXPECT_EQ(tensor.offset, expected[i].offset);
    EXPECT_TRUE(tensor.scale.empty());
    EXPECT_EQ(tensor.quantization_method, "");
  }
  EXPECT_EQ(model.inputs, (std::vector<std::size_t>{4, 5}));
  EXPECT_EQ(model.outputs, (std::vector<std::size_t>{11}));
}

TEST(Reader, GivesTheDataOfHostConstants) {
  const Model model = seed();
  const auto numbers = [&](std::size_t i) {
    std::vector<std::int64_t> values;
    for (std::size_t at = 0; at < model.tensors[i].data.size(); at += 8) {
      values.push_back(load_le<std::int64_t>(model.tensors[i].data, at));
    }
    return values;
  };
  EXPECT_EQ(numbers(1), (std::vector<std::int64_t>{1, 9, 1, 9}));
  EXPECT_EQ(numbers(2), (std::vector<std::int64_t>{1, 9, 9}));
  EXPECT_EQ(numbers(3), (std::vector<std::int64_t>{1, 9, 1, 9}));
  EXPECT_TRUE(model.tensors[4].data.empty());
}

TEST(Reader, GivesEveryNodeOfTheSeedWithItsTasks) {
  struct Expected {
    const char* op;
    const char* name;
    Engine engine;
    std::vector<std::size_t> inputs, outputs;
    std::size_t first_task, task_count;
  };
  const std::vector<Expected> expected{{"InputOperator", "InputOperator:onnx::MatMul_0", Engine::kHost, {}, {4}, 0, 0},
                                       {"InputOperator", "InputOperator:onnx::MatMul_1", Engine::kHost, {}, {5}, 0, 0},
                                       {"Reshape", "Reshape:onnx::MatMul_1_rs", Engine::kHost, {5, 1}, {6}, 0, 0},
                                       {"Reshape", "Reshape:onnx::MatMul_0_rs", Engine::kNpu, {4, 3}, {7}, 0, 1},
                                       {"Transpose", "Transpose:onnx::MatMul_0_tp", Engine::kHost, {7}, {8}, 1, 0},
                                       {"exMatMul", "exMatMul:/MatMul#1", Engine::kNpu, {8, 6, 9}, {10}, 1, 7},
                                       {"Reshape", "Reshape:2_mm_rs", Engine::kHost, {10, 2}, {11}, 8, 0},
                                       {"OutputOperator", "OutputOperator:2", Engine::kHost, {11}, {}, 8, 0}};
  const Model model = seed();
  ASSERT_EQ(model.nodes.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    SCOPED_TRACE(expected[i].name);
    const Node& node = model.nodes[i];
    EXPECT_EQ(node.op, expected[i].op);
    EXPECT_EQ(node.name, expected[i].name);
    EXPECT_EQ(node.engine, expected[i].engine);
    EXPECT_EQ(node.inputs, expected[i].inputs);
    EXPECT_EQ(node.outputs, expected[i].outputs);
    EXPECT_EQ(node.first_task, expected[i].first_task);
    EXPECT_EQ(node.task_count, expected[i].task_count);
  }
  EXPECT_EQ(model.nodes[4].params.type, 25);
  EXPECT_EQ(model.nodes[4].params.perm, (std::vector<std::int32_t>{0, 3, 2, 1}));
  EXPECT_EQ(model.nodes[4].attributes.size(), 70U);  // BSON of the permutation
  EXPECT_EQ(model.nodes[7].attributes, std::vector<std::byte>(16));
}

TEST(Reader, GivesTheTasksAndWordsOfTheRecording) {
  std::ifstream stream(MATTOCK_TEST_DATA "/seed/rk3566_fp16_matmul_9x9x9.json");
  const auto tasks = nlohmann::json::parse(stream).at("program").at("tasks");
  const Model model = seed();
  EXPECT_EQ(model.program.words.size(), 416U);
  ASSERT_EQ(model.program.tasks.size(), tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    SCOPED_TRACE(i);
    const hw::TaskRecord& record = model.program.tasks[i];
    EXPECT_EQ(record.flags, 0U);
    EXPECT_EQ(record.op_index, tasks[i].at("op_index").get<std::uint32_t>());
    EXPECT_EQ(record.enable_mask, tasks[i].at("enable_mask").get<std::uint32_t>());
    EXPECT_EQ(record.int_mask, tasks[i].at("interrupt_mask").get<std::uint32_t>());
    EXPECT_EQ(record.int_clear, tasks[i].at("interrupt_clear").get<std::uint32_t>());
    EXPECT_EQ(record.regcfg_amount, tasks[i].at("register_count").get<std::uint32_t>());
    EXPECT_EQ(record.regcfg_offset, 0U);
    EXPECT_EQ(record.regcmd_addr, tasks[i].at("regcmd_offset").get<std::uint64_t>());
    const auto words = tasks[i].at("words").get<std::vector<std::string>>();
    ASSERT_EQ(words.size(), record.regcfg_amount + hw::kTailWords);
    for (std::size_t w = 0; w < words.size(); ++w) {
      EXPECT_EQ(model.program.words[record.regcmd_addr / 8 + w], std::stoull(words[w], nullptr, 16)) << "word " << w;
    }
  }
}

TEST(Reader, GivesEveryRelocationOfTheSeed) {
  const std::string scratch = "onnx::MatMul_0_tp-rs_exSecondary";
  const std::vector<std::tuple<std::string, std::uint32_t, std::size_t>> expected{{"2_mm", 0, 402},
                                                                                  {"onnx::MatMul_0", 0, 53},
                                                                                  {"onnx::MatMul_0_rs", 0, 5},
                                                                                  {"onnx::MatMul_0_tp-rs", 0, 133},
                                                                                  {scratch, 128, 85},
                                                                                  {scratch, 512, 165},
                                                                                  {scratch, 512, 213},
                                                                                  {scratch, 640, 244},
                                                                                  {scratch, 128, 253},
                                                                                  {scratch, 896, 267},
                                                                                  {scratch, 192, 276},
                                                                                  {scratch, 128, 292},
                                                                                  {scratch, 416, 315},
                                                                                  {scratch, 416, 324},
                                                                                  {scratch, 128, 362},
                                                                                  {scratch, 640, 371},
                                                                                  {"onnx::MatMul_1_rs", 0, 300}};
  const Model model = seed();
  ASSERT_EQ(model.program.relocations.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const hw::Relocation& found = model.program.relocations[i];
    EXPECT_EQ(std::tie(found.tensor, found.addend, found.word), expected[i]) << i;
  }
}

TEST(Reader, GivesTheInputNormOfTheSeed) {
  const Model model = seed();
  ASSERT_EQ(model.input_norm.size(), 2U);
  for (const InputNorm& norm : model.input_norm) {
    EXPECT_EQ(norm.mean, std::vector<float>(9, 0.0F));
    EXPECT_EQ(norm.std, std::vector<float>(9, 1.0F));
    EXPECT_EQ(norm.channel_order, (std::vector<std::int32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
  }
}

TEST(Reader, ReadsBytesThatAreNotAligned) {
  const auto bytes = ModelFile().bytes;
  std::vector<std::byte> shifted(bytes.size() + 1);
  std::copy(bytes.begin(), bytes.end(), shifted.begin() + 1);
  const auto model = parse_model(std::span<const std::byte>(shifted).subspan(1));
  ASSERT_TRUE(model) << to_string(model.error());
  EXPECT_EQ(model->program.words, seed().program.words);
}

TEST(Reader, NamesTheFileInItsErrors) {
  const auto absent = read_model("no-such.rknn");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, Code::kNotFound);
  EXPECT_NE(to_string(absent.error()).find("no-such.rknn"), std::string::npos);

  const auto other = read_model(MATTOCK_TEST_DATA "/seed/matmul.onnx");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Code::kBadFile);
  EXPECT_EQ(other.error().where, MATTOCK_TEST_DATA "/seed/matmul.onnx");
}

}  // namespace
}  // namespace mattock::container
