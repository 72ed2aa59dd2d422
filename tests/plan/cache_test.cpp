#include "plan/cache.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace mattock::plan {
namespace {

constexpr Types kFp16{Operand::kFp16, Output::kFp32};

const hw::Chip& chip() { return *hw::find_chip("rk3566"); }

TEST(Cache, SearchesAShapeOnce) {
  PlanCache cache(4);
  const auto first = cache.plan(chip(), {40, 50, 60}, kFp16, {}).value();
  EXPECT_EQ(cache.plan(chip(), {40, 50, 60}, kFp16, {}).value(), first);
  EXPECT_EQ(cache.searches(), 1u);
  EXPECT_EQ(to_text(chip(), *first), to_text(chip(), plan_matmul(chip(), {40, 50, 60}, kFp16).value()));
}

TEST(Cache, EverythingThatChangesAPlanIsAnotherPlan) {
  PlanCache cache(100);
  const auto plain = cache.plan(chip(), {40, 9000, 60}, kFp16, {}).value();
  std::uint64_t searches = 1;
  const auto expect_another = [&](const hw::Chip& on, const Shape& shape, const Types& types, const Options& options) {
    EXPECT_NE(cache.plan(on, shape, types, options).value(), plain);
    EXPECT_EQ(cache.searches(), ++searches);
  };
  expect_another(*hw::find_chip("rk3568"), {40, 9000, 60}, kFp16, {});
  expect_another(chip(), {41, 9000, 60}, kFp16, {});
  expect_another(chip(), {40, 9000, 60}, {Operand::kInt8, Output::kInt32}, {});
  expect_another(chip(), {40, 9000, 60}, {Operand::kFp16, Output::kFp16}, {});
  for (const Options& options :
       {Options{.allow_assumed = true}, Options{.weight_streaming = false}, Options{.fill_hidden = true},
        Options{.count_reordering = true}, Options{.bytes_per_second = 5.5e9}, Options{.task_seconds = 0},
        Options{.native = {true, false, false}}, Options{.native = {false, true, false}},
        Options{.native = {false, false, true}}})
    expect_another(chip(), {40, 9000, 60}, kFp16, options);
}

TEST(Cache, ThePlanUsedLeastRecentlyGivesWay) {
  PlanCache cache(2);
  const auto ask = [&](std::size_t m) { return cache.plan(chip(), {m, 8, 8}, kFp16, {}).value(); };
  const auto one = ask(1);
  ask(2);
  EXPECT_EQ(ask(1), one);
  ask(3);  // 2 goes
  EXPECT_EQ(cache.searches(), 3u);
  EXPECT_EQ(ask(1), one);
  EXPECT_EQ(cache.searches(), 3u);
  ask(2);
  EXPECT_EQ(cache.searches(), 4u);
}

TEST(Cache, ErrorsAreNotKept) {
  PlanCache cache(2);
  EXPECT_FALSE(cache.plan(chip(), {0, 8, 8}, kFp16, {}));
  EXPECT_FALSE(cache.plan(chip(), {0, 8, 8}, kFp16, {}));
  EXPECT_EQ(cache.searches(), 2u);
}

TEST(Cache, ServesThreads) {
  PlanCache cache(3);
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 200; ++i) {
        const std::size_t m = (i * 7 + t) % 5 + 1;
        EXPECT_EQ(cache.plan(chip(), {m, 8, 8}, kFp16, {}).value()->shape.m, m);
      }
    });
}

}  // namespace
}  // namespace mattock::plan
