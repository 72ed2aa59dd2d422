// Memory of a task that serves the next.
#include "emulator/scratch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace mattock::emulator {
namespace {

template <class T>
bool all_zero(std::span<T> values) {
  return std::ranges::all_of(values, [](T value) { return value == T{}; });
}

TEST(Scratch, GivesZerosThatDoNotOverlapOnLinesOfTheirOwn) {
  Scratch scratch;
  for (int task = 0; task < 3; ++task) {
    const auto bytes = scratch.take<std::byte>(3);
    const auto numbers = scratch.take<double>(100);
    EXPECT_TRUE(scratch.take<int>(0).empty());
    const auto more = scratch.take<std::int16_t>(1000);
    ASSERT_TRUE(all_zero(bytes) && all_zero(numbers) && all_zero(more)) << "task " << task;
    for (const void* first : {static_cast<const void*>(bytes.data()), static_cast<const void*>(numbers.data()),
                              static_cast<const void*>(more.data())})
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % 64, 0u);
    std::ranges::fill(bytes, std::byte{1});
    std::ranges::fill(numbers, 2);
    std::ranges::fill(more, std::int16_t{3});
    EXPECT_TRUE(std::ranges::all_of(bytes, [](std::byte value) { return value == std::byte{1}; }));
    EXPECT_TRUE(std::ranges::all_of(numbers, [](double value) { return value == 2; }));
    scratch.reset();
  }
}

TEST(Scratch, GivesTheSameMemoryAgain) {
  Scratch scratch;
  const auto take = [&] {
    const auto* first = scratch.take<std::byte>(1000).data();
    scratch.take<double>(1000);
    return first;
  };
  take();
  scratch.reset();  // from here on there is one block, of the size that was needed
  const std::byte* known = take();
  scratch.reset();
  EXPECT_EQ(take(), known);
}

}  // namespace
}  // namespace mattock::emulator
