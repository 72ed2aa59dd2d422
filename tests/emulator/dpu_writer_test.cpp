// Where the DPU reads and writes: strides, notches, the transposed and the contiguous write, regrouping.
#include <gtest/gtest.h>

#include <algorithm>

#include "emulator/support/conv_cases.hpp"
#include "emulator/support/flying.hpp"

namespace mattock::test {
namespace {

// Copies of int16 patterns, which move anything: every element is a number of its own.
class Copies : public testing::Test {
 protected:
  std::vector<double> counting(std::size_t count) {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i) - 300;
    return values;
  }

  Flying cube(std::uint32_t width, std::uint32_t height, std::uint32_t channels) {
    values_ = counting(std::size_t{width} * height * channels);
    Flying flying{.width = width, .height = height, .channels = channels, .in = kInt16, .work = kInt16, .out = kInt16};
    flying.source = place_cube(machine_, kInt16, width * height, channels, values_);
    return flying;
  }
  double value(const Flying& flying, std::uint32_t pixel, std::uint32_t channel) const {
    return values_[std::size_t{pixel} * flying.channels + channel];
  }

  testing::AssertionResult runs(const Task& task) {
    const auto report = machine_.run(task);
    if (!report) return testing::AssertionFailure() << to_string(report.error());
    return testing::AssertionSuccess();
  }
  double stored(std::uint32_t address) { return load_number(machine_, kInt16, address); }

