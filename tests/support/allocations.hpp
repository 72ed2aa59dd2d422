// Counts what the calling thread allocates with new, so that a test can say "no copy was made here". The program must
// compile allocations.cpp, which replaces the global operators.
#pragma once

#include <cstddef>

namespace mattock::test {

inline thread_local std::size_t allocated_bytes = 0;

/// Bytes that `work` allocates on this thread.
template <class Work>
std::size_t bytes_allocated_by(const Work& work) {
  const std::size_t before = allocated_bytes;
  work();
  return allocated_bytes - before;
}

}  // namespace mattock::test
