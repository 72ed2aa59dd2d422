// A convolution as a plain loop: what the emulator's result is compared with. It shares nothing with the
// emulator: sums and rounding are written here again, from the design's rule for numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/support/conv_writer.hpp"

namespace mattock::test {

/// value / 2^shift to nearest, halves to even.
std::int64_t nearest_even(std::int64_t value, int shift);
std::int64_t clamp_to_bits(std::int64_t value, int bits);

/// [kernel][y][x]. Floats: exact products summed in binary64 in the order weights lie in memory (slice of input
/// channels, kernel row, kernel column, channel), bias added in binary64, one rounding to the output type.
std::vector<double> plain_convolution(const Convolution& conv, const ConvolutionData& data);

}  // namespace mattock::test
