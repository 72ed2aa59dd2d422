// Shapes as NumPy's matmul, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>

#include "matmul/matmul.hpp"
#include "support/device.hpp"

namespace mattock {
namespace {

Array ramp(Shape shape) {
  Array array = Array::zeros(DType::kFloat32, std::move(shape));
  for (std::size_t i = 0; i < array.size(); ++i) set_element(array, i, static_cast<double>(i % 5) - 2);
  return array;
}

std::vector<double> values(const Array& array) {
  std::vector<double> result;
  for (std::size_t i = 0; i < array.size(); ++i) result.push_back(element_as_double(array, i));
  return result;
}

TEST(MatmulShape, IsThatOfNumPy) {
  const auto shape = [](Shape a, Shape b) {
    const auto result = matmul_shape(a, b);
    return result ? shape_text(*result) : result.error().message;
  };
  EXPECT_EQ(shape({2, 3}, {3, 4}), "2x4");
  EXPECT_EQ(shape({3}, {3, 4}), "4");
  EXPECT_EQ(shape({2, 3}, {3}), "2");
  EXPECT_EQ(shape({3}, {3}), "scalar");
  EXPECT_EQ(shape({5, 2, 3}, {3, 4}), "5x2x4");
  EXPECT_EQ(shape({5, 1, 2, 3}, {7, 3, 4}), "5x7x2x4");
  EXPECT_EQ(shape({7, 3}, {5, 3, 4}), "5x7x4");
  EXPECT_EQ(shape({3}, {5, 3, 4}), "5x4");
  EXPECT_EQ(shape({0, 3}, {3, 4}), "0x4");
  EXPECT_EQ(shape({2, 3}, {4, 4}), "A is 2x3 and B is 4x4: the inner dimensions 3 and 4 differ");
  EXPECT_EQ(shape({}, {4, 4}), "A is a single number: a product takes vectors and matrices");
  EXPECT_EQ(shape({2, 2, 3}, {3, 3, 4}), "batches of 2 and 3 do not go together");
}

TEST(Matmul, VectorsAreRowsAndColumns) {
  Device device = test::open_device();
  const Array a = ramp({3}), b = ramp({3, 2});  // -2 -1 0; -2 -1 / 0 1 / 2 -2
  const auto row = matmul(device, view_of(a), view_of(b));
  ASSERT_TRUE(row) << to_string(row.error());
  EXPECT_EQ(row->shape, (Shape{2}));
  EXPECT_EQ(values(*row), (std::vector<double>{4, 1}));
  const auto dot = matmul(device, view_of(a), view_of(a));
  ASSERT_TRUE(dot);
  EXPECT_EQ(dot->shape, Shape{});
  EXPECT_EQ(values(*dot), (std::vector<double>{5}));
}

TEST(Matmul, BatchesBroadcast) {
  Device device = test::open_device();
  const Array a = ramp({2, 1, 3, 4}), b = ramp({5, 4, 2});
  const auto c = matmul(device, view_of(a), view_of(b));
  ASSERT_TRUE(c) << to_string(c.error());
  ASSERT_EQ(c->shape, (Shape{2, 5, 3, 2}));
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 5; ++j)
      for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t column = 0; column < 2; ++column) {
          double sum = 0;
          for (std::size_t k = 0; k < 4; ++k)
            sum += element_as_double(a, (i * 3 + row) * 4 + k) * element_as_double(b, (j * 4 + k) * 2 + column);
          EXPECT_EQ(element_as_double(*c, ((i * 5 + j) * 3 + row) * 2 + column), sum);
        }
}

TEST(Matmul, ABatchOnOneMatrixIsOneTallProduct) {
  Device device = test::open_device();
  const Array a = ramp({4, 3, 5}), b = ramp({5, 2});
  Array flat = a;
  flat.shape = {12, 5};
  const auto c = matmul(device, view_of(a), view_of(b)), tall = matmul(device, view_of(flat), view_of(b));
  ASSERT_TRUE(c && tall);
  EXPECT_EQ(c->shape, (Shape{4, 3, 2}));
  EXPECT_EQ(c->data, tall->data);
}

TEST(Matmul, ABatchOfMoreRowsThanAMatrixMayHaveIsNotOne) {
  Device device = test::open_device();
  const Array a = ramp({1, 1}), b = ramp({1, 1});
  ArrayView many = view_of(a);
  many.shape = {(1 << 11) + 1, 1 << 9, 1};  // 2^20 + 512 rows, all the same number
  many.strides = {0, 0, 0};
  const auto c = matmul(device, many, view_of(b));
  ASSERT_TRUE(c) << to_string(c.error());
  EXPECT_EQ(c->shape, many.shape);
  for (const std::size_t i : {std::size_t{0}, c->size() / 2, c->size() - 1}) EXPECT_EQ(element_as_double(*c, i), 4);
}

