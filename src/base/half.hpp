// The 16-bit float formats of the NPU, as bit patterns with explicit conversions: half (IEEE binary16) and
// bfloat16. Rounding from binary64 goes straight to the 16-bit format, to nearest, ties to even; going
// through binary32 would round twice.
#pragma once

#include <cstdint>

namespace mattock {

struct half {
  std::uint16_t bits = 0;
  friend constexpr bool operator==(half, half) = default;
};

struct bfloat16 {
  std::uint16_t bits = 0;
  friend constexpr bool operator==(bfloat16, bfloat16) = default;
};

/// Exact. NaN stays NaN (payload not promised).
float to_float(half value);
double to_double(half value);
float to_float(bfloat16 value);
double to_double(bfloat16 value);

/// To nearest, ties to even; overflow (from 65520 for half) gives infinity, subnormals are kept, NaN gives
/// a quiet NaN. A float argument converts exactly to double first, so one function serves both.
half half_from_double(double value);
bfloat16 bfloat16_from_double(double value);

}  // namespace mattock
