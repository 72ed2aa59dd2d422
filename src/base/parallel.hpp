// Work on a range of independent items by several threads. Who does which items never shows in the result.
#pragma once

#include <cstddef>

namespace mattock {

/// Threads of one call at most.
inline constexpr std::size_t kMaxThreads = 16;

/// Cores this process may use, 1 to kMaxThreads.
std::size_t usable_cores();

/// Calls work(first, last) for ranges that make up [0, count), one range to a thread; the calling thread takes one.
/// Every range but the last has a multiple of `step` items (at least 1). With `threads` up to 1 that is one call and
/// nothing else; where the system gives no thread, the calling thread does its part. `work` must not throw. Allocates
/// nothing.
void parallel_ranges(std::size_t count, std::size_t step, std::size_t threads,
                     void (*work)(const void* context, std::size_t first, std::size_t last), const void* context);

template <class Work>
void parallel_ranges(std::size_t count, std::size_t step, std::size_t threads, const Work& work) {
  parallel_ranges(
      count, step, threads,
      [](const void* context, std::size_t first, std::size_t last) {
        (*static_cast<const Work*>(context))(first, last);
      },
      &work);
}

}  // namespace mattock
