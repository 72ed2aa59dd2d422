// Random data for a convolution, and the comparison of the emulator with the plain loop.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

#include "emulator/support/conv_writer.hpp"

namespace mattock::test {

using Random = std::mt19937;

/// Inclusive; the same on every platform (std::uniform_int_distribution is not).
int draw(Random& random, int low, int high);

/// A number of the type: integers over the whole range of int8 (int16: 9 bits), floats with `exponents`
/// powers of two on each side of 1.
double draw_value(Random& random, Arithmetic type, int exponents);

ConvolutionData random_data(const Convolution& conv, Random& random, int exponents = 4);

/// Runs the task on a fresh machine. Equal means: the result is the plain loop's in every element, and no
/// byte outside of the output cube changed.
testing::AssertionResult same_as_plain(const Convolution& conv, const ConvolutionData& data);

/// Compares the output of a task that has run.
testing::AssertionResult same_values(const Convolution& conv, const std::vector<double>& expected,
                                     const std::vector<double>& found);

}  // namespace mattock::test
