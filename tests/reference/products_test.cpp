#include <gtest/gtest.h>

#include <cmath>

#include "build.hpp"

namespace mattock::test {
namespace {

Array random_integers(std::mt19937_64& random, DType dtype, Shape shape, int low, int high) {
  Array array = Array::zeros(dtype, std::move(shape));
  std::uniform_int_distribution<> draw(low, high);
  for (std::size_t i = 0; i < array.size(); ++i) set_element(array, i, draw(random));
  return array;
}

struct Case {
  std::int64_t n, channels, h, w, group, group_kernels, kh, kw;
  graph::Extent2 strides, dilations;
  graph::Pads pads;
};

Case draw_case(std::mt19937_64& random) {
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution<std::int64_t>(low, high)(random); };
  Case c{};
  c.n = draw(1, 2);
  c.group = draw(0, 2) == 0 ? draw(2, 3) : 1;
  c.channels = c.group * draw(1, 23);
  c.group_kernels = draw(1, 5);
  c.kh = draw(1, 4);
  c.kw = draw(1, 5);
  c.strides = {draw(1, 3), draw(1, 3)};
  c.dilations = {draw(1, 2), draw(1, 3)};
  c.pads = {draw(0, 2), draw(0, 2), draw(0, 2), draw(0, 2)};
  c.h = std::max<std::int64_t>(1, (c.kh - 1) * c.dilations.y + 1 + draw(0, 4));
  c.w = std::max<std::int64_t>(1, (c.kw - 1) * c.dilations.x + 1 + draw(0, 6));
  return c;
}

// Whole numbers small enough that every sum is exact: the order cannot matter, so a plain scatter of each input
// pixel into a padded copy and a window over it must give the same.
std::vector<double> plain_conv(const Case& c, const Array& x, const Array& w, std::int64_t oh, std::int64_t ow) {
  const std::int64_t ph = c.h + c.pads.top + c.pads.bottom;
  const std::int64_t pw = c.w + c.pads.left + c.pads.right;
  std::vector<double> padded(static_cast<std::size_t>(c.n * c.channels * ph * pw), 0.0);
  for (std::int64_t plane = 0; plane < c.n * c.channels; ++plane)
    for (std::int64_t y = 0; y < c.h; ++y)
      for (std::int64_t column = 0; column < c.w; ++column)
        padded[static_cast<std::size_t>((plane * ph + y + c.pads.top) * pw + column + c.pads.left)] =
            element_as_double(x, static_cast<std::size_t>((plane * c.h + y) * c.w + column));
  std::vector<double> result;
  const std::int64_t in_group = c.channels / c.group;
  for (std::int64_t n = 0; n < c.n; ++n)
    for (std::int64_t k = 0; k < c.group * c.group_kernels; ++k)
      for (std::int64_t y = 0; y < oh; ++y)
        for (std::int64_t column = 0; column < ow; ++column) {
          double sum = 0;
          for (std::int64_t i = 0; i < in_group * c.kh * c.kw; ++i) {
            const std::int64_t channel = n * c.channels + k / c.group_kernels * in_group + i / (c.kh * c.kw);
            const std::int64_t py = y * c.strides.y + i / c.kw % c.kh * c.dilations.y;
            const std::int64_t px = column * c.strides.x + i % c.kw * c.dilations.x;
            sum += padded[static_cast<std::size_t>((channel * ph + py) * pw + px)] *
                   element_as_double(w, static_cast<std::size_t>(k * in_group * c.kh * c.kw + i));
          }
          result.push_back(sum);
        }
  return result;
}

TEST(Conv, equals_a_plain_loop_for_any_kernel_stride_dilation_padding_and_group) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    std::mt19937_64 random(seed);
    const Case c = draw_case(random);
    const std::int64_t oh = (c.h + c.pads.top + c.pads.bottom - (c.kh - 1) * c.dilations.y - 1) / c.strides.y + 1;
    const std::int64_t ow = (c.w + c.pads.left + c.pads.right - (c.kw - 1) * c.dilations.x - 1) / c.strides.x + 1;
    const DType dtype = seed % 2 == 0 ? DType::kFloat16 : DType::kInt8;
    const Array x = random_integers(random, dtype, {c.n, c.channels, c.h, c.w}, -9, 9);
    const std::int64_t kernels = c.group * c.group_kernels;
    const Array w = random_integers(random, dtype, {kernels, c.channels / c.group, c.kh, c.kw}, -9, 9);
    const graph::Conv op{.group = c.group, .strides = c.strides, .dilations = c.dilations, .pads = c.pads};
    const Single made = single(op, {{x, {}}, {w, {}}}, DType::kFloat32, {c.n, kernels, oh, ow});
    ASSERT_EQ(numbers(run(made)), plain_conv(c, x, w, oh, ow)) << "seed " << seed;
  }
}

