#include "session/form.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "session/arrays.hpp"

namespace mattock::session {
namespace {

using test::array_of;
using test::tensor_of;
using test::values_of;

const hw::Chip& chip() { return *hw::find_chip("rk3566"); }

container::Tensor cube_tensor(container::TensorKind kind, DType dtype, Shape shape, Shape native) {
  container::Tensor tensor = tensor_of("t", dtype, std::move(shape));
  tensor.layout = container::Layout::kNC1HWC2;
  tensor.native_shape = std::move(native);
  tensor.kind = kind;
  return tensor;
}

using Kind = container::TensorKind;

TEST(Form, PlainTensorsTakeTheirElements) {
  const auto form = form_of(tensor_of("t", DType::kFloat16, {17, 31}), chip());
  ASSERT_TRUE(form);
  EXPECT_EQ(bytes_of(*form), 1054u);
}

TEST(Form, ModelInputsAreDenseAndOtherCubesHaveRoundedSurfaces) {
  const auto input = form_of(cube_tensor(Kind::kInput, DType::kFloat16, {1, 17, 7, 5}, {1, 5, 7, 5, 4}), chip());
  const auto inner = form_of(cube_tensor(Kind::kIntermediate, DType::kFloat16, {1, 17, 7, 5}, {1, 5, 7, 5, 4}), chip());
  ASSERT_TRUE(input && inner);
  EXPECT_EQ(bytes_of(*input), 5u * 35 * 8);
  EXPECT_EQ(bytes_of(*inner), 5u * 36 * 8);
}

TEST(Form, ARowOfOneByOneMapsIsAMatrixInPlace) {
  const auto tensor = cube_tensor(Kind::kIntermediate, DType::kFloat16, {3, 20, 1, 1}, {3, 5, 1, 1, 4});
  const auto form = form_of(tensor, chip());
  ASSERT_TRUE(form);
  EXPECT_EQ(bytes_of(*form), 120u);
  std::vector<std::byte> memory(120);
  Array matrix = Array::zeros(DType::kFloat16, tensor.shape);
  for (std::size_t i = 0; i < matrix.size(); ++i) set_element(matrix, i, static_cast<double>(i));
  write_tensor(*form, matrix.data, memory);
  EXPECT_EQ(memory, matrix.data);
}

TEST(Form, AnInputWhoseNativeShapeEndsInItsThreeChannelsIsAnImageWithLinesOfWholeAtoms) {
  const auto form = form_of(cube_tensor(Kind::kInput, DType::kInt8, {1, 3, 9, 11}, {1, 1, 9, 11, 3}), chip());
  ASSERT_TRUE(form);
  const auto* image = std::get_if<layout::Image>(&*form);
  ASSERT_NE(image, nullptr);
  EXPECT_EQ(image->line_bytes, 40u);  // 33 bytes of pixels
}

TEST(Form, WhatIsWrittenCanBeReadAgain) {
  const auto tensor = cube_tensor(Kind::kIntermediate, DType::kInt8, {2, 9, 2, 3}, {2, 2, 2, 3, 8});
  const auto form = form_of(tensor, chip());
  ASSERT_TRUE(form);
  std::vector<double> numbers;
  for (int i = 0; i < 108; ++i) numbers.push_back(i - 50);
  std::vector<std::byte> memory(bytes_of(*form));
  write_tensor(*form, array_of(DType::kInt8, tensor.shape, numbers).data, memory);
  EXPECT_EQ(values_of(read_tensor(tensor, *form, memory)), numbers);
}

TEST(Form, ShapesThatContradictEachOtherAreRefused) {
  const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  const auto refused = [](Shape shape, Shape native) {
    const auto form =
        form_of(cube_tensor(Kind::kIntermediate, DType::kFloat16, std::move(shape), std::move(native)), chip());
    return !form && form.error().code == Code::kBadFile;
  };
  EXPECT_TRUE(refused({1, 9, 1, 9}, {1, 3, 1, 9}));
  EXPECT_TRUE(refused({9, 9}, {1, 3, 1, 9, 4}));
  EXPECT_TRUE(refused({1, 9, 1, 9}, {1, 2, 1, 9, 4}));  // 8 lanes for 9 channels
  EXPECT_TRUE(refused({1, 9, 1, 9}, {1, 3, 1, 8, 4}));  // another width
  EXPECT_TRUE(refused({1, 9, 1, 9}, {1, 3, 1, 9, 0}));
  EXPECT_TRUE(refused({1, -9, 1, 9}, {1, 3, 1, 9, 4}));
  EXPECT_TRUE(refused({1, huge, 1, 9}, {1, 3, 1, 9, 4}));
  EXPECT_TRUE(refused({1, 9, 1, 9}, {1, huge, 1, 9, 4}));
  EXPECT_TRUE(refused({huge, 1, huge, huge}, {huge, 1, huge, huge, 4}));
  const auto plain = form_of(tensor_of("t", DType::kFloat16, {1}), chip());
  EXPECT_TRUE(plain);
  auto overflowing = tensor_of("t", DType::kFloat16, {1});
  overflowing.shape = {huge, huge};
  EXPECT_FALSE(form_of(overflowing, chip()));
}

TEST(Form, WeightsInNativeLayoutAreRefusedByNameOfTheTensor) {
  auto tensor = tensor_of("w1", DType::kFloat16, {8, 4});
  tensor.layout = container::Layout::kNativeWeight;
  const auto form = form_of(tensor, chip());
  ASSERT_FALSE(form);
  EXPECT_EQ(form.error().code, Code::kUnsupported);
  EXPECT_NE(form.error().message.find("'w1'"), std::string::npos);
}

}  // namespace
}  // namespace mattock::session
