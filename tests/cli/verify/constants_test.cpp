#include "verify/constants.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"

namespace mattock::verify {
namespace {

using container::Layout;
using container::Tensor;

const hw::Chip& rk3566() { return *hw::find_chip("rk3566"); }

/// Data of 16-bit elements that hold their own position.
Tensor numbered(DType dtype, Layout layout, Shape shape, std::size_t elements) {
  Tensor tensor;
  tensor.name = std::string(1, 'w');
  tensor.dtype = dtype;
  tensor.layout = layout;
  tensor.shape = std::move(shape);
  tensor.data.resize(elements * element_bytes(dtype));
  for (std::size_t i = 0; i < elements; ++i) {
    if (element_bytes(dtype) == 2)
      store_le<std::uint16_t>(tensor.data, i * 2, static_cast<std::uint16_t>(i));
    else
      store_le<std::uint8_t>(tensor.data, i, static_cast<std::uint8_t>(i));
  }
  return tensor;
}

std::uint16_t position(const Array& array, std::size_t index) { return load_le<std::uint16_t>(array.data, index * 2); }

TEST(Weights, of_23_kernels_and_17_channels_are_three_groups_of_a_full_and_a_short_slice) {
  // Groups of 8, 8 and 7 kernels; slices of 16 channels and of 4 (17 rounded up to whole atoms of 4).
  const auto decoded =
      decode_weights(numbered(DType::kFloat16, Layout::kNativeWeight, {23, 17, 1, 1}, 23 * 20), rk3566());
  ASSERT_TRUE(decoded) << decoded.error().message;
  ASSERT_EQ(decoded->shape, (Shape{23, 17, 1, 1}));
  const auto at = [&](std::size_t kernel, std::size_t channel) { return position(*decoded, kernel * 17 + channel); };
  EXPECT_EQ(at(0, 0), 0);
  EXPECT_EQ(at(0, 15), 15);
  EXPECT_EQ(at(1, 0), 16);
  EXPECT_EQ(at(0, 16), 8 * 16);  // second slice of the first group
  EXPECT_EQ(at(7, 16), 8 * 16 + 7 * 4);
  EXPECT_EQ(at(8, 0), 8 * 20);        // second group
  EXPECT_EQ(at(16, 3), 16 * 20 + 3);  // third group: 7 kernels
  EXPECT_EQ(at(22, 16), 16 * 20 + 7 * 16 + 6 * 4);
}

TEST(Weights, a_last_slice_of_24_bytes_takes_32) {
  const auto decoded = decode_weights(numbered(DType::kFloat16, Layout::kNativeWeight, {9, 9, 1, 1}, 9 * 16), rk3566());
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(position(*decoded, 1 * 9 + 0), 16);
  EXPECT_EQ(position(*decoded, 8 * 9 + 8), 8 * 16 + 8);
}

TEST(Weights, taps_lie_between_slice_and_kernel_row_before_column) {
  const auto decoded =
      decode_weights(numbered(DType::kFloat16, Layout::kNativeWeight, {10, 20, 2, 3}, 10 * 20 * 6), rk3566());
  ASSERT_TRUE(decoded) << decoded.error().message;
  const auto at = [&](std::size_t kernel, std::size_t channel, std::size_t y, std::size_t x) {
    return position(*decoded, ((kernel * 20 + channel) * 2 + y) * 3 + x);
  };
  EXPECT_EQ(at(0, 0, 0, 1), 8 * 16);
  EXPECT_EQ(at(0, 0, 1, 0), 3 * 8 * 16);
  EXPECT_EQ(at(3, 5, 1, 2), 5 * 8 * 16 + 3 * 16 + 5);
  EXPECT_EQ(at(2, 17, 1, 0), 6 * 8 * 16 + 3 * 8 * 4 + 2 * 4 + 1);  // short slice of 4 behind the full one
  EXPECT_EQ(at(9, 19, 1, 2), 8 * 20 * 6 + 6 * 2 * 16 + 5 * 2 * 4 + 1 * 4 + 3);
}

TEST(Weights, of_8_bits_come_in_groups_of_16_and_slices_of_32) {
  const auto decoded = decode_weights(numbered(DType::kInt8, Layout::kNativeWeight, {3, 33, 1, 1}, 3 * 40), rk3566());
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(std::to_integer<int>(decoded->data[1 * 33 + 31]), 32 + 31);
  EXPECT_EQ(std::to_integer<int>(decoded->data[2 * 33 + 32]), 3 * 32 + 2 * 8);
}

TEST(DepthwiseWeights, lie_by_slice_row_column_channel) {
  // 40 channels of 8 bits: a slice of 32 and one of 8.
  const auto decoded =
      decode_depthwise_weights(numbered(DType::kFloat16, Layout::kNativeWeight, {1, 21, 3, 2}, 6 * (16 + 8)), rk3566());
  ASSERT_TRUE(decoded) << decoded.error().message;
  ASSERT_EQ(decoded->shape, (Shape{21, 1, 3, 2}));
  const auto at = [&](std::size_t channel, std::size_t y, std::size_t x) {
    return position(*decoded, (channel * 3 + y) * 2 + x);
  };
  EXPECT_EQ(at(0, 0, 1), 16);
  EXPECT_EQ(at(15, 2, 1), 5 * 16 + 15);
  EXPECT_EQ(at(20, 1, 0), 6 * 16 + 2 * 8 + 4);
}

TEST(Weights, with_too_little_data_or_an_odd_shape_are_refused) {
  const auto shorter =
      decode_weights(numbered(DType::kFloat16, Layout::kNativeWeight, {9, 9, 1, 1}, 9 * 16 - 1), rk3566());
  ASSERT_FALSE(shorter);
  EXPECT_EQ(shorter.error().code, Code::kBadFile);
  EXPECT_NE(shorter.error().message.find("286 bytes of data; shape 9x9x1x1 of float16 needs 288"), std::string::npos)
      << shorter.error().message;
  EXPECT_FALSE(decode_weights(numbered(DType::kFloat16, Layout::kNativeWeight, {9, 9}, 81), rk3566()));
  EXPECT_FALSE(decode_weights(numbered(DType::kFloat16, Layout::kNativeWeight, {9, -9, 1, 1}, 81), rk3566()));
  EXPECT_FALSE(decode_weights(
      numbered(DType::kFloat16, Layout::kNativeWeight, {1 << 30, 1 << 30, 1 << 30, 1 << 30}, 81), rk3566()));
  EXPECT_FALSE(decode_depthwise_weights(numbered(DType::kFloat16, Layout::kNativeWeight, {2, 9, 1, 1}, 81), rk3566()));
}

TEST(Constant, drops_the_padding_of_a_stream) {
  const auto decoded = decode_constant(numbered(DType::kFloat16, Layout::kPlain, {23}, 24));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->data.size(), 46u);
  EXPECT_EQ(position(*decoded, 22), 22);
  EXPECT_FALSE(decode_constant(numbered(DType::kFloat16, Layout::kPlain, {25}, 24)));
}

TEST(Constant, comes_out_of_the_feature_layout) {
  Tensor tensor = numbered(DType::kFloat16, Layout::kNC1HWC2, {2, 5, 1, 3}, 2 * 2 * 3 * 4);
  tensor.native_shape = {2, 2, 1, 3, 4};
  const auto decoded = decode_constant(tensor);
  ASSERT_TRUE(decoded) << decoded.error().message;
  const auto at = [&](std::size_t n, std::size_t c, std::size_t x) { return position(*decoded, (n * 5 + c) * 3 + x); };
  EXPECT_EQ(at(0, 3, 0), 3);
  EXPECT_EQ(at(0, 0, 2), 8);
  EXPECT_EQ(at(0, 4, 1), 12 + 4);
  EXPECT_EQ(at(1, 2, 1), 24 + 4 + 2);
  tensor.native_shape = {2, 3, 1, 3, 4};
  EXPECT_FALSE(decode_constant(tensor));
}

}  // namespace
}  // namespace mattock::verify
