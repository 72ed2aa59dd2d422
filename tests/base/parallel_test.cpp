#include "base/parallel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace mattock {
namespace {

using Ranges = std::vector<std::pair<std::size_t, std::size_t>>;

Ranges ranges_of(std::size_t count, std::size_t step, std::size_t threads) {
  std::mutex mutex;
  Ranges ranges;
  parallel_ranges(count, step, threads, [&](std::size_t first, std::size_t last) {
    const std::lock_guard lock(mutex);
    ranges.emplace_back(first, last);
  });
  std::ranges::sort(ranges);
  return ranges;
}

TEST(Parallel, RangesMakeUpTheWholeInStepsWhateverTheNumberOfThreads) {
  for (const std::size_t count : {1u, 2u, 7u, 8u, 9u, 64u, 1000u})
    for (const std::size_t step : {1u, 3u, 8u, 2000u})
      for (const std::size_t threads : {0u, 1u, 2u, 3u, 16u, 100u}) {
        const Ranges ranges = ranges_of(count, step, threads);
        EXPECT_LE(ranges.size(), std::clamp<std::size_t>(threads, 1, kMaxThreads));
        std::size_t next = 0;
        for (const auto& [first, last] : ranges) {
          EXPECT_EQ(first, next);
          EXPECT_LT(first, last);
          EXPECT_TRUE(last == count || (last - first) % step == 0);
          next = last;
        }
        EXPECT_EQ(next, count);
      }
  EXPECT_TRUE(ranges_of(0, 4, 3).empty());
}

TEST(Parallel, ThereIsAtLeastOneCore) {
  EXPECT_GE(usable_cores(), 1u);
  EXPECT_LE(usable_cores(), kMaxThreads);
}

}  // namespace
}  // namespace mattock
