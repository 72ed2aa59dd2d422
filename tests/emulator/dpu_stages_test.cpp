// The DPU's arithmetic, stage by stage, on flying tasks: register values as the notes give them, results from
// plain formulas here.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

#include "base/half.hpp"
#include "emulator/support/conv_cases.hpp"
#include "emulator/support/flying.hpp"
#include "emulator/support/plain_conv.hpp"

namespace mattock::test {
namespace {

std::uint32_t fp32(double value) { return std::bit_cast<std::uint32_t>(static_cast<float>(value)); }
std::uint32_t fp16_high(double value) { return std::uint32_t{half_from_double(value).bits} << 16; }
double to_fp16(double value) { return to_double(half_from_double(value)); }
double saturated(std::int64_t value) { return static_cast<double>(clamp_to_bits(value, 8)); }
std::int64_t whole(double value) { return static_cast<std::int64_t>(value); }

// A flying task over 3 x 2 pixels: source and operand filled at random, result compared element by element.
class Stages : public testing::Test {
 protected:
  static constexpr std::uint32_t kPixels = 6;

  // Values of fp16 cubes have few bits, so that sums and products round now and then, not always.
  std::vector<double> numbers(std::uint32_t precision, std::uint32_t count) {
    std::vector<double> values(count);
    for (double& value : values)
      value = precision == kInt8    ? draw(random_, -128, 127)
              : precision == kInt16 ? draw(random_, -30000, 30000)
                                    : to_fp16(std::ldexp(draw(random_, -2047, 2047), draw(random_, -11, -4)));
    return values;
  }

  Flying start(std::uint32_t in, std::uint32_t work, std::uint32_t out, std::uint32_t channels) {
    x_ = numbers(in, kPixels * channels);
    flying_ = {.width = 3, .height = 2, .channels = channels, .in = in, .work = work, .out = out};
    flying_.source = place_cube(machine_, in, kPixels, channels, x_);
    flying_.output = machine_.allocate(flying_.output_bytes());
    task_ = flying_task(flying_);
    return flying_;
  }
  void start_fp16() { start(kFp16, kFp16, kFp16, 12); }
  void start_int8() { start(kInt8, kInt8, kInt8, 16); }

  void set(std::initializer_list<std::pair<std::uint16_t, std::uint32_t>> writes) {
    for (const auto& [offset, value] : writes) task_.set(offset, value);
  }

  // A second cube as EW operand, by pixel.
  void operand_map(std::uint32_t ew_cfg) {
    y_ = numbers(flying_.in, kPixels * flying_.channels);
    const std::uint32_t address = place_cube(machine_, flying_.in, kPixels, flying_.channels, y_);
    set({{0x4070, ew_cfg},
         {0x5034, flying_.in == kInt8 ? 0x40000000 : 0x40000004},
         {0x5038, address},
         {0x503c, flying_.source_surface() - 8},
         {0x5040, flying_.source_surface()}});
  }

  // expected(x, y, channel), y the EW operand.
  void expect(const std::function<double(double, double, std::uint32_t)>& expected) {
    const auto report = machine_.run(task_);
    ASSERT_TRUE(report.has_value()) << to_string(report.error());
    const auto found = load_cube(machine_, flying_.out, flying_.output, kPixels, flying_.channels);
    for (std::uint32_t i = 0; i < found.size(); ++i)
      ASSERT_EQ(found[i], expected(x_[i], y_.empty() ? 0 : y_[i], i % flying_.channels))
          << "pixel " << i / flying_.channels << " channel " << i % flying_.channels << " x " << x_[i];
  }

