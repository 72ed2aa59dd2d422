// Convolutions by seed: words from the test's own writer, result from a plain loop, compared in every element.
// MATTOCK_SEED and MATTOCK_CASES choose another start and number.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "emulator/support/conv_cases.hpp"

namespace mattock::test {
namespace {

int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

// Channel counts at and beside the limits of atoms, slices and groups, as often as any other.
int draw_channels(Random& random) {
  static constexpr int kEdges[] = {1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 63, 64, 65, 70};
  if (draw(random, 0, 1) == 0) return draw(random, 1, 70);
  return kEdges[static_cast<std::size_t>(draw(random, 0, static_cast<int>(std::size(kEdges)) - 1))];
}

Convolution draw_convolution(Random& random) {
  Convolution conv;
  conv.arithmetic = draw(random, 0, 1) == 0 ? Arithmetic::kInt8 : Arithmetic::kFp16;
  if (conv.is_float()) {
    conv.wide_output = draw(random, 0, 1) == 1;
    conv.bias = draw(random, 0, 1) == 1;
  } else {
    conv.requantise = static_cast<Requantise>(draw(random, 0, 2));
    conv.pad_value = draw(random, -128, 127);
  }
  conv.depthwise = draw(random, 0, 3) == 0;
  conv.channels = draw_channels(random);
  conv.kernels = conv.depthwise ? conv.channels : draw_channels(random);
  conv.kernel_width = draw(random, 1, 5), conv.kernel_height = draw(random, 1, 5);
  conv.stride_x = draw(random, 1, 3), conv.stride_y = draw(random, 1, 3);
  conv.dilation_x = draw(random, 0, 3) == 0 ? draw(random, 2, 3) : 1;
  conv.dilation_y = draw(random, 0, 3) == 0 ? draw(random, 2, 3) : 1;
  conv.pad_left = draw(random, 0, 2), conv.pad_top = draw(random, 0, 2);
  conv.pad_right = draw(random, 0, 2), conv.pad_bottom = draw(random, 0, 2);
  // The map is at least as large as the kernel needs; now and then exactly, for an output of one pixel.
  const int least_width = std::max(1, (conv.kernel_width - 1) * conv.dilation_x + 1 - conv.pad_left - conv.pad_right);
  const int least_height = std::max(1, (conv.kernel_height - 1) * conv.dilation_y + 1 - conv.pad_top - conv.pad_bottom);
  conv.width = least_width + (draw(random, 0, 5) == 0 ? 0 : draw(random, 0, 9));
  conv.height = least_height + (draw(random, 0, 5) == 0 ? 0 : draw(random, 0, 9));
  if (conv.requantise != Requantise::kNone) {
    conv.weight_offset = draw(random, -128, 128);
    conv.output_scale = draw(random, 1 << 14, (1 << 15) - 1);
    conv.output_shift = draw(random, 20, 28);
    conv.output_offset = draw(random, -128, 127);
  }
  return conv;
}

// Neighbouring seeds start unrelated sequences only after mixing.
Random seeded(int seed) { return Random(static_cast<std::uint32_t>(seed) * 2654435761u + 12345u); }

TEST(Convolution, AThousandBySeedEqualThePlainLoop) {
  const int first = from_environment("MATTOCK_SEED", 1), count = from_environment("MATTOCK_CASES", 1000);
  int failures = 0;
  for (int seed = first; seed < first + count && failures < 5; ++seed) {
    Random random = seeded(seed);
    const Convolution conv = draw_convolution(random);
    const auto result = same_as_plain(conv, random_data(conv, random));
    EXPECT_TRUE(result) << "seed " << seed;
    failures += result ? 0 : 1;
  }
}

// Sums whose order shows: 2^30 comes and goes among products near 2^-24, and what was added between the two lost
// the bits below 2^-22. The map is as large as the kernel, so every weight is used once.
TEST(Convolution, FloatSumsRunInTheOrderOfTheWeights) {
  for (int seed = 1; seed <= 60; ++seed) {
    Random random = seeded(seed);
    Convolution conv{.wide_output = true, .width = draw(random, 1, 3), .height = draw(random, 1, 3)};
    conv.channels = draw(random, 17, 70), conv.kernels = 9;
    conv.kernel_width = conv.width, conv.kernel_height = conv.height;
    ConvolutionData data = random_data(conv, random);
    const int taps = conv.channels * conv.width * conv.height;
    for (double& feature : data.features) feature = std::ldexp(draw(random, 1024, 2047), -23);
    for (double& weight : data.weights) weight = std::ldexp(draw(random, -2047, 2047), -22);
    const int come = draw(random, 0, taps - 1), go = (come + draw(random, 1, taps - 1)) % taps;
    for (const auto& [tap, weight] : {std::pair{come, 32768.0}, std::pair{go, -32768.0}}) {
      data.features[static_cast<std::size_t>(tap)] = 32768;
      for (int n = 0; n < conv.kernels; ++n) data.weights[static_cast<std::size_t>(n * taps + tap)] = weight;
    }
    ASSERT_TRUE(same_as_plain(conv, data)) << "seed " << seed;
  }
}

TEST(Convolution, ChannelCountsBesideEveryLimitWorkOnBothSides) {
  for (const Arithmetic arithmetic : {Arithmetic::kInt8, Arithmetic::kFp16})
    for (const int limit : {4, 8, 16, 32, 64})
      for (const int delta : {-1, 0, 1}) {
        Random random = seeded(limit * 3 + delta);
        Convolution conv{.arithmetic = arithmetic, .width = 3, .height = 2, .channels = limit + delta, .kernels = 5};
        conv.kernel_width = 2;
        EXPECT_TRUE(same_as_plain(conv, random_data(conv, random)));
        conv.channels = 5, conv.kernels = limit + delta;
        EXPECT_TRUE(same_as_plain(conv, random_data(conv, random)));
      }
}

TEST(Convolution, OneOutputPixelWorks) {
  for (const Arithmetic arithmetic : {Arithmetic::kInt8, Arithmetic::kFp16})
    for (const int size : {1, 3}) {
      Random random = seeded(size);
      Convolution conv{.arithmetic = arithmetic, .width = size, .height = size, .channels = 40, .kernels = 17};
      conv.kernel_width = size, conv.kernel_height = size;
      EXPECT_TRUE(same_as_plain(conv, random_data(conv, random)));
    }
}

TEST(Convolution, Bfloat16RoundsOnceToBfloat16) {
  for (int seed = 1; seed <= 12; ++seed) {
    Random random = seeded(seed);
    Convolution conv{.arithmetic = Arithmetic::kBf16, .bias = seed % 2 == 0, .width = 6, .height = 4};
    conv.depthwise = seed % 3 == 0;
    conv.channels = draw(random, 1, 40), conv.kernels = conv.depthwise ? conv.channels : draw(random, 1, 40);
    conv.kernel_width = draw(random, 1, 3), conv.kernel_height = draw(random, 1, 3);
    EXPECT_TRUE(same_as_plain(conv, random_data(conv, random, 20))) << "seed " << seed;
  }
}

TEST(Convolution, Int16RequantisesPerChannelToInt16) {
  for (int seed = 1; seed <= 12; ++seed) {
    Random random = seeded(seed);
    Convolution conv{.arithmetic = Arithmetic::kInt16, .requantise = Requantise::kPerChannel, .width = 5, .height = 7};
    conv.channels = draw(random, 1, 40), conv.kernels = draw(random, 1, 40);
    conv.kernel_width = draw(random, 1, 3), conv.pad_left = 1, conv.pad_right = 1;
    conv.output_scale = draw(random, 1 << 14, (1 << 15) - 1), conv.output_shift = draw(random, 18, 24);
    ConvolutionData data = random_data(conv, random);
    for (int& offset : data.weight_offsets) offset = 0;  // the converter's int16 has no zero points
    EXPECT_TRUE(same_as_plain(conv, data)) << "seed " << seed;
  }
}

TEST(Convolution, TransposedSpreadsTheInputByThePadValue) {
  for (const Arithmetic arithmetic : {Arithmetic::kFp16, Arithmetic::kInt8})
    for (const auto& [sx, sy, k] :
         {std::tuple{2, 2, 2}, std::tuple{2, 2, 3}, std::tuple{3, 2, 4}, std::tuple{1, 3, 3}}) {
      Random random = seeded(sx * 100 + sy * 10 + k);
      Convolution conv{.arithmetic = arithmetic, .width = 8, .height = 5, .channels = 10, .kernels = 12};
      conv.spread_x = sx, conv.spread_y = sy, conv.kernel_width = k, conv.kernel_height = k;
      conv.pad_left = conv.pad_right = conv.pad_top = conv.pad_bottom = std::min(k - 1, 2);
      if (arithmetic == Arithmetic::kInt8) {
        conv.requantise = Requantise::kPerLayer, conv.pad_value = -7, conv.weight_offset = 3;
        conv.output_scale = 20000, conv.output_shift = 24;
      }
      EXPECT_TRUE(same_as_plain(conv, random_data(conv, random)));
    }
}

TEST(Convolution, ImagesAreReadAsInterleavedPixels) {
  for (const Arithmetic arithmetic : {Arithmetic::kFp16, Arithmetic::kInt8})
    for (const int channels : {1, 3}) {
      Random random = seeded(channels);
      Convolution conv{.arithmetic = arithmetic, .width = 11, .height = 9, .channels = channels, .kernels = 18};
      conv.image = true, conv.kernel_width = 3, conv.kernel_height = 3;
      conv.pad_left = conv.pad_top = conv.pad_right = conv.pad_bottom = 1;
      if (arithmetic == Arithmetic::kInt8) conv.pad_value = 11;
      EXPECT_TRUE(same_as_plain(conv, random_data(conv, random)));
    }
}

TEST(Convolution, TheInputConverterQuantisesRawPixels) {
  Convolution conv{.arithmetic = Arithmetic::kInt8, .width = 16, .height = 6, .channels = 3, .kernels = 8};
  conv.image = true, conv.kernel_width = 3, conv.kernel_height = 3, conv.pad_left = conv.pad_top = 1;
  conv.pad_value = -2;
  conv.pixel_conversion = true;
  const int scales[] = {0x40e4, 0x7000, 0x4000, 0x4000}, shifts[] = {15, 14, 15, 14}, offsets[] = {-2, -128, 5, 0};
  std::copy(std::begin(scales), std::end(scales), conv.pixel_scale);
  std::copy(std::begin(shifts), std::end(shifts), conv.pixel_shift);
  std::copy(std::begin(offsets), std::end(offsets), conv.pixel_offset);
  Random random = seeded(3);
  EXPECT_TRUE(same_as_plain(conv, random_data(conv, random)));
}

// 4 * 32767^2 = 2^32 - 262140; divided by 16 that is -16383.75.
TEST(Convolution, AnInt32SumWrapsAndIsReported) {
  Convolution conv{.arithmetic = Arithmetic::kInt16, .requantise = Requantise::kPerChannel, .channels = 4};
  conv.output_shift = 4;
  const ConvolutionData data{.features = {32767, 32767, 32767, 32767},
                             .weights = {32767, 32767, 32767, 32767},
                             .bias = {0},
                             .weight_offsets = {0},
                             .multipliers = {16384}};
  Machine machine(std::size_t{1} << 16);
  const PlacedConvolution placed = place(conv, data, machine);
  const auto report = machine.run(placed.task);
  ASSERT_TRUE(report.has_value()) << to_string(report.error());
  EXPECT_EQ(load_output(conv, placed, machine).at(0), -16384);
  ASSERT_EQ(report->events.size(), 1u);
  EXPECT_NE(report->events[0].what.find("wrapped"), std::string::npos) << report->events[0].what;
}

}  // namespace
}  // namespace mattock::test
