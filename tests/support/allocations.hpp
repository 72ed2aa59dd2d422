// Counts what is allocated with new, so that a test can say "no copy was made here". The program must compile
// allocations.cpp, which replaces the global operators.
#pragma once

#include <atomic>
#include <cstddef>

namespace mattock::test {

inline thread_local std::size_t allocated_bytes = 0;
inline std::atomic<std::size_t> allocations = 0;  // of all threads

/// Bytes that `work` allocates on this thread.
template <class Work>
std::size_t bytes_allocated_by(const Work& work) {
  const std::size_t before = allocated_bytes;
  work();
  return allocated_bytes - before;
}

/// How often anything is allocated on any thread while `work` runs.
template <class Work>
std::size_t allocations_during(const Work& work) {
  const std::size_t before = allocations;
  work();
  return allocations - before;
}

}  // namespace mattock::test