TEST(Matmul, SizesOfZeroGiveEmptyArraysOrZeros) {
  Device device = test::open_device();
  const auto empty = matmul(device, view_of(ramp({0, 3})), view_of(ramp({3, 2})));
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->shape, (Shape{0, 2}));
  const auto zeros = matmul(device, view_of(ramp({2, 0})), view_of(ramp({0, 3})));
  ASSERT_TRUE(zeros);
  EXPECT_EQ(values(*zeros), std::vector<double>(6, 0));
}

TEST(Matmul, BIsPreparedOnceForManyRuns) {
  Device device = test::open_device();
  auto product = Matmul::create(device, {.m = 2, .k = 3, .n = 4});
  ASSERT_TRUE(product) << to_string(product.error());
  const Array b = ramp({3, 4});
  Array c = Array::zeros(DType::kFloat32, {2, 4});
  EXPECT_EQ(product->run(view_of(ramp({2, 3})), view_of(c)).error().code, Code::kUsage);
  ASSERT_TRUE(product->set_b(view_of(b)));
  for (int round = 0; round < 3; ++round) {
    Array a = ramp({2, 3});
    set_element(a, 0, round);
    ASSERT_TRUE(product->run(view_of(a), view_of(c)));
    EXPECT_EQ(element_as_double(c, 0), round * -2.0 + -1 * 2 + 0 * 1);
  }
}

TEST(Matmul, WorksBehindTheCallersBackBetweenSubmitAndWait) {
  Device device = test::open_device();
  auto first = Matmul::create(device, {.m = 40, .k = 300, .n = 50}),
       second = Matmul::create(device, {.m = 2, .k = 3, .n = 4});
  ASSERT_TRUE(first && second);
  const Array b = ramp({300, 50}), small = ramp({3, 4});
  ASSERT_TRUE(first->set_b(view_of(b)));
  ASSERT_TRUE(second->set_b(view_of(small)));
  Array expected = Array::zeros(DType::kFloat32, {40, 50}), c = expected, other = Array::zeros(DType::kFloat32, {2, 4});
  ASSERT_TRUE(first->run(view_of(ramp({40, 300})), view_of(expected)));
  for (int round = 0; round < 3; ++round) {
    Array a = ramp({40, 300});
    ASSERT_TRUE(first->submit(view_of(a), view_of(c)));
    std::ranges::fill(a.data, std::byte{0});  // A is not needed any more
    EXPECT_EQ(first->submit(view_of(a), view_of(c)).error().code, Code::kUsage);
    ASSERT_TRUE(second->run(view_of(ramp({2, 3})), view_of(other)));
    ASSERT_TRUE(first->wait());
    EXPECT_EQ(c.data, expected.data);
    EXPECT_EQ(first->wait().error().code, Code::kUsage);
  }
  ASSERT_TRUE(first->submit(view_of(ramp({40, 300})), view_of(c)));
  first = fail(Code::kUsage, "gone");  // a Matmul that goes away waits
  EXPECT_EQ(c.data, expected.data);
}

TEST(Matmul, WhatDoesNotFitIsRefusedByName) {
  Device device = test::open_device();
  const auto message = [&](const Array& a, const Array& b, const MatmulOptions& options = {}) {
    const auto c = matmul(device, view_of(a), view_of(b), options);
    return c ? std::string("multiplied") : to_string(c.error());
  };
  const MatmulOptions int8{.operand = plan::Operand::kInt8, .output = plan::Output::kInt32};
  EXPECT_EQ(message(ramp({2, 3}), ramp({3, 2}), int8), "B is float32, but an int8 product takes int8");
  EXPECT_EQ(message(ramp({2, 3}), ramp({3, 2}), {.output = plan::Output::kInt32}),
            "fp16 x fp16 to int32: the rk3566 multiplies fp16 to fp32 or fp16, and int8 to int32 or int8");
  EXPECT_EQ(message(ramp({2, 3}), ramp({2, 3})),
            "A is 2x3 and B is 2x3: the inner dimensions 3 and 2 differ; the last dimension of A must be the last but "
            "one of B");
  const auto large = Matmul::create(device, {.m = (1u << 20) + 1});
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().message, "M is 1048577; it can be 1 to 1048576");
  const auto none = Matmul::create(device, {.k = 0});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "K is 0; it can be 1 to 1048576");
  const auto huge = Matmul::create(device, {.m = 1u << 20, .k = 1u << 20, .n = 1});
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().message, "A, B and C take 2199029547008 bytes; DMA of the rk3566 reaches 4294967296");
  const auto beyond_memory = Matmul::create(device, {.m = 1u << 20, .k = 1u << 10, .n = 1});
  ASSERT_FALSE(beyond_memory);
  EXPECT_EQ(beyond_memory.error().code, Code::kDevice);
}

}  // namespace
}  // namespace mattock
