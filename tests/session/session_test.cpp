#include "session/session.hpp"

#include <gtest/gtest.h>

#include "base/npy.hpp"
#include "container/reader.hpp"
#include "session/arrays.hpp"
#include "support/device.hpp"

namespace mattock {
namespace {

using test::array_of;

const std::filesystem::path kData = MATTOCK_TEST_DATA;

Session seed(Device& device) { return Session::load(device, kData / "seed/matmul.rknn").value(); }

Array ramp(DType dtype, Shape shape) {
  Array array = Array::zeros(dtype, std::move(shape));
  for (std::size_t i = 0; i < array.size(); ++i) set_element(array, i, static_cast<double>(i % 7) - 3);
  return array;
}

/// The product of two 1x9x9 arrays of small integers, exact in every type.
std::vector<double> product(const Array& a, const Array& b) {
  std::vector<double> c(81, 0);
  for (std::size_t i = 0; i < 9; ++i)
    for (std::size_t j = 0; j < 9; ++j)
      for (std::size_t k = 0; k < 9; ++k)
        c[i * 9 + j] += element_as_double(a, i * 9 + k) * element_as_double(b, k * 9 + j);
  return c;
}

TEST(Session, InputsAndOutputsAreTheModels) {
  Device device = test::open_device();
  const Session session = seed(device);
  ASSERT_EQ(session.inputs().size(), 2u);
  EXPECT_EQ(session.inputs()[0].name, "onnx::MatMul_0");
  EXPECT_EQ(session.inputs()[1].shape, (Shape{1, 9, 9}));
  EXPECT_EQ(session.inputs()[1].dtype, DType::kFloat16);
  EXPECT_FALSE(session.inputs()[0].quantisation);
  ASSERT_EQ(session.outputs().size(), 1u);
  EXPECT_EQ(session.outputs()[0].name, "2");
}

TEST(Session, MultipliesInFloat32AndFloat64WithANoticePerInput) {
  Device device = test::open_device();
  Session session = seed(device);
  for (const DType dtype : {DType::kFloat16, DType::kFloat32, DType::kFloat64}) {
    const std::vector<Array> inputs{ramp(dtype, {1, 9, 9}), ramp(dtype, {1, 9, 9})};
    const auto result = session.run(inputs);
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(test::values_of(result->outputs[0].values), product(inputs[0], inputs[1]));
    EXPECT_EQ(result->outputs[0].values.dtype, DType::kFloat32);
    EXPECT_EQ(result->outputs[0].raw.dtype, DType::kFloat16);
    EXPECT_EQ(result->notices.size(), dtype == DType::kFloat16 ? 0u : 2u);
  }
}

TEST(Session, ASecondRunWithOtherInputsForgetsTheFirst) {
  Device device = test::open_device();
  Session session = seed(device);
  const Array a = ramp(DType::kFloat16, {1, 9, 9});
  Array ones = Array::zeros(DType::kFloat16, {1, 9, 9});
  for (std::size_t i = 0; i < 81; ++i) set_element(ones, i, 1);
  ASSERT_TRUE(session.run(std::vector{a, a}));
  const auto second = session.run(std::vector{ones, a});
  ASSERT_TRUE(second);
  EXPECT_EQ(test::values_of(second->outputs[0].values), product(ones, a));
}

TEST(Session, InputsByNameMayComeInAnyOrder) {
  Device device = test::open_device();
  Session session = seed(device);
  const Array a = ramp(DType::kFloat16, {1, 9, 9});
  Array b = a;
  set_element(b, 3, 5);
  const std::vector<NamedArray> inputs{{"onnx::MatMul_1", b}, {"onnx::MatMul_0", a}};
  const auto result = session.run(inputs);
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(test::values_of(result->outputs[0].values), product(a, b));
}

TEST(Session, NamesThatAreUnknownTwiceOrMissingAreRefused) {
  Device device = test::open_device();
  Session session = seed(device);
  const Array a = ramp(DType::kFloat16, {1, 9, 9});
  const auto message = [&](std::vector<NamedArray> inputs) {
    const auto result = session.run(inputs);
    return result ? std::string("ran") : to_string(result.error());
  };
  EXPECT_EQ(message({{"a", a}}), "the model has no input 'a'; its inputs: 'onnx::MatMul_0', 'onnx::MatMul_1'");
  EXPECT_EQ(message({{"onnx::MatMul_0", a}, {"onnx::MatMul_0", a}}), "input 'onnx::MatMul_0' is given twice");
  EXPECT_EQ(message({{"onnx::MatMul_0", a}}), "input 'onnx::MatMul_1' is missing");
}

TEST(Session, WrongShapesAndCountsAreRefusedAndTheNextRunWorks) {
  Device device = test::open_device();
  Session session = seed(device);
  const Array a = ramp(DType::kFloat16, {1, 9, 9});
  const auto message = [&](std::vector<Array> inputs) {
    const auto result = session.run(inputs);
    if (!result) {
      EXPECT_EQ(result.error().code, Code::kBadInput);
    }
    return result ? std::string("ran") : to_string(result.error());
  };
  EXPECT_EQ(message({a}), "1 inputs given, the model has 2");
  EXPECT_EQ(message({a, ramp(DType::kFloat16, {9, 9})}),
            "input 'onnx::MatMul_1' has shape 9x9, the model wants 1x9x9; only leading ones differ: reshape the array "
            "to 1x9x9");
  EXPECT_EQ(message({a, ramp(DType::kFloat16, {1, 9, 8})}),
            "input 'onnx::MatMul_1' has shape 1x9x8, the model wants 1x9x9");
  Array short_one = a;
  short_one.data.pop_back();
  EXPECT_EQ(message({short_one, a}), "array 0: 161 bytes are not 81 elements of float16");
  EXPECT_EQ(message({a, a}), "ran");
}

TEST(Session, ResultsStayOnTheDeviceUntilTheNextRunFails) {
  Device device = test::open_device();
  Session session = seed(device);
  const Array a = ramp(DType::kFloat16, {1, 9, 9});
  Array values = Array::zeros(DType::kFloat32, {1, 9, 9});
  const auto before = session.read_output(0, view_of(values));
  ASSERT_FALSE(before);
  EXPECT_EQ(before.error().code, Code::kUsage);
  ASSERT_TRUE(session.execute(std::vector<InputArray>{{view_of(a)}, {view_of(a)}}));
  for (int twice = 0; twice < 2; ++twice) {
    ASSERT_TRUE(session.read_output(0, view_of(values)));
    EXPECT_EQ(test::values_of(values), product(a, a));
  }
  EXPECT_EQ(session.read_output(1, view_of(values)).error().code, Code::kNotFound);
  ASSERT_FALSE(session.execute(std::vector<InputArray>{{view_of(a)}}));
  EXPECT_EQ(session.read_output(0, view_of(values)).error().code, Code::kUsage);
}

TEST(Session, ValuesThatBecomeInfiniteAreAWarningWithTheirInput) {
  Device device = test::open_device();
  Session session = seed(device);
  const Array a = ramp(DType::kFloat32, {1, 9, 9});
  Array large = a;
  set_element(large, 7, 70000);
  const auto result = session.run(std::vector{a, large});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->warnings,
            (std::vector<std::string>{"input 'onnx::MatMul_1': 1 of 81 values are beyond the range of "
                                      "float16 and became infinite"}));
}

TEST(Session, LayersAreEveryNodesResultInTheTensorsOwnType) {
  Device device = test::open_device();
  Session session = seed(device);
  const Array a = ramp(DType::kFloat16, {1, 9, 9});
  const auto result = session.run(std::vector{a, a}, {.keep_layers = true});
  ASSERT_TRUE(result) << to_string(result.error());
  ASSERT_EQ(result->layers.size(), 7u);  // two inputs, three Reshape, Transpose, exMatMul
  const auto& tensors = session.model().tensors;
  for (const Layer& layer : result->layers) {
    EXPECT_EQ(layer.array.shape, tensors[layer.tensor].shape);
    EXPECT_EQ(layer.array.dtype, tensors[layer.tensor].dtype);
  }
  EXPECT_EQ(result->layers[0].array.data, a.data);
  EXPECT_EQ(test::values_of(result->layers[5].array), product(a, a));  // exMatMul, as 1x9x1x9
  EXPECT_EQ(result->layers.back().array.data, result->outputs[0].raw.data);
}

TEST(Session, HostOperatorsThatAreNotThereAreRefusedAtLoadAllAtOnce) {
  auto model = container::read_model(kData / "seed/matmul.rknn");
  ASSERT_TRUE(model);
  model->nodes[2].op = "Erf";
  model->nodes[4].op = "Floor";
  model->nodes[6].op = "Erf";
  Device device = test::open_device();
  const auto session = Session::load(device, std::move(*model));
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, Code::kUnsupported);
  EXPECT_EQ(session.error().message, "the model needs CPU operators that are not there yet: Erf, Floor");
}