  static constexpr double kUntouched = 0x7f7f;
  Machine machine_{std::size_t{1} << 17};
  std::vector<double> values_;
};

TEST_F(Copies, ANotchLeavesRoomAtTheEndOfEveryLine) {
  // 3 x 2 pixels into the left part of a map 5 wide.
  Flying flying = cube(3, 2, 8);
  const std::uint32_t surface = 12 * 8;  // 5 x 2 pixels, rounded up
  flying.output = machine_.allocate(2 * surface);
  Task task = flying_task(flying);
  task.set(0x4024, surface), task.set(0x40c0, surface), task.set(0x4038, 2u << 16 | 2);
  ASSERT_TRUE(runs(task));
  for (std::uint32_t y = 0; y < 2; ++y)
    for (std::uint32_t x = 0; x < 5; ++x)
      for (std::uint32_t c = 0; c < 8; ++c) {
        const double expected = x < 3 ? value(flying, y * 3 + x, c) : kUntouched;
        EXPECT_EQ(stored(flying.output + cube_offset(kInt16, surface, y * 5 + x, c)), expected) << x << " " << y;
      }
}

TEST_F(Copies, ANotchCountsEightByteUnitsForWidePixelsToo) {
  Flying flying{.width = 2, .height = 2, .channels = 4, .in = kFp16, .work = kFp16, .out = kFp32};
  flying.source = place_cube(machine_, kFp16, 4, 4, counting(16));
  flying.output = machine_.allocate(128);
  Task task = flying_task(flying);
  task.set(0x4038, 2u << 16 | 2);  // one pixel of 16 bytes
  ASSERT_TRUE(runs(task));
  EXPECT_EQ(load_number(machine_, kFp32, flying.output + 48), -292) << "line 1 starts after 3 pixels";
  EXPECT_EQ(machine_.load<std::uint32_t>(flying.output + 32), 0x7f7f7f7fu);
}

TEST_F(Copies, ReadsAPartOfAMapByLineNotchAndSurfaceNotch) {
  // 3 x 2 pixels at (1, 1) of a map 7 x 4 with 3 surfaces.
  const Flying whole = cube(7, 4, 12);
  Flying part{.width = 3, .height = 2, .channels = 12, .in = kInt16, .work = kInt16, .out = kInt16};
  part.source = whole.source + (7 + 1) * 8;
  part.output = machine_.allocate(part.output_bytes());
  Task task = flying_task(part);
  const std::uint32_t line_notch = 4;
  task.set(0x5048, line_notch << 19);
  task.set(0x504c, whole.source_surface() - 1 * (3 + line_notch) * 8 - 3 * 8);
  ASSERT_TRUE(runs(task));
  const auto found = load_cube(machine_, kInt16, part.output, 6, 12);
  for (std::uint32_t p = 0; p < 6; ++p)
    for (std::uint32_t c = 0; c < 12; ++c)
      EXPECT_EQ(found[std::size_t{p} * 12 + c], value(whole, (p / 3 + 1) * 7 + p % 3 + 1, c)) << p << " " << c;
}

// The repacking of [row][K] into weight slices: 8 rows of 32 channels, read as 2 slices of 16 channels; the
// "surfaces" (pairs of 4 channels of a row) are closer together than the lines are long.
TEST_F(Copies, ANegativeSurfaceNotchReadsSurfacesInsideTheLines) {
  constexpr std::uint32_t kRows = 8, kRowBytes = 64, kSlices = 2;
  const std::uint32_t source = machine_.allocate(kRows * kRowBytes), output = machine_.allocate(kRows * kRowBytes);
  for (std::uint32_t i = 0; i < kRows * kRowBytes / 2; ++i)
    machine_.store(source + i * 2, static_cast<std::int16_t>(i));
  // W = 4 atoms of a slice's row, H = rows; channels / 4 = slices.
  Flying flying{.width = 4, .height = kRows, .channels = 4 * kSlices, .in = kInt16, .work = kInt16, .out = kInt16};
  flying.source = source, flying.output = output;
  Task task = flying_task(flying);
  const std::uint32_t line_notch = (kRowBytes - 32) / 8;
  task.set(0x5048, line_notch << 19);
  task.set(0x504c, 32u - (kRows - 1) * kRowBytes - 32);  // from the last pixel of slice 0 back to slice 1
  task.set(0x4024, kRows * 32), task.set(0x40c0, kRows * 32);
  ASSERT_TRUE(runs(task));
  for (std::uint32_t slice = 0; slice < kSlices; ++slice)
    for (std::uint32_t row = 0; row < kRows; ++row)
      for (std::uint32_t c = 0; c < 16; ++c)
        EXPECT_EQ(stored(output + slice * kRows * 32 + row * 32 + c * 2), row * 32 + slice * 16 + c);
}

TEST_F(Copies, TheTransposedWriteTurnsPixelsIntoRows) {
  for (const std::uint32_t width : {8u, 5u, 1u}) {
    for (const std::uint32_t channels : {4u, 16u, 28u}) {
      Flying flying = cube(width, 1, channels);
      flying.output = machine_.allocate(std::size_t{width} * channels * 2);
      Task task = flying_task(flying);
      task.set(0x400c, 0x40000109);
      const std::uint32_t e = width - 1, stride = channels * 2;
      task.set(0x4050, e << 8 | e << 5 | e << 2 | 2);
      task.set(0x4024, stride), task.set(0x40c0, width * stride);
      ASSERT_TRUE(runs(task));
      for (std::uint32_t x = 0; x < width; ++x)
        for (std::uint32_t c = 0; c < channels; ++c)
          ASSERT_EQ(stored(flying.output + x * stride + c * 2), value(flying, x, c)) << width << " " << x << " " << c;
    }
  }
}

TEST_F(Copies, TheTransposedWriteNeedsACubeOfOneLine) {
  Flying flying = cube(4, 2, 4);
  flying.output = machine_.allocate(256);
  Task task = flying_task(flying);
  task.set(0x400c, 0x40000109), task.set(0x4050, 0x7fe);
  const auto report = machine_.run(task);
  ASSERT_FALSE(report.has_value());
  EXPECT_NE(report.error().message.find("tp_en"), std::string::npos) << report.error().message;
}

TEST_F(Copies, TheContiguousWriteFollowsTheOrderOfArrival) {
  // int8 to fp16: an input atom of 8 channels leaves as E = 2 neighbours. Surface, pixel, then these two.
  Flying flying{.width = 3, .height = 2, .channels = 16, .in = kInt8, .work = kInt8, .out = kFp16};
  std::vector<double> values;
  for (int i = 0; i < 96; ++i) values.push_back(i - 40);
  flying.source = place_cube(machine_, kInt8, 6, 16, values);
  flying.output = machine_.allocate(192);
  Task task = flying_task(flying);
  task.set(0x400c, 0x109 | 1u << 25 | 192u / 8 << 9);
  ASSERT_TRUE(runs(task));
  for (std::uint32_t group = 0; group < 2; ++group)
    for (std::uint32_t p = 0; p < 6; ++p)
      for (std::uint32_t lane = 0; lane < 8; ++lane)
        EXPECT_EQ(load_number(machine_, kFp16, flying.output + ((group * 6 + p) * 8 + lane) * 2),
                  values[std::size_t{p} * 16 + group * 8 + lane]);
}

TEST_F(Copies, TheContiguousLengthMustBeWhatArrives) {
  Flying flying = cube(3, 2, 8);
  flying.output = machine_.allocate(96);
  Task task = flying_task(flying);
  task.set(0x400c, 0x109 | 1u << 25 | 12u << 9);
  EXPECT_TRUE(runs(task));
  task.set(0x400c, 0x109 | 1u << 25 | 11u << 9);
  const auto report = machine_.run(task);
  ASSERT_FALSE(report.has_value());
  EXPECT_NE(report.error().message.find("surf_len"), std::string::npos) << report.error().message;
}

// The DPU's width, height and channels need not be the source's: two lines become two surfaces, every second
// pixel and line of a larger map, the way transposed convolutions write one phase.
TEST_F(Copies, TheWriterRegroupsTheMapAsItsOwnSizesSay) {
  Flying flying = cube(3, 2, 4);
  flying.output = machine_.allocate(6 * 4 * 8);
  Task task = flying_task(flying);
  task.set(0x4030, 0), task.set(0x4034, 2), task.set(0x403c, 7u << 16 | 7);  // 1 wide, 3 high, 8 channels
  task.set(0x4038, 1u << 16 | 1);                                            // every second pixel
  task.set(0x4024, 6 * 2 * 8), task.set(0x40c0, 6 * 2 * 8);                  // every second line of 6 pixels
  ASSERT_TRUE(runs(task));
  for (std::uint32_t y = 0; y < 4; ++y)
    for (std::uint32_t x = 0; x < 6; ++x) {
      const bool phase = y % 2 == 0 && x % 2 == 0;
      const double expected = phase ? value(flying, y / 2 * 3 + x / 2, 1) : kUntouched;
      EXPECT_EQ(stored(flying.output + (y * 6 + x) * 8 + 2), expected) << x << " " << y;
    }
}

TEST_F(Copies, ACubeThatDoesNotTakeWhatArrivesIsRefused) {
  Flying flying = cube(3, 2, 4);
  flying.output = machine_.allocate(256);
  Task task = flying_task(flying);
  task.set(0x4030, 3);
  const auto report = machine_.run(task);
  ASSERT_FALSE(report.has_value());
  EXPECT_NE(report.error().message.find("data_cube"), std::string::npos) << report.error().message;
}

TEST_F(Copies, SurfacesMayLieAtAnyMultipleOfEightBytes) {
  // Two surfaces interleaved pixel by pixel: a row-major matrix of 8 channels, 1 wide and 5 high.
  Flying flying = cube(1, 5, 8);
  flying.output = machine_.allocate(5 * 16);
  Task task = flying_task(flying);
  task.set(0x4024, 8), task.set(0x40c0, 8), task.set(0x4038, 1u << 16 | 1);
  ASSERT_TRUE(runs(task));
  for (std::uint32_t row = 0; row < 5; ++row)
    for (std::uint32_t c = 0; c < 8; ++c)
      EXPECT_EQ(stored(flying.output + row * 16 + c * 2), value(flying, row, c)) << row << " " << c;
}

TEST_F(Copies, ConvolutionsWriteMatricesInPlace) {
  // Row form of the notes: A 4 x 64 row-major, 32 kernels, C 4 x 32 row-major.
  const Convolution conv{.width = 1, .height = 4, .channels = 64, .kernels = 32};
  Random random(1);
  const ConvolutionData data = random_data(conv, random);
  PlacedConvolution placed = place(conv, data, machine_);
  const std::vector<double> cube_result = [&] {
    EXPECT_TRUE(runs(placed.task));
    return load_output(conv, placed, machine_);
  }();

  std::vector<double> rows;
  for (int y = 0; y < 4; ++y)
    for (int c = 0; c < 64; ++c) rows.push_back(data.features[static_cast<std::size_t>(c * 4 + y)]);
  placed.task.set(0x1070, place_cube(machine_, kFp16, 64, 4, rows, 512));  // 256 numbers in a row
  placed.task.set(0x107c, 16), placed.task.set(0x1080, 1);
  placed.task.set(0x4024, 8), placed.task.set(0x40c0, 16), placed.task.set(0x4038, 7u << 16 | 7);
  ASSERT_TRUE(runs(placed.task));
  for (std::uint32_t y = 0; y < 4; ++y)
    for (std::uint32_t n = 0; n < 32; ++n)
      EXPECT_EQ(load_number(machine_, kFp16, placed.output + (y * 32 + n) * 2), cube_result[n * 4 + y])
          << y << " " << n;
}

// NC1HWC2 int8 to NCHW: kernel n picks channel n / 8 of pixel n % 8, and the surfaces are channel planes.
TEST_F(Copies, AnIdentityKernelWritesChannelPlanes) {
  Convolution conv{.arithmetic = Arithmetic::kInt8, .requantise = Requantise::kPerLayer, .width = 8, .height = 3};
  conv.channels = 8, conv.kernels = 64, conv.kernel_width = 8;
  Random random(2);
  ConvolutionData data = random_data(conv, random);
  std::fill(data.weights.begin(), data.weights.end(), 0);
  std::fill(data.bias.begin(), data.bias.end(), 0);
  for (std::size_t n = 0; n < 64; ++n) data.weights[(n * 8 + n / 8) * 8 + n % 8] = 1;
  PlacedConvolution placed = place(conv, data, machine_);
  const std::uint32_t plane = 8 * 3;
  placed.task.set(0x4024, plane), placed.task.set(0x40c0, 2 * plane);
  ASSERT_TRUE(runs(placed.task));
  for (std::uint32_t c = 0; c < 8; ++c)
    for (std::uint32_t p = 0; p < plane; ++p)
      EXPECT_EQ(load_number(machine_, kInt8, placed.output + c * plane + p), data.features[c * plane + p]);
}

}  // namespace
}  // namespace mattock::test
