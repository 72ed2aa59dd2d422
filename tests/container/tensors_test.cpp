// Each check of tensors and of memory, broken alone.
#include <gtest/gtest.h>

#include <limits>

#include "container/model_file.hpp"

namespace mattock::container {
namespace {

using test::expect_damaged;
using test::expect_refused;
using test::ModelFile;

TEST(Tensors, UnknownElementTypesAreNamed) {
  for (const int number : {8, 14, 15, 17, 255}) {
    ModelFile file;
    file.set(file.tensor("2_mm"), file::Tensor::VT_DTYPE, static_cast<std::uint8_t>(number));
    expect_refused(file.bytes, Code::kUnsupported,
                   "tensor 10 '2_mm': unknown element type number " + std::to_string(number));
  }
}

TEST(Tensors, ElementTypesAreThoseOfOnnx) {
  const std::vector<std::pair<std::uint8_t, DType>> types{
      {1, DType::kFloat32}, {2, DType::kUint8},   {3, DType::kInt8},     {4, DType::kUint16},   {5, DType::kInt16},
      {6, DType::kInt32},   {7, DType::kInt64},   {9, DType::kBool},     {10, DType::kFloat16}, {11, DType::kFloat64},
      {12, DType::kUint32}, {13, DType::kUint64}, {16, DType::kBfloat16}};
  for (const auto& [number, dtype] : types) {
    ModelFile file;
    file.set(file.tensor("onnx::MatMul_1_rs_i1"), file::Tensor::VT_DTYPE, number);
    const auto model = parse_model(file.bytes);
    ASSERT_TRUE(model) << to_string(model.error());
    EXPECT_EQ(model->tensors[1].dtype, dtype) << int{number};
  }
}

TEST(Tensors, UnknownLayoutsAreNamed) {
  ModelFile file;
  file.set(file.tensor("2_mm"), file::Tensor::VT_LAYOUT, std::uint8_t{66});
  expect_refused(file.bytes, Code::kUnsupported, "unknown layout number 66");
}

TEST(Tensors, UnknownKindsAreKeptAndReported) {
  ModelFile file;
  file.set(file.tensor("onnx::MatMul_1_rs_i1"), file::Tensor::VT_KIND, std::uint8_t{77});
  expect_warning(file, "unknown kind 77");
}

TEST(Tensors, NegativeSizesAndOffsetsAreRefused) {
  ModelFile size;
  size.set(size.tensor("2_mm"), file::Tensor::VT_SIZE, std::int32_t{-1});
  expect_damaged(size, "negative size -1");
  ModelFile offset;
  offset.set(offset.tensor("2_mm"), file::Tensor::VT_OFFSET, std::numeric_limits<std::int32_t>::min());
  expect_damaged(offset, "offset -2147483648");
}

TEST(Tensors, NegativeDimensionsAreRefused) {
  ModelFile file;
  file.set_element(*file.tensor("2").shape(), 1, std::int32_t{-9});
  expect_damaged(file, "tensor 11 '2': dimension -9 in 1x-9x9");
}

TEST(Tensors, ShapesLargerThanMemoryAreRefused) {
  ModelFile file;
  const auto& shape = *file.tensor("onnx::MatMul_0_rs").shape();
  for (unsigned i = 0; i < 4; ++i) file.set_element(shape, i, std::int32_t{0x7fffffff});
  expect_damaged(file, "more elements than memory");
}

TEST(Tensors, ACubeMustHoldItsShape) {
  ModelFile channels;
  channels.set_element(*channels.tensor("2_mm").native_shape(), 1, std::int32_t{2});
  expect_damaged(channels, "NC1HWC2 shape 1x2x1x9x4 does not hold shape 1x9x1x9");
  ModelFile width;
  width.set_element(*width.tensor("2_mm").shape(), 3, std::int32_t{8});
  expect_damaged(width, "does not hold shape 1x9x1x8");
  ModelFile lanes;
  lanes.set_element(*lanes.tensor("2_mm").native_shape(), 4, std::int32_t{0});
  expect_damaged(lanes, "dimension 0");
  ModelFile rank;
  rank.set_length(*rank.tensor("2_mm").native_shape(), 4);
  expect_damaged(rank, "does not hold");
}

TEST(Tensors, NativeWeightsComeInGroupsOfSix) {
  ModelFile file("vendor/gemm_bias_i8.rknn");
  file.set_length(*file.tensor("w1").native_shape(), 5);
  expect_damaged(file, "native weight shape of 5 numbers");
}

TEST(Tensors, ScalesArePositiveNumbers) {
  for (const float scale :
       {0.0F, -1.0F, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    ModelFile file("vendor/gemm_bias_i8.rknn");
    const auto& scales = *file.tensor("a").scale();
    file.put(scales.Data(), scale);
    expect_damaged(file, "a positive number expected");
  }
}

TEST(Tensors, EveryScaleHasAZeroPoint) {
  ModelFile file("vendor/gemm_bias_i8.rknn");
  file.set_length(*file.tensor("a").zero_point(), 0);
  expect_damaged(file, "1 scales, but 0 zero points");
}

TEST(Tensors, BuffersMustExist) {
  for (const std::int32_t index : {-1, 6, std::numeric_limits<std::int32_t>::max()}) {
    ModelFile file;
    file.set(file.tensor("2_mm_rs_i1"), file::Tensor::VT_BUFFER, index);
    expect_damaged(file, "tensor 2 '2_mm_rs_i1': buffer " + std::to_string(index) + ", but there are 6");
  }
}

TEST(Tensors, DataMayBeLongerOrShorterThanTheSize) {
  ModelFile file;
  file.set(file.tensor("2_mm_rs_i1"), file::Tensor::VT_SIZE, std::int32_t{8});
  file.set(file.tensor("onnx::MatMul_1_rs_i1"), file::Tensor::VT_SIZE, std::int32_t{4096});
  const auto model = parse_model(file.bytes);
  ASSERT_TRUE(model) << to_string(model.error());
  EXPECT_EQ(model->tensors[1].data.size(), 32U);
  EXPECT_EQ(model->tensors[2].data.size(), 24U);
}

TEST(Tensors, PlacesMustLieInInternalMemory) {
  ModelFile file;
  file.set(file.tensor("2_mm"), file::Tensor::VT_OFFSET, std::int32_t{2497});
  expect_damaged(file, "tensor 10 '2_mm': ends at byte 2881 of an internal memory of 2880");
}

TEST(Tensors, InputsAndOutputsMustFitTheirSize) {
  ModelFile file;
  file.set(file.tensor("onnx::MatMul_0"), file::Tensor::VT_SIZE, std::int32_t{161});
  expect_damaged(file, "161 bytes for a shape that needs 162");
}

TEST(Tensors, MemoryMustBeAddressable) {
  ModelFile file;
  file.set(*file.model().memory(), file::Memory::VT_INTERNAL_BYTES, (std::uint64_t{1} << 32) + 1);
  expect_damaged(file, "at most 4294967296 can be addressed");
}

TEST(Tensors, UnusedInternalMemoryIsReported) {
  ModelFile file;
  file.set(*file.model().memory(), file::Memory::VT_INTERNAL_BYTES, std::uint64_t{4096});
  expect_warning(file, "internal memory of 4096 bytes, but its tensors end at 2880");
}

TEST(Tensors, ConstantsTogetherMustBeAddressable) {
  ModelFile file;
  for (const char* name : {"onnx::MatMul_1_rs_i1", "2_mm_rs_i1", "onnx::MatMul_0_rs_i1"}) {
    file.set(file.tensor(name), file::Tensor::VT_SIZE, std::numeric_limits<std::int32_t>::max());
  }
  expect_damaged(file, "constants of 6442450944 bytes");
}

TEST(Tensors, ModelInputsAndOutputsMustExistAndBeOfTheirKind) {
  ModelFile outside;
  outside.set_element(*outside.graph().inputs(), 0, std::int32_t{14});
  expect_damaged(outside, "model inputs: tensor 14, but there are 14");
  ModelFile negative;
  negative.set_element(*negative.graph().outputs(), 0, std::int32_t{-1});
  expect_damaged(negative, "model outputs: tensor -1");
  ModelFile kind;
  kind.set_element(*kind.graph().outputs(), 0, std::int32_t{10});
  expect_damaged(kind, "tensor 10 '2_mm' is listed as output, but its kind is intermediate");
}

TEST(Tensors, NamesThatAreNotUtf8AreKept) {
  ModelFile file;
  file.put(file.tensor("2").name()->c_str(), '\xff');
  const auto model = parse_model(file.bytes);
  ASSERT_TRUE(model) << to_string(model.error());
  EXPECT_EQ(model->tensors[11].name, "\xff");
}

TEST(Tensors, TooManyNumbersAreRefused) {
  ModelFile file("vendor/conv_dw_s2_i8.rknn");
  // The words behind this vector belong to other objects; only the count matters here.
  file.set_length(*file.tensor("w1").shape(), 17);
  expect_damaged(file, "17; at most 16 are read");
}

}  // namespace
}  // namespace mattock::container