TEST(Session, AnErrorOfASubmitNamesTheNodesItWasAbout) {
  auto model = container::read_model(kData / "seed/matmul.rknn");
  ASSERT_TRUE(model);
  // The product's weights: an address in the first page, which no device gives to anybody.
  const std::size_t moved = std::erase_if(model->program.relocations, [&](const hw::Relocation& relocation) {
    std::uint64_t& word = model->program.words[relocation.word];
    hw::Command command = hw::Command::decode(word);
    if (command.offset != 0x1110) return false;
    command.value = 0x10;
    word = command.encode();
    return true;
  });
  ASSERT_EQ(moved, 1u);
  Device device = test::open_device();
  auto session = Session::load(device, std::move(*model));
  ASSERT_TRUE(session) << to_string(session.error());
  const Array a = ramp(DType::kFloat16, {1, 9, 9});
  const auto result = session->run(std::vector{a, a});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().where, "node 'exMatMul:/MatMul#1' (exMatMul, tasks 0 to 6)");
}

TEST(Session, TensorsWhoseShapesContradictTheirMemoryAreRefusedAtLoad) {
  const auto original = container::read_model(kData / "seed/matmul.rknn");
  ASSERT_TRUE(original);
  Device device = test::open_device();
  for (const std::size_t tensor : original->inputs) {
    for (const Shape& shape : {Shape{-1, 9, 9}, Shape{1, std::int64_t{1} << 40, std::int64_t{1} << 40}}) {
      container::Model model = *original;
      model.tensors[tensor].shape = shape;
      const auto session = Session::load(device, std::move(model));
      ASSERT_FALSE(session);
      EXPECT_EQ(session.error().code, Code::kBadFile);
    }
  }
}

