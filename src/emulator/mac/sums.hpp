// From totals to what leaves the accumulator: binary64 as it is, integers as what 32 wrapping bits keep.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/diagnostics.hpp"

namespace mattock::emulator {

/// `count` exact totals as int32; each that does not fit is an event. `first`: where the first one belongs; the others
/// are its neighbours in channels.
void wrap_sums(const std::int64_t* totals, std::size_t count, Place first, std::int32_t* kept, Diagnostics& diagnostics,
               bool saturates = false);

/// The same of totals that binary64 holds exactly.
void wrap_sums(const double* totals, std::size_t count, Place first, std::int32_t* kept, Diagnostics& diagnostics,
               bool saturates = false);

}  // namespace mattock::emulator
