// Threads that share the work of one submit. They start with the first work worth sharing and are sent home at its end,
// so that between submits the emulator has none.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "base/thread.hpp"

namespace mattock::emulator {

/// The processors this process may use; at least 1.
unsigned usable_processors();

class Team {
 public:
  /// `size` threads work, the caller's included.
  explicit Team(unsigned size);
  ~Team() { send_home(); }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  unsigned size() const { return size_; }

  /// job(worker, item), worker < size(): one item after the other on each thread, in no order. Must not throw.
  /// Returns when all `items` are done.
  template <class Work>
  void run(std::size_t items, const Work& job) {
    share(items, std::cref(job));  // a copy might not fit into std::function without the heap
  }

  /// Ends the threads; a later run() starts them again.
  void send_home();

 private:
  using Job = std::function<void(std::size_t worker, std::size_t item)>;
  struct Member {
    Team& team;
    std::size_t worker;
    void operator()() const { team.work(worker); }
  };

  void share(std::size_t items, const Job& job);
  void work(std::size_t worker);
  void take_items(std::size_t worker, std::unique_lock<std::mutex>& lock);

  const unsigned size_;
  std::vector<Member> members_;  // all but the caller
  std::vector<Thread> threads_;  // of the first members; has room for all
  std::mutex mutex_;
  std::condition_variable begun_, ended_;
  const Job* job_ = nullptr;  // all below guarded by mutex_
  std::size_t next_ = 0, items_ = 0, unfinished_ = 0;
  bool leaving_ = false;
};

}  // namespace mattock::emulator
