#include "base/view.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace mattock {
namespace {

Array ramp(DType dtype, Shape shape) {
  Array array = Array::zeros(dtype, std::move(shape));
  for (std::size_t i = 0; i < array.size(); ++i) set_element(array, i, static_cast<double>(i % 100));
  return array;
}

/// All elements, `step` at a time.
Array gathered(const ArrayView& view, std::size_t step) {
  Array result = Array::zeros(view.dtype, view.shape);
  const std::size_t bytes = element_bytes(view.dtype);
  for (std::size_t first = 0; first < view.size(); first += step)
    gather(view, first, std::span(result.data).subspan(first * bytes, std::min(step, view.size() - first) * bytes));
  return result;
}

TEST(View, OfAnArrayIsDense) {
  const Array array = ramp(DType::kFloat16, {2, 3, 5});
  const ArrayView view = view_of(array);
  EXPECT_EQ(view.strides, (Strides{30, 10, 2}));
  EXPECT_TRUE(view.is_dense());
  EXPECT_EQ(gathered(view, 4).data, array.data);
}

TEST(View, DimensionsOfOneMayHaveAnyStride) {
  const Array array = ramp(DType::kInt8, {1, 4, 1});
  ArrayView view = view_of(array);
  view.strides = {-77, 1, 1000};
  EXPECT_TRUE(view.is_dense());
  view.strides = {-77, 2, 1000};
  EXPECT_FALSE(view.is_dense());
}

TEST(View, TransposedReversedAndRepeatedElementsAreFound) {
  const Array array = ramp(DType::kInt16, {2, 3});  // 0 1 2 / 3 4 5
  ArrayView view = view_of(array);
  view.shape = {3, 2};
  view.strides = {2, 6};
  EXPECT_EQ(element_as_double(gathered(view, 6), 1), 3);
  view.shape = {2, 2};
  view.strides = {0, -2};  // the last two of row 0, backwards, twice
  view.data += 4;
  const Array twice = gathered(view, 3);
  EXPECT_EQ(element_as_double(twice, 0), 2);
  EXPECT_EQ(element_as_double(twice, 1), 1);
  EXPECT_EQ(element_as_double(twice, 2), 2);
}

TEST(View, ScalarsAndEmptyArraysHaveTheirOneAndNoElements) {
  const Array scalar = ramp(DType::kFloat32, {});
  EXPECT_EQ(view_of(scalar).size(), 1u);
  EXPECT_EQ(gathered(view_of(scalar), 1).data, scalar.data);
  const Array empty = Array::zeros(DType::kFloat32, {3, 0, 2});
  EXPECT_TRUE(view_of(empty).is_dense());
  gather(view_of(empty), 0, {});
}

TEST(View, GatheringWhatWasScatteredGivesItBackForAnyStrides) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const DType dtype = std::array{DType::kInt8, DType::kFloat16, DType::kFloat32, DType::kFloat64}[random() % 4];
    Shape shape(random() % 4 + 1);
    for (auto& d : shape) d = static_cast<std::int64_t>(random() % 5 + 1);
    // Dimensions in a random order in memory, with gaps and signs, starting at an odd address.
    Strides strides(shape.size());
    std::vector<std::size_t> order(shape.size());
    for (std::size_t d = 0; d < order.size(); ++d) order[d] = d;
    std::shuffle(order.begin(), order.end(), random);
    auto step = static_cast<std::int64_t>(element_bytes(dtype) + random() % 3);
    std::int64_t start = 1;
    for (const std::size_t d : order) {
      const bool backwards = random() % 2 == 0;
      strides[d] = backwards ? -step : step;
      if (backwards) start += step * (shape[d] - 1);
      step = step * shape[d] + static_cast<std::int64_t>(random() % 3);
    }
    std::vector<std::byte> memory(static_cast<std::size_t>(step) + 16);
    const MutableView to{dtype, shape, strides, memory.data() + start};
    const Array array = ramp(dtype, shape);
    const std::size_t part = random() % 7 + 1, bytes = element_bytes(dtype);
    for (std::size_t first = 0; first < array.size(); first += part)
      scatter(std::span(array.data).subspan(first * bytes, std::min(part, array.size() - first) * bytes), to, first);
    ASSERT_EQ(gathered({dtype, shape, strides, memory.data() + start}, part).data, array.data) << "round " << round;
  }
}

}  // namespace
}  // namespace mattock