TEST(Conv, of_a_single_pixel_and_a_single_kernel_is_a_product) {
  const Array x = array_of(DType::kFloat16, {1, 1, 1, 1}, {3});
  const Array w = array_of(DType::kFloat16, {1, 1, 1, 1}, {-2});
  EXPECT_EQ(numbers(run(single(graph::Conv{}, {{x, {}}, {w, {}}}, DType::kFloat16, {1, 1, 1, 1}))),
            (std::vector<double>{-6}));
}

TEST(Conv, adds_bias_and_fused_steps_before_the_one_rounding) {
  // 2048 + 1 rounds to 2048 in binary16; with the bias of 1 and the operand of 2 before the rounding it is 2052.
  const Array x = array_of(DType::kFloat16, {1, 2, 1, 1}, {2048, 1});
  const Array w = array_of(DType::kFloat16, {1, 2, 1, 1}, {1, 1});
  const Array bias = array_of(DType::kFloat32, {1}, {1});
  const Array residual = array_of(DType::kFloat16, {1, 1, 1, 1}, {2});
  const std::vector<Operand> operands{{x, {}}, {w, {}}, {bias, {}}, {residual, {}}};
  EXPECT_EQ(numbers(run(single(graph::Conv{}, operands, DType::kFloat16, {1, 1, 1, 1}, {}, {{graph::Add{}, 3}}, 3))),
            (std::vector<double>{2052}));
  EXPECT_EQ(numbers(run(single(graph::Conv{}, operands, DType::kFloat16, {1, 1, 1, 1}, {},
                               {{graph::Add{}, 3}, {graph::Mul{}, 3}, {graph::Clip{-5, 4000}, {}}}, 3))),
            (std::vector<double>{4000}));
}

TEST(Conv, sums_in_the_order_of_slice_row_column_channel) {
  // 17 binary16 channels are two slices (16 and 1). 2^60 - 2^60 cancels exactly, and 1 survives only if it is
  // added after the cancellation. Channel 16 belongs to the second slice, so it comes after both taps of the first.
  std::vector<double> x(17 * 2, 0.0);
  std::vector<double> w(17 * 2, 0.0);
  const auto put = [&](std::size_t channel, std::size_t tap, double factor, double other) {
    x[channel * 2 + tap] = factor;
    w[channel * 2 + tap] = other;
  };
  const auto evaluate = [&] {
    const Array image = array_of(DType::kBfloat16, {1, 17, 1, 2}, x);
    const Array kernel = array_of(DType::kBfloat16, {1, 17, 1, 2}, w);
    return numbers(run(single(graph::Conv{}, {{image, {}}, {kernel, {}}}, DType::kFloat32, {1, 1, 1, 1})))[0];
  };
  const double big = std::ldexp(1.0, 30);
  put(3, 0, big, big);
  put(0, 1, big, -big);
  put(16, 0, 1, 1);
  EXPECT_EQ(evaluate(), 1);
  put(16, 0, 0, 0);
  put(4, 0, 1, 1);  // same slice and tap, after the large product, before its negative: lost
  EXPECT_EQ(evaluate(), 0);
  put(4, 0, 0, 0);
  put(2, 1, 1, 1);  // second tap, behind the cancellation
  EXPECT_EQ(evaluate(), 1);
}

