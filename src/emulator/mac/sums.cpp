#include "emulator/mac/sums.hpp"

#include "emulator/numerics.hpp"

namespace mattock::emulator {
namespace {

template <class Total>
void wrap_all(const Total* totals, std::size_t count, Place first, std::int32_t* kept, Diagnostics& diagnostics,
              bool saturates) {
  for (std::size_t lane = 0; lane < count; ++lane) {
    bool wrapped = false;
    kept[lane] = accumulate_int32(0, static_cast<std::int64_t>(totals[lane]), wrapped, saturates);
    if (wrapped) diagnostics.event("int32 accumulator wrapped", {first.channel + lane, first.pixel});
  }
}

}  // namespace

void wrap_sums(const std::int64_t* totals, std::size_t count, Place first, std::int32_t* kept, Diagnostics& diagnostics,
               bool saturates) {
  wrap_all(totals, count, first, kept, diagnostics, saturates);
}

void wrap_sums(const double* totals, std::size_t count, Place first, std::int32_t* kept, Diagnostics& diagnostics,
               bool saturates) {
  wrap_all(totals, count, first, kept, diagnostics, saturates);
}

}  // namespace mattock::emulator
