#include "emulator/numerics.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace mattock::emulator {
namespace {

constexpr std::int32_t kMax32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t kMin32 = std::numeric_limits<std::int32_t>::min();

TEST(RoundShift, GoesToTheNearestValueForBothSigns) {
  EXPECT_EQ(round_shift(5, 2), 1);    // 1.25
  EXPECT_EQ(round_shift(7, 2), 2);    // 1.75
  EXPECT_EQ(round_shift(-5, 2), -1);  // -1.25
  EXPECT_EQ(round_shift(-7, 2), -2);  // -1.75
}

TEST(RoundShift, SendsHalvesToTheEvenNeighbour) {
  EXPECT_EQ(round_shift(1, 1), 0);    // 0.5
  EXPECT_EQ(round_shift(3, 1), 2);    // 1.5
  EXPECT_EQ(round_shift(5, 1), 2);    // 2.5
  EXPECT_EQ(round_shift(7, 1), 4);    // 3.5
  EXPECT_EQ(round_shift(-1, 1), 0);   // -0.5
  EXPECT_EQ(round_shift(-3, 1), -2);  // -1.5
  EXPECT_EQ(round_shift(-5, 1), -2);  // -2.5
  EXPECT_EQ(round_shift(-7, 1), -4);  // -3.5
}

TEST(RoundShift, DecidesByOneUnitBesideAHalf) {
  constexpr std::int64_t kHalf = 8192;  // of 2^14
  EXPECT_EQ(round_shift(3 * 16384 + kHalf - 1, 14), 3);
  EXPECT_EQ(round_shift(3 * 16384 + kHalf, 14), 4);
  EXPECT_EQ(round_shift(2 * 16384 + kHalf, 14), 2);
  EXPECT_EQ(round_shift(2 * 16384 + kHalf + 1, 14), 3);
  EXPECT_EQ(round_shift(-2 * 16384 - kHalf, 14), -2);
  EXPECT_EQ(round_shift(-2 * 16384 - kHalf - 1, 14), -3);
}

TEST(RoundShift, ByZeroChangesNothing) {
  EXPECT_EQ(round_shift(std::numeric_limits<std::int64_t>::min(), 0), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(round_shift(-1, 0), -1);
}

TEST(RoundShift, HoldsAtTheEndsOfItsRange) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(round_shift(kMax, 62), 2);                           // 1.99...
  EXPECT_EQ(round_shift(kMin, 62), -2);                          // exactly
  EXPECT_EQ(round_shift(std::int64_t{1} << 61, 62), 0);          // 0.5
  EXPECT_EQ(round_shift((std::int64_t{1} << 61) * 3, 62), 2);    // 1.5
  EXPECT_EQ(round_shift(-(std::int64_t{1} << 61), 62), 0);       // -0.5
  EXPECT_EQ(round_shift(-(std::int64_t{1} << 61) - 1, 62), -1);  // just below -0.5
  EXPECT_EQ(round_shift(kMax, 1), std::int64_t{1} << 62);
}

TEST(RoundShift, TakesTheLargestShiftASixBitFieldHolds) {
  constexpr std::int64_t kHalf = std::int64_t{1} << 62;
  EXPECT_EQ(round_shift(kHalf, 63), 0);
  EXPECT_EQ(round_shift(kHalf + 1, 63), 1);
  EXPECT_EQ(round_shift(-kHalf, 63), 0);
  EXPECT_EQ(round_shift(-kHalf - 1, 63), -1);
  EXPECT_EQ(round_shift(std::numeric_limits<std::int64_t>::max(), 63), 1);
  EXPECT_EQ(round_shift(std::numeric_limits<std::int64_t>::min(), 63), -1);
  EXPECT_EQ(scale_stage(kMin32, kMin32, 63), 0);  // 2^62 / 2^63, a half
}

TEST(Saturate, StopsAtEachTypesEnds) {
  EXPECT_EQ(saturate_int8(127), 127);
  EXPECT_EQ(saturate_int8(128), 127);
  EXPECT_EQ(saturate_int8(-128), -128);
  EXPECT_EQ(saturate_int8(-129), -128);
  EXPECT_EQ(saturate_int8(std::numeric_limits<std::int64_t>::min()), -128);
  EXPECT_EQ(saturate_int16(32768), 32767);
  EXPECT_EQ(saturate_int16(-32769), -32768);
  EXPECT_EQ(saturate_int16(-5), -5);
  EXPECT_EQ(saturate_int32(2147483648LL), kMax32);
  EXPECT_EQ(saturate_int32(-2147483649LL), kMin32);
  EXPECT_EQ(saturate_int32(2147483647LL), kMax32);
}

TEST(AccumulateInt32, WrapsAndSaysSo) {
  bool wrapped = false;
  EXPECT_EQ(accumulate_int32(kMax32 - 1, 1, wrapped), kMax32);
  EXPECT_FALSE(wrapped);
  EXPECT_EQ(accumulate_int32(kMax32, 1, wrapped), kMin32);
  EXPECT_TRUE(wrapped);
  EXPECT_EQ(accumulate_int32(0, 5, wrapped), 5);
  EXPECT_TRUE(wrapped) << "an earlier wrap stays reported";
  wrapped = false;
  EXPECT_EQ(accumulate_int32(kMin32, -1, wrapped), kMax32);
  EXPECT_TRUE(wrapped);
}

TEST(AddStage, Saturates) {
  EXPECT_EQ(add_stage(kMax32, 1), kMax32);
  EXPECT_EQ(add_stage(kMin32, -1), kMin32);
  EXPECT_EQ(add_stage(kMin32, kMax32), -1);
  EXPECT_EQ(add_stage(-7, 3), -4);
}

TEST(ScaleStage, RoundsHalvesToEvenAndSaturates) {
  EXPECT_EQ(scale_stage(2, 4096, 14), 0);    // 0.5
  EXPECT_EQ(scale_stage(6, 4096, 14), 2);    // 1.5
  EXPECT_EQ(scale_stage(10, 4096, 14), 2);   // 2.5
  EXPECT_EQ(scale_stage(-6, 4096, 14), -2);  // -1.5
  EXPECT_EQ(scale_stage(-10, 4096, 14), -2);
  EXPECT_EQ(scale_stage(7, 16384, 14), 7);
  EXPECT_EQ(scale_stage(kMax32, 2, 0), kMax32);
  EXPECT_EQ(scale_stage(kMin32, 2, 0), kMin32);
  EXPECT_EQ(scale_stage(kMin32, -1, 0), kMax32);
  EXPECT_EQ(scale_stage(kMax32, 32767, 15), 2147418111);  // 2147483647 * 32767 / 32768 = 2147418111.00003...
}

TEST(ScaleAddStage, AddsBeforeItShifts) {
  EXPECT_EQ(scale_add_stage(3, 2, 1, 1), 4);  // 7 / 2 = 3.5 to 4; shifting first would give 3 + 1 = 4 or 3
  EXPECT_EQ(scale_add_stage(1, 1, 4, 1), 2);  // 5 / 2 = 2.5 to 2
  EXPECT_EQ(scale_add_stage(-1, 1, -4, 1), -2);
  EXPECT_EQ(scale_add_stage(10, 0, 16384, 14), 1);
  EXPECT_EQ(scale_add_stage(kMax32, 32767, 0, 0), kMax32);
  EXPECT_EQ(scale_add_stage(kMin32, 32767, 0, 0), kMin32);
}

TEST(ConvertOutput, RoundsHalvesToEvenForBothSigns) {
  EXPECT_EQ(convert_output(1, 1, 1, 0), 0);
  EXPECT_EQ(convert_output(3, 1, 1, 0), 2);
  EXPECT_EQ(convert_output(-1, 1, 1, 0), 0);
  EXPECT_EQ(convert_output(-3, 1, 1, 0), -2);
  EXPECT_EQ(convert_output(3, -1, 1, 0), -2);
}

TEST(ConvertOutput, TakesTheOffsetInBeforeTheRounding) {
  // 127.5 - 1 = 126.5 goes to 126, not to 128 - 1 = 127 (reported for RV1103).
  EXPECT_EQ(convert_output(255, 1, 1, -1), 126);
  EXPECT_EQ(convert_output(255, 1, 1, 0), 128);
  EXPECT_EQ(convert_output(1, 1, 1, 1), 2);   // 1.5
  EXPECT_EQ(convert_output(1, 1, 1, 2), 2);   // 2.5
  EXPECT_EQ(convert_output(-1, 1, 1, 1), 0);  // 0.5
}

TEST(ConvertOutput, KeepsItsPrecisionAtExtremes) {
  EXPECT_EQ(convert_output(kMax32, 32767, 0, 0), std::int64_t{kMax32} * 32767);
  EXPECT_EQ(convert_output(kMin32, 32767, 46, -128), -129);  // -2^31 * 32767 / 2^46 = -0.99997, to -1, minus 128
  EXPECT_EQ(convert_output(kMax32, 16384, 45, kMax32), std::int64_t{kMax32} + 1);  // 0.9999... + 2^31-1
  EXPECT_EQ(convert_output(kMax32, 1, 0, kMax32), std::int64_t{kMax32} * 2);
}

TEST(AveragePool, RoundsAWindowOfFourToEven) {
  // 2x2: both reciprocals 65536 / 2, so the sum is divided by 4.
  EXPECT_EQ(average_pool(2, 32768, 32768), 0);   // 0.5
  EXPECT_EQ(average_pool(6, 32768, 32768), 2);   // 1.5
  EXPECT_EQ(average_pool(10, 32768, 32768), 2);  // 2.5
  EXPECT_EQ(average_pool(-2, 32768, 32768), 0);
  EXPECT_EQ(average_pool(-6, 32768, 32768), -2);
  EXPECT_EQ(average_pool(7, 32768, 32768), 2);  // 1.75
  EXPECT_EQ(average_pool(-508, 32768, 32768), -127);
}

TEST(AveragePool, ACutReciprocalPutsAHalfJustBelow) {
  // 3x2 window: 65536 / 3 is cut to 21845; 9 * 21845 * 32768 / 2^32 = 1.49998 goes to 1, not to 2.
  EXPECT_EQ(average_pool(9, 21845, 32768), 1);
  EXPECT_EQ(average_pool(-9, 21845, 32768), -1);
  EXPECT_EQ(average_pool(127 * 49, 9362, 9362), 127);
}

}  // namespace
}  // namespace mattock::emulator