// Every input pixel paints the kernel onto the output.
TEST(ConvTranspose, equals_painting_the_kernel_at_every_pixel) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    const Case c = draw_case(random);
    const std::int64_t h = 1 + static_cast<std::int64_t>(random() % 4);
    const std::int64_t w = 1 + static_cast<std::int64_t>(random() % 5);
    const graph::Extent2 more{c.strides.y > 1 ? 1 : 0, 0};
    const std::int64_t oh =
        (h - 1) * c.strides.y + (c.kh - 1) * c.dilations.y + 1 + more.y - c.pads.top - c.pads.bottom;
    const std::int64_t ow = (w - 1) * c.strides.x + (c.kw - 1) * c.dilations.x + 1 - c.pads.left - c.pads.right;
    if (oh < 1 || ow < 1) continue;
    const std::int64_t kernels = c.group * c.group_kernels;
    const std::int64_t in_group = c.channels / c.group;
    const Array x = random_integers(random, DType::kFloat16, {1, c.channels, h, w}, -9, 9);
    const Array weights = random_integers(random, DType::kFloat16, {c.channels, c.group_kernels, c.kh, c.kw}, -9, 9);
    std::vector<double> expected(static_cast<std::size_t>(kernels * oh * ow), 0.0);
    for (std::int64_t i = 0; i < c.channels * c.group_kernels * c.kh * c.kw * h * w; ++i) {
      const std::int64_t ix = i % w, iy = i / w % h;
      const std::int64_t tap = i / (w * h);
      const std::int64_t kx = tap % c.kw, ky = tap / c.kw % c.kh;
      const std::int64_t channel = tap / (c.kw * c.kh * c.group_kernels);
      const std::int64_t kernel = channel / in_group * c.group_kernels + tap / (c.kw * c.kh) % c.group_kernels;
      const std::int64_t y = iy * c.strides.y + ky * c.dilations.y - c.pads.top;
      const std::int64_t column = ix * c.strides.x + kx * c.dilations.x - c.pads.left;
      if (y < 0 || y >= oh || column < 0 || column >= ow) continue;
      expected[static_cast<std::size_t>((kernel * oh + y) * ow + column)] +=
          element_as_double(x, static_cast<std::size_t>((channel * h + iy) * w + ix)) *
          element_as_double(weights, static_cast<std::size_t>(tap));
    }
    const graph::ConvTranspose op{
        .group = c.group, .strides = c.strides, .dilations = c.dilations, .pads = c.pads, .output_pads = more};
    const Single made = single(op, {{x, {}}, {weights, {}}}, DType::kFloat32, {1, kernels, oh, ow});
    ASSERT_EQ(numbers(run(made)), expected) << "seed " << seed;
  }
}

TEST(MatMul, broadcasts_leading_dimensions) {
  const Array a = array_of(DType::kFloat32, {2, 1, 1, 2}, {1, 2, 3, 4});
  const Array b = array_of(DType::kFloat32, {3, 2, 1}, {1, 10, 2, 20, 3, 30});
  EXPECT_EQ(numbers(run(single(graph::MatMul{}, {{a, {}}, {b, {}}}, DType::kFloat32, {2, 3, 1, 1}))),
            (std::vector<double>{21, 42, 63, 43, 86, 129}));
}

TEST(MatMul, of_size_one_is_a_product) {
  const Array a = array_of(DType::kBfloat16, {1, 1}, {257 - 1});
  const Array b = array_of(DType::kBfloat16, {1, 1}, {0.5});
  EXPECT_EQ(numbers(run(single(graph::MatMul{}, {{a, {}}, {b, {}}}, DType::kBfloat16, {1, 1}))),
            (std::vector<double>{128}));
}

}  // namespace
}  // namespace mattock::test