TEST(Session, ATensorOfTheCpuWithoutMemoryIsRefusedAtLoad) {
  auto model = container::read_model(kData / "seed/matmul.rknn");
  ASSERT_TRUE(model);
  model->tensors[model->nodes[2].outputs[0]].kind = container::TensorKind::kOldCommands;
  Device device = test::open_device();
  const auto session = Session::load(device, std::move(*model));
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, Code::kBadFile);
}

TEST(Session, AModelThatNeedsMoreMemoryThanThereIsIsRefused) {
  auto model = container::read_model(kData / "seed/matmul.rknn");
  ASSERT_TRUE(model);
  model->memory.internal_bytes = std::uint64_t{3} << 30;
  Device device = test::open_device();
  const auto session = Session::load(device, std::move(*model));
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, Code::kDevice);
}

/// Softmax of bytes works in numbers of eight.
TEST(Session, AnOperatorThatTakesTooMuchOnTheCpuIsRefusedAtLoad) {
  constexpr std::int64_t kMost = 107'374'176;  // twice as operand and result, eight times as numbers: a GiB
  const auto seed = container::read_model(kData / "seed/matmul.rknn");
  ASSERT_TRUE(seed);
  Device device = test::open_device();
  for (const std::int64_t length : {kMost, kMost + 16}) {
    container::Model model = *seed;
    model.program = {};
    model.memory = {};
    model.tensors = {container::Tensor{}, test::tensor_of("in", DType::kInt8, {length}),
                     test::tensor_of("out", DType::kInt8, {length})};
    model.tensors[1].kind = container::TensorKind::kInput;
    model.tensors[2].kind = container::TensorKind::kOutput;
    model.inputs = {1};
    model.outputs = {2};
    model.input_norm.clear();
    container::Node node;
    node.name = "sum";
    node.op = "exSoftmax13";
    node.inputs = {1};
    node.outputs = {2};
    model.nodes = {node};
    const auto session = Session::load(device, std::move(model));
    EXPECT_EQ(session.has_value(), length == kMost);
    if (session) continue;
    EXPECT_EQ(session.error().code, Code::kUnsupported);
    EXPECT_EQ(session.error().message,
              "node 'sum' (exSoftmax13) takes 1073741920 bytes of memory on the CPU; the limit is 1073741824");
  }
}

TEST(Session, RawPixelsAndTheNumbersTheyStandForGiveNearlyTheSameImage) {
  Device device = test::open_device();
  auto session = Session::load(device, kData / "vendor/conv_img3_i8.rknn");
  ASSERT_TRUE(session) << to_string(session.error());
  Array pixels = Array::zeros(DType::kUint8, session->inputs()[0].shape);
  for (std::size_t i = 0; i < pixels.size(); ++i) set_element(pixels, i, static_cast<double>(i % 5));
  const auto raw = session->run(std::vector{pixels});
  const auto real = session->run(std::vector{converted(pixels, DType::kFloat32)});
  const auto raw_again = session->run(std::vector{pixels});
  ASSERT_TRUE(raw && real && raw_again);
  // The converter has 15 bits of 1/scale, so an int8 may fall the other way; words follow each run.
  for (std::size_t i = 0; i < raw->outputs[0].raw.size(); ++i)
    EXPECT_NEAR(element_as_double(raw->outputs[0].raw, i), element_as_double(real->outputs[0].raw, i), 1) << i;
  EXPECT_EQ(raw->outputs[0].raw.data, raw_again->outputs[0].raw.data);
}

}  // namespace
}  // namespace mattock