  Random random_{7};
  Machine machine_{std::size_t{1} << 16};
  Flying flying_;
  Task task_;
  std::vector<double> x_, y_;
};

TEST_F(Stages, CopyKeepsEveryValue) {
  for (const std::uint32_t precision : {kInt8, kInt16, kFp16}) {
    start(precision, precision, precision, 16);
    expect([](double x, double, std::uint32_t) { return x; });
  }
  start(kBf16, kBf16, kBf16, 8);
  expect([](double x, double, std::uint32_t) { return to_double(bfloat16_from_double(x)); });
}

TEST_F(Stages, Int16FillWritesAConstantWhateverWasThere) {
  start(kInt16, kInt16, kInt16, 8);  // the vendor's way to clear fp16 lanes that hold NaN
  set({{0x4040, 0x42}, {0x4048, 0}});
  expect([](double, double, std::uint32_t) { return 0; });
  set({{0x4060, 0x58}, {0x4064, 0x3c00}});
  expect([](double, double, std::uint32_t) { return 0x3c00; });
}

TEST_F(Stages, Int8WidensToFp16AndFp32) {
  start(kInt8, kInt8, kFp16, 16);
  ASSERT_EQ(task_.get(0x4010), 0x40000000u);
  ASSERT_EQ(task_.get(0x4050), 0x126u);
  expect([](double x, double, std::uint32_t) { return x; });
  start(kInt8, kInt8, kFp32, 16);
  ASSERT_EQ(task_.get(0x4010), 0xa0000000u);
  expect([](double x, double, std::uint32_t) { return x; });
}

TEST_F(Stages, Fp16WidensToFp32) {
  start(kFp16, kFp16, kFp32, 12);
  ASSERT_EQ(task_.get(0x4010), 0xa8000002u);
  expect([](double x, double, std::uint32_t) { return x; });
}

TEST_F(Stages, Fp32RoundsToFp16OnceHalvesToEven) {
  flying_ = {.width = 3, .height = 2, .channels = 4, .in = kFp32, .work = kFp16, .out = kFp16};
  x_ = {1 + 1.0 / 2048,
        1 + 3.0 / 2048,
        -1 - 1.0 / 2048,
        2049,
        2051,
        1 + 1.0 / 2048 + 1.0 / (1 << 20),
        65504,
        65519,
        0.1f,
        -0.3f,
        1e-7,
        6e-8,
        3.0 / (1 << 25),
        1.0 / (1 << 25),
        1.0 / 3,
        7,
        -7,
        1e-3,
        1000.3f,
        2047.5f,
        12.34f,
        -5e-5f,
        0,
        1};
  for (double& value : x_) value = static_cast<double>(static_cast<float>(value));
  flying_.source = place_cube(machine_, kFp32, kPixels, 4, x_);
  flying_.output = machine_.allocate(flying_.output_bytes());
  task_ = flying_task(flying_);
  ASSERT_EQ(task_.get(0x4010), 0x54000002u);
  ASSERT_EQ(task_.get(0x5044), 0x2c041u);
  expect([](double x, double, std::uint32_t) { return to_fp16(x); });
  EXPECT_EQ(load_number(machine_, kFp16, flying_.output), 1) << "1 + 2^-11 is a tie";
  EXPECT_EQ(load_number(machine_, kFp16, flying_.output + 2), 1 + 4.0 / 2048);
}

TEST_F(Stages, Fp16OverflowSubnormalsAndNanAreReported) {
  flying_ = {.width = 1, .height = 1, .channels = 4, .in = kFp32, .work = kFp16, .out = kFp16};
  flying_.source = place_cube(machine_, kFp32, 1, 4, {65520, 1e-6, std::nan(""), 1});
  flying_.output = machine_.allocate(flying_.output_bytes());
  const auto report = machine_.run(flying_task(flying_));
  ASSERT_TRUE(report.has_value()) << to_string(report.error());
  EXPECT_EQ(report->events.size(), 3u);
  EXPECT_TRUE(std::isinf(load_number(machine_, kFp16, flying_.output)));
  for (const auto& event : report->events) {
    EXPECT_EQ(event.count, 1u) << event.what;
    EXPECT_NE(event.first.find("channel"), std::string::npos) << event.first;
  }
}

TEST_F(Stages, DequantisesWithAnFp32AddAndAnFp16Factor) {
  // Int8 was widened before; zero point -128 and scale 4.142375, which fp16 rounds to 4.140625.
  start_fp16();
  set({{0x4040, 0x48}, {0x4044, fp32(128)}, {0x4048, fp16_high(4.142375)}});
  expect([](double x, double, std::uint32_t) { return to_fp16((x + 128) * 4.140625); });
}

TEST_F(Stages, RequantisesInt8) {
  start_int8();  // mm_9x9x9_i8: zero point -8 to 0, scale 0x78ce >> 15
  set({{0x4040, 0x58}, {0x4044, 8}, {0x4084, 0x78ce}, {0x4088, 15}});
  expect([](double x, double, std::uint32_t) { return saturated(nearest_even((whole(x) + 8) * 0x78ce, 15)); });
}

TEST_F(Stages, BsAddsThenMultipliesAndBnMultipliesThenAdds) {
  start_int8();
  set({{0x4010, 3u << 4}, {0x4040, 0x48}, {0x4044, 5}, {0x4048, 7u << 16 | 3u << 8}});
  expect([](double x, double, std::uint32_t) { return saturated(nearest_even((whole(x) + 5) * 7, 3)); });
  start_int8();
  set({{0x4010, 3u << 10}, {0x4060, 0x48}, {0x4064, 5}, {0x4068, 7u << 16 | 3u << 8}});
  expect([](double x, double, std::uint32_t) { return saturated(nearest_even(whole(x) * 7 + 5, 3)); });
  start_fp16();
  set({{0x4040, 0x48}, {0x4044, fp32(0.3)}, {0x4048, fp16_high(1.7)}});
  expect([](double x, double, std::uint32_t) { return to_fp16((x + double{0.3f}) * to_fp16(1.7)); });
  start_fp16();
  set({{0x4060, 0x48}, {0x4064, fp32(0.3)}, {0x4068, fp16_high(1.7)}});
  expect([](double x, double, std::uint32_t) { return to_fp16(x * to_fp16(1.7) + double{0.3f}); });
}

TEST_F(Stages, ReluAndItsUpperLimit) {
  start_fp16();
  set({{0x4040, 0x12}});
  expect([](double x, double, std::uint32_t) { return std::max(x, 0.0); });
  start_fp16();
  set({{0x4060, 0x92}, {0x406c, fp32(6)}});
  expect([](double x, double, std::uint32_t) { return std::clamp(x, 0.0, 6.0); });
  start_int8();
  set({{0x4040, 0x92}, {0x404c, 50}, {0x4080, static_cast<std::uint32_t>(-20)}});
  expect([](double x, double, std::uint32_t) { return std::clamp(x, 0.0, 50.0) - 20; });
}

TEST_F(Stages, ClipBetweenAnyBoundsUsesTheEwRegisters) {
  // [-0.5, 1]: BN adds 0.5 and caps at 1.5, EW adds -0.5 from its eight registers.
  start_fp16();
  set({{0x4060, 0x98}, {0x4064, fp32(0.5)}, {0x406c, fp32(1.5)}, {0x4070, 0x10000390}});
  task_.fill(0x4090, 0x40ac, fp32(-0.5));
  expect([](double x, double, std::uint32_t) { return to_fp16(std::clamp(x + 0.5, 0.0, 1.5) - 0.5); });
  start_int8();
  set({{0x4060, 0x98}, {0x4064, 40}, {0x406c, 100}, {0x4070, 0x10000390}});
  task_.fill(0x4090, 0x40ac, static_cast<std::uint32_t>(-40));
  expect([](double x, double, std::uint32_t) { return std::clamp(x, -40.0, 60.0); });
}

TEST_F(Stages, LeakyReluMultipliesNegativeValuesAlone) {
  start_fp16();
  set({{0x4040, 0x62}, {0x4048, fp16_high(0.1)}});
  expect([](double x, double, std::uint32_t) { return to_fp16(x < 0 ? x * to_fp16(0.1) : x); });
}

TEST_F(Stages, Int8LeakyReluKeepsFourteenMoreBitsOfPositiveValues) {
  // BS: (x - zp) * 2^14, shift 0 for values >= 0 and 14 below; BN: negatives times 0.25 * 2^14; then 2^-14.
  start_int8();
  set({{0x4010, 14u << 4},
       {0x4040, 0x48},
       {0x4044, 3},
       {0x4048, 0x4000u << 16},
       {0x4060, 0x62},
       {0x4068, 0x1000u << 16},
       {0x4080, static_cast<std::uint32_t>(-5)},
       {0x4084, 0x4000},
       {0x4088, 28}});
  expect([](double x, double, std::uint32_t) {
    const std::int64_t v = whole(x) + 3;
    const std::int64_t scaled = v < 0 ? v * 0x1000 : v * 0x4000;
    return saturated(nearest_even(scaled * 0x4000 - (std::int64_t{5} << 28), 28));
  });
}

TEST_F(Stages, PReluTakesItsSlopesFromAStream) {
  start_fp16();
  std::vector<std::uint16_t> slopes;
  for (int c = 0; c < 12; ++c) slopes.push_back(half_from_double(0.05 * (c + 1)).bits);
  set({{0x4060, 0x62}, {0x4068, 1}, {0x5028, 8}, {0x502c, machine_.place(slopes)}, {0x5030, 12 * 2 / 8 - 1}});
  expect([](double x, double, std::uint32_t c) { return to_fp16(x < 0 ? x * to_fp16(0.05 * (c + 1)) : x); });
}

TEST_F(Stages, OperandsPerChannelComeFromMemory) {
  start_fp16();
  std::vector<float> addends;
  std::vector<std::uint16_t> factors;
  for (int c = 0; c < 12; ++c) {
    addends.push_back(0.1f * static_cast<float>(c - 5));
    factors.push_back(half_from_double(0.3 * (c - 4)).bits);
  }
  const std::uint32_t add = machine_.place(addends), mul = machine_.place(factors);
  set({{0x4040, 0x158}, {0x501c, 2}, {0x5020, add}, {0x5024, 12 * 4 / 8 - 1}});
  set({{0x4060, 0x42}, {0x4068, 1}, {0x5028, 8}, {0x502c, mul}, {0x5030, 12 * 2 / 8 - 1}});
  expect([&](double x, double, std::uint32_t c) {
    return to_fp16((x + static_cast<double>(addends[c])) * to_double(half{factors[c]}));
  });
}

TEST_F(Stages, WholeRecordsHoldAddendOwAndFactorOfFourChannels) {
  start_int8();
  const std::uint32_t stream = machine_.allocate(16 * 8);
  for (std::uint32_t c = 0; c < 16; ++c) {
    machine_.store(stream + c / 4 * 32 + c % 4 * 4, static_cast<std::int32_t>(c) * 10 - 70);
    machine_.store(stream + c / 4 * 32 + 16 + c % 4 * 2, std::int16_t{999});  // unused: OW is off
    machine_.store(stream + c / 4 * 32 + 24 + c % 4 * 2, static_cast<std::int16_t>(1000 * (c + 1)));
  }
  set({{0x4010, 0xe0}, {0x4040, 0x148}, {0x4048, 0xe01}, {0x501c, 0xe}, {0x5020, stream}, {0x5024, 15}});
  expect([](double x, double, std::uint32_t c) {
    return saturated(nearest_even((whole(x) + std::int64_t{c} * 10 - 70) * 1000 * (c + 1), 14));
  });
}

TEST_F(Stages, AStreamShorterThanTheLanesStops) {
  // Four channels of int8 fill half an atom, yet all eight lanes are computed.
  start_int8();
  const std::uint32_t stream = machine_.place(std::vector<std::int32_t>{1, 2, 3, 4, 5, 6, 7, 8});
  set({{0x5014, 3}, {0x403c, 7U << 16 | 7}, {0x4040, 0x158}, {0x501c, 2}, {0x5020, stream}, {0x5024, 1}});
  const auto report = machine_.run(task_);
  ASSERT_FALSE(report.has_value());
  EXPECT_NE(report.error().message.find("fewer channels"), std::string::npos) << report.error().message;
  set({{0x5024, 3}});
  EXPECT_TRUE(machine_.run(task_).has_value());
}

TEST_F(Stages, Fp16ElementWiseAddMultiplyAndMaximum) {
  start_fp16();
  operand_map(0x100002d0);
  expect([](double x, double y, std::uint32_t) { return to_fp16(x + y); });
  operand_map(0x100000d0);
  expect([](double x, double y, std::uint32_t) { return to_fp16(std::max(x + y, 0.0)); });
  operand_map(0x100002c4);
  expect([](double x, double y, std::uint32_t) { return to_fp16(x * y); });
  operand_map(0x100002c0);
  expect([](double x, double y, std::uint32_t) { return std::max(x, y); });
}

TEST_F(Stages, SubtractionNegatesTheMainInputInBs) {
  start_fp16();
  operand_map(0x100002d0);
  set({{0x4040, 0x42}, {0x4048, 0xbc000000}});
  expect([](double x, double y, std::uint32_t) { return to_fp16(y - x); });
}

TEST_F(Stages, DivisionTakesFp16MarkedAsInt16) {
  flying_ = {.width = 3, .height = 2, .channels = 8, .in = kInt16, .work = kFp16, .out = kInt16, .operand = kInt16};
  x_ = numbers(kFp16, kPixels * 8), y_ = numbers(kFp16, kPixels * 8);
  for (double& y : y_) y = y == 0 ? 1 : y;
  flying_.source = place_cube(machine_, kFp16, kPixels, 8, x_);
  flying_.output = machine_.allocate(flying_.output_bytes());
  task_ = flying_task(flying_);
  ASSERT_EQ(task_.get(0x4010), 0x24000002u);
  ASSERT_EQ(task_.get(0x5044), 0xc041u);
  set({{0x4070, 0x100003d8},
       {0x5034, 0x40000004},
       {0x5038, place_cube(machine_, kFp16, kPixels, 8, y_)},
       {0x503c, flying_.source_surface() - 8},
       {0x5040, flying_.source_surface()}});
  flying_.out = kFp16;  // what the patterns mean
  expect([](double x, double y, std::uint32_t) { return to_fp16(x / y); });
}

TEST_F(Stages, ElementWiseOperandPerChannel) {
  start_fp16();
  std::vector<double> per_channel = numbers(kFp16, 12);
  set({{0x4070, 0x000002d0},
       {0x5034, 4},
       {0x5038, place_cube(machine_, kFp16, 1, 12, per_channel, 8)},
       {0x503c, 0},
       {0x5040, 8}});
  expect([&](double x, double, std::uint32_t c) { return to_fp16(x + per_channel[c]); });
}

TEST_F(Stages, Int8AddBringsBothOperandsToOneScale) {
  start_int8();
  operand_map(0x900002d0);
  set({{0x4040, 0x48}, {0x4044, 0}, {0x4048, 0x4000u << 16}, {0x4074, 15}, {0x4078, 1u << 16 | 0x5ff5}});
  set({{0x4080, static_cast<std::uint32_t>(-5)}, {0x4084, 0x4a37}, {0x4088, 29}});
  // The notes' worked example: 52 and 62 give 59.
  machine_.store(flying_.source, std::int8_t{52});
  machine_.store(task_.get(0x5038), std::int8_t{62});
  x_[0] = 52, y_[0] = 62;
  const auto sum = [](double x, double y, std::uint32_t) {
    const std::int64_t total = whole(x) * 0x4000 + nearest_even((whole(y) + 15) * 0x5ff5, 1);
    return saturated(nearest_even(total * 0x4a37 - (std::int64_t{5} << 29), 29));
  };
  EXPECT_EQ(sum(52, 62, 0), 59);
  expect(sum);
}

TEST_F(Stages, Int8SubtractsWithANegativeOperandScale) {
  start_int8();
  operand_map(0x900002d0);
  set({{0x4040, 0x48}, {0x4044, 4}, {0x4048, 0x4000u << 16}, {0x4074, 0}, {0x4078, 0xc000}});
  set({{0x4084, 0x4000}, {0x4088, 28}});
  expect([](double x, double y, std::uint32_t) { return saturated(whole(x) + 4 - whole(y)); });
}

TEST_F(Stages, Int8MultipliesAndTakesMaxima) {
  start_int8();
  operand_map(0x900002c4);
  set({{0x4040, 0x58}, {0x4044, 3}, {0x4074, static_cast<std::uint32_t>(-9)}, {0x4078, 1}});
  set({{0x4080, 7}, {0x4084, 0x5000}, {0x4088, 21}});
  expect([](double x, double y, std::uint32_t) {
    return saturated(nearest_even((whole(x) + 3) * (whole(y) - 9) * 0x5000 + (std::int64_t{7} << 21), 21));
  });
  start_int8();
  operand_map(0x900002c0);
  set({{0x4040, 0x58}, {0x4044, 3}, {0x4074, static_cast<std::uint32_t>(-9)}, {0x4078, 1}});
  expect([](double x, double y, std::uint32_t) { return saturated(std::max(whole(x) + 3, whole(y) - 9)); });
}

// Sums of 32 bits as operand: the 6 pixels lie 16 bytes apart, 4 channels in each, 8 pixels from surface to surface.
TEST_F(Stages, AnOperandOf32BitsIsFp32InFloatWork) {
  flying_ = {.width = 3, .height = 2, .channels = 12, .in = kFp16, .work = kFp16, .out = kFp32, .operand = kFp32};
  x_ = numbers(kFp16, kPixels * 12);
  y_.resize(kPixels * 12);
  for (double& y : y_) y = static_cast<float>(std::ldexp(draw(random_, -99999, 99999), -20));
  flying_.source = place_cube(machine_, kFp16, kPixels, 12, x_);
  flying_.output = machine_.allocate(flying_.output_bytes());
  task_ = flying_task(flying_);
  set({{0x4070, 0x100003d0},
       {0x5034, 0x40000008},
       {0x5038, place_cube(machine_, kFp32, kPixels, 12, y_)},
       {0x503c, 8 * 16 - 16},
       {0x5040, 8 * 16}});
  expect([](double x, double y, std::uint32_t) { return static_cast<float>(x + y); });
}

TEST_F(Stages, AnOperandOf32BitsIsInt32InIntegerWorkAndItsSumWraps) {
  flying_ = {.width = 3, .height = 2, .channels = 8, .in = kInt32, .work = kInt8, .out = kInt32, .operand = kInt32};
  x_.resize(kPixels * 8), y_.resize(kPixels * 8);
  for (double& x : x_) x = draw(random_, -30'000, 30'000) * 66'667.0;
  for (double& y : y_) y = draw(random_, -30'000, 30'000) * 66'667.0;
  x_[0] = y_[0] = 2'000'000'000;
  flying_.source = place_cube(machine_, kInt32, kPixels, 8, x_);
  flying_.output = machine_.allocate(flying_.output_bytes());
  task_ = flying_task(flying_);
  set({{0x4070, 0x100003d0},
       {0x5034, 0x40000008},
       {0x5038, place_cube(machine_, kInt32, kPixels, 8, y_)},
       {0x503c, 8 * 16 - 16},
       {0x5040, 8 * 16}});
  expect([](double x, double y, std::uint32_t) {
    const double sum = x + y;
    return sum > 2147483647.0 ? sum - 0x1p32 : sum < -2147483648.0 ? sum + 0x1p32 : sum;
  });
}

TEST_F(Stages, AnOperandOf32BitsOfTheOtherKindOrConvertedStops) {
  const auto with = [&](std::uint32_t operand, std::uint32_t ew_cfg) {
    flying_ = {.width = 3, .height = 2, .channels = 12, .in = kFp16, .work = kFp16, .out = kFp32, .operand = operand};
    flying_.source = place_cube(machine_, kFp16, kPixels, 12, numbers(kFp16, kPixels * 12));
    flying_.output = machine_.allocate(flying_.output_bytes());
    task_ = flying_task(flying_);
    set({{0x4070, ew_cfg},
         {0x5034, 0x40000008},
         {0x5038, machine_.allocate(3 * 8 * 16)},
         {0x503c, 8 * 16 - 16},
         {0x5040, 8 * 16}});
    return machine_.run(task_).has_value();
  };
  EXPECT_TRUE(with(kFp32, 0x100003d0));
  EXPECT_FALSE(with(kInt32, 0x100003d0));
  EXPECT_FALSE(with(kFp32, 0x100002d0));
  EXPECT_FALSE(with(kFp16, 0x100003d0));
}

TEST_F(Stages, ANegativeOutputScaleNegates) {
  start_int8();
  set({{0x4084, 0xc000}, {0x4088, 14}});
  expect([](double x, double, std::uint32_t) { return saturated(-whole(x)); });
}

TEST_F(Stages, LanesAboveTheRealChannelsHoldOffsetPend) {
  for (const std::uint32_t precision : {kInt8, kFp16}) {
    Flying flying = start(precision, precision, precision, 16);
    flying.original_channels = 13;
    task_ = flying_task(flying);
    const std::uint32_t pend = precision == kInt8 ? 0xf6 : half_from_double(-10).bits;
    task_.set(0x4014, pend);
    expect([](double x, double, std::uint32_t c) { return c < 13 ? x : -10; });
  }
}

TEST_F(Stages, AConvolutionAddsAMapBehindItsBias) {
  for (const Arithmetic arithmetic : {Arithmetic::kFp16, Arithmetic::kInt8}) {
    const bool real = arithmetic == Arithmetic::kFp16;
    Convolution conv{.arithmetic = arithmetic, .bias = real, .width = 5, .height = 3, .channels = 10, .kernels = 16};
    if (!real) conv.requantise = Requantise::kPerLayer, conv.output_scale = 20000, conv.output_shift = 25;
    const ConvolutionData data = random_data(conv, random_);
    PlacedConvolution placed = place(conv, data, machine_);
    const std::vector<double> map = numbers(real ? kFp16 : kInt8, 15 * 16);
    const std::uint32_t surface = 16 * 8;
    for (const auto& [offset, value] : std::initializer_list<std::pair<std::uint16_t, std::uint32_t>>{
             {0x4070, real ? 0x100002d0 : 0x900002d0},
             {0x4074, real ? 0u : 6u},
             {0x4078, real ? 1u : 3u << 16 | 900},
             {0x5034, real ? 0x40000004 : 0x40000000},
             {0x5038, place_cube(machine_, real ? kFp16 : kInt8, 15, 16, map)},
             {0x503c, surface - 8},
             {0x5040, surface}})
      placed.task.set(offset, value);
    const auto report = machine_.run(placed.task);
    ASSERT_TRUE(report.has_value()) << to_string(report.error());
    // The convolution alone, unrounded: the plain loop without requantisation, or with its fp32 result.
    for (int n = 0; n < 16; ++n)
      for (int p = 0; p < 15; ++p) {
        const auto at = [&](int c, int pixel) { return static_cast<std::size_t>(c * 15 + pixel); };
        const double y = map[static_cast<std::size_t>(p * 16 + n)];
        double sum = 0;
        for (int c = 0; c < 10; ++c)
          sum += data.features[at(c, p)] * data.weights[static_cast<std::size_t>(n * 10 + c)];
        sum += data.bias[static_cast<std::size_t>(n)];
        const double expected =
            real ? to_fp16(sum + y)
                 : saturated(nearest_even((whole(sum) + nearest_even((whole(y) + 6) * 900, 3)) * 20000, 25));
        ASSERT_EQ(load_output(conv, placed, machine_)[at(n, p)], expected) << n << " " << p;
      }
  }
}

}  // namespace
}  // namespace mattock::test
