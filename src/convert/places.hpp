// Where the tensors that are not constants lie in the block of internal memory. Two tensors share bytes only when no
// node needs both:
//
//   node      0    1    2    3
//   input    |====|    |    |    |    lives from the start to its last reader
//   hidden   |====|====|    |    |    from its first writer to its last use
//   scratch  |    |    |====|    |    ... and so may lie where the input lay
//   output   |    |    |====|====|    from its first writer to the end
//
// The largest is placed first, each in the smallest gap that takes it.
#pragma once

#include <cstddef>
#include <vector>

#include "lower/lower.hpp"

namespace mattock::convert {

struct Places {
  std::vector<std::size_t> offsets;  ///< by tensor; of constants 0
  std::size_t bytes = 0;             ///< of the whole block

  friend bool operator==(const Places&, const Places&) = default;
};

/// The nodes, first and last, that a tensor must live for.
struct Lifetime {
  std::size_t first = 0, last = 0;

  bool meets(const Lifetime& other) const { return first <= other.last && other.first <= last; }
};

/// By tensor. What no node touches lives for the whole run.
std::vector<Lifetime> lifetimes(const lower::Module& module);

inline constexpr std::size_t kPlaceBytes = 64;  ///< places start on multiples of it, as in vendor files

/// The same module gives the same places.
Places place_tensors(const lower::Module& module);

}  // namespace mattock::convert
