// From totals to what leaves the accumulator: binary64 as it is, integers as what 32 wrapping bits keep.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/diagnostics.hpp"

namespace mattock::emulator {

/// Where the totals of a step belong, for events.
struct StepPlace {
  std::size_t channel = 0;  ///< of the first
  std::size_t pixel = 0;
};

/// `count` exact totals as int32; each that does not fit is an event.
void wrap_sums(const std::int64_t* totals, std::size_t count, StepPlace place, std::int32_t* kept,
               Diagnostics& diagnostics);

/// The same of totals that binary64 holds exactly.
void wrap_sums(const double* totals, std::size_t count, StepPlace place, std::int32_t* kept, Diagnostics& diagnostics);

}  // namespace mattock::emulator
