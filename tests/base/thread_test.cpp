#include "base/thread.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace mattock {
namespace {

TEST(Thread, RunsItsJobElsewhereAndWaitsForItsEnd) {
  std::thread::id where;
  auto job = [&] {
    std::this_thread::yield();
    where = std::this_thread::get_id();
  };
  ASSERT_TRUE(Thread::start(job));  // the thread is gone when the statement ends
  EXPECT_NE(where, std::thread::id());
  EXPECT_NE(where, std::this_thread::get_id());
}

TEST(Thread, CanBeMovedWhileItRuns) {
  std::vector<int> done(8);
  struct Job {
    int& done;
    void operator()() const { done = 1; }
  };
  std::vector<Job> jobs;
  for (int& one : done) jobs.push_back({one});
  {
    std::vector<Thread> threads;  // grows, and so moves them
    for (Job& job : jobs) threads.push_back(Thread::start(job).value());
  }
  EXPECT_EQ(done, std::vector<int>(done.size(), 1));
}

}  // namespace
}  // namespace mattock
