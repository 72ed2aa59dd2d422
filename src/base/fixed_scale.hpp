// A real factor as the integer stages of the NPU take it: a multiplier of 15 bits and a right shift.
#pragma once

#include <cstdint>

#include "base/error.hpp"

namespace mattock {

/// factor is about multiplier / 2^shift.
struct FixedScale {
  std::int32_t multiplier = 1;  ///< in [2^14, 2^15), or 0
  unsigned shift = 0;           ///< 0 to 62
  friend bool operator==(const FixedScale&, const FixedScale&) = default;
};

/// The nearest of that form (ties to even), so within 2^-15 of the factor. Factors below 2^-48 become 0: times any
/// int32 they round to 0 anyway. Errors: kBadInput for a factor that is negative, not finite, or 2^15 and above.
Result<FixedScale> fixed_scale(double factor);

}  // namespace mattock
