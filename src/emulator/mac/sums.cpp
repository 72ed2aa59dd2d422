#include "emulator/mac/sums.hpp"

#include <fmt/format.h>

#include "emulator/numerics.hpp"

namespace mattock::emulator {
namespace {

template <class Total>
void wrap_all(const Total* totals, std::size_t count, StepPlace place, std::int32_t* kept, Diagnostics& diagnostics) {
  for (std::size_t lane = 0; lane < count; ++lane) {
    bool wrapped = false;
    kept[lane] = accumulate_int32(0, static_cast<std::int64_t>(totals[lane]), wrapped);
    if (wrapped) {
      diagnostics.event("int32 accumulator wrapped",
                        [&] { return fmt::format("channel {} pixel {}", place.channel + lane, place.pixel); });
    }
  }
}

}  // namespace

void wrap_sums(const std::int64_t* totals, std::size_t count, StepPlace place, std::int32_t* kept,
               Diagnostics& diagnostics) {
  wrap_all(totals, count, place, kept, diagnostics);
}

void wrap_sums(const double* totals, std::size_t count, StepPlace place, std::int32_t* kept, Diagnostics& diagnostics) {
  wrap_all(totals, count, place, kept, diagnostics);
}

}  // namespace mattock::emulator
