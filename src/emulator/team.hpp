// Threads that share the work of one submit. They start with the first work worth sharing and end with the team, so
// that between submits the emulator has none.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mattock::emulator {

/// The processors this process may use; at least 1.
unsigned usable_processors();

class Team {
 public:
  /// `size` threads work, the caller's included.
  explicit Team(unsigned size) : size_(size == 0 ? 1 : size) {}
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  unsigned size() const { return size_; }

  /// job(worker, item), worker < size(): one item after the other on each thread, in no order. Must not throw.
  using Job = std::function<void(std::size_t worker, std::size_t item)>;

  /// Returns when all `items` are done.
  void run(std::size_t items, const Job& job);

 private:
  void work(std::size_t worker);
  void take_items(std::size_t worker, std::unique_lock<std::mutex>& lock);

  const unsigned size_;
  std::mutex mutex_;
  std::condition_variable begun_, ended_;
  const Job* job_ = nullptr;  // all below guarded by mutex_
  std::size_t next_ = 0, items_ = 0, unfinished_ = 0;
  bool leaving_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mattock::emulator
