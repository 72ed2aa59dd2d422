#include "base/fixed_scale.hpp"

#include <fmt/format.h>

#include <cmath>

namespace mattock {

Result<FixedScale> fixed_scale(double factor) {
  if (!(factor >= 0) || !(factor < 0x1p15))
    return fail(Code::kBadInput,
                fmt::format("a scale of {} cannot be a multiplier of 15 bits and a right shift", factor),
                "it must be from 0 to below 32768");
  if (factor < 0x1p-48) return FixedScale{0, 0};
  int exponent = 0;
  const double fraction = std::frexp(factor, &exponent);  // [0.5, 1)
  double multiplier = std::nearbyint(std::ldexp(fraction, 15));
  if (multiplier == 0x1p15) {
    multiplier = 0x1p14;
    ++exponent;
  }
  if (exponent > 15) return FixedScale{0x7fff, 0};  // rounded up to 2^15, which has no such form
  return FixedScale{static_cast<std::int32_t>(multiplier), static_cast<unsigned>(15 - exponent)};
}

}  // namespace mattock
