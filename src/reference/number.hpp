// Stored bits to numbers and back: the reference's own conversions, written from the formats' definitions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/array.hpp"

namespace mattock::reference {

/// A binary floating-point format with implicit leading one.
struct FloatFormat {
  int precision;       ///< significant bits, the implicit one included
  int least_exponent;  ///< of the smallest normal number
  int most_exponent;   ///< of the largest number
};

inline constexpr FloatFormat kBinary16{11, -14, 15};
inline constexpr FloatFormat kBrain16{8, -126, 127};

/// The nearest number of the format, ties to even; beyond the largest (by half its last place) infinity.
double round_to(const FloatFormat& format, double value);

/// Pattern of a number the format can hold (16-bit formats), and back.
std::uint16_t encode(const FloatFormat& format, double representable);
double decode(const FloatFormat& format, std::uint16_t bits);

bool is_integer(DType dtype);

/// Element `index` as a number; exact but for 64-bit integers.
double load_number(const Array& array, std::size_t index);

/// Element `index` of an integer array.
std::int64_t load_integer(const Array& array, std::size_t index);

/// Rounds once to the array's type: floats by round_to, integers to nearest even, saturating, NaN to 0.
void store_number(Array& array, std::size_t index, double value);

/// Stores an integer, saturating.
void store_integer(Array& array, std::size_t index, std::int64_t value);

/// To the nearest integer, ties to even, within [low, high]; NaN gives 0.
std::int64_t round_to_integer(double value, std::int64_t low, std::int64_t high);

}  // namespace mattock::reference
