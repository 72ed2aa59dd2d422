#include "base/parallel.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <thread>

#include "base/math.hpp"
#include "base/thread.hpp"

namespace mattock {
namespace {

struct Range {
  void (*work)(const void* context, std::size_t first, std::size_t last);
  const void* context;
  std::size_t first, last;

  void operator()() const { work(context, first, last); }
};

}  // namespace

std::size_t usable_cores() { return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMaxThreads); }

void parallel_ranges(std::size_t count, std::size_t step, std::size_t threads,
                     void (*work)(const void* context, std::size_t first, std::size_t last), const void* context) {
  if (count == 0) return;
  const std::size_t steps = ceil_div(count, step);
  const std::size_t parts = std::clamp<std::size_t>(std::min(threads, steps), 1, kMaxThreads);
  if (parts == 1) return work(context, 0, count);
  const auto bound = [&](std::size_t part) { return std::min(count, steps * part / parts * step); };
  std::array<Range, kMaxThreads> ranges;
  std::array<std::optional<Thread>, kMaxThreads> running;  // they end before the function does
  for (std::size_t part = 1; part < parts; ++part) {
    ranges[part] = {work, context, bound(part), bound(part + 1)};
    running[part] = Thread::start(ranges[part]);
    if (!running[part]) ranges[part]();
  }
  work(context, 0, bound(1));
}

}  // namespace mattock
