#include "base/parallel.hpp"

#include <algorithm>
#include <array>
#include <system_error>
#include <thread>

#include "base/math.hpp"

namespace mattock {

std::size_t usable_cores() { return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMaxThreads); }

void parallel_ranges(std::size_t count, std::size_t step, std::size_t threads,
                     void (*work)(const void* context, std::size_t first, std::size_t last), const void* context) {
  if (count == 0) return;
  const std::size_t steps = ceil_div(count, step);
  const std::size_t parts = std::clamp<std::size_t>(std::min(threads, steps), 1, kMaxThreads);
  if (parts == 1) return work(context, 0, count);
  const auto bound = [&](std::size_t part) { return std::min(count, steps * part / parts * step); };
  std::array<std::jthread, kMaxThreads> running;  // joined when the function ends
  for (std::size_t part = 1; part < parts; ++part) {
    const std::size_t first = bound(part), last = bound(part + 1);
    try {
      running[part] = std::jthread([=] { work(context, first, last); });
    } catch (const std::system_error&) {  // no thread to be had
      work(context, first, last);
    }
  }
  work(context, 0, bound(1));
}

}  // namespace mattock
