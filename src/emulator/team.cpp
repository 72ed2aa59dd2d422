#include "emulator/team.hpp"

#include <sched.h>

#include <algorithm>

namespace mattock::emulator {

unsigned usable_processors() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(std::max(CPU_COUNT(&set), 1));
}

Team::~Team() {
  {
    const std::scoped_lock lock(mutex_);
    leaving_ = true;
  }
  begun_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Team::run(std::size_t items, const Job& job) {
  if (size_ == 1 || items <= 1) {
    for (std::size_t item = 0; item < items; ++item) job(0, item);
    return;
  }
  while (threads_.size() + 1 < size_) threads_.emplace_back(&Team::work, this, threads_.size() + 1);
  std::unique_lock lock(mutex_);
  job_ = &job;
  next_ = 0, items_ = items, unfinished_ = items;
  begun_.notify_all();
  take_items(0, lock);
  ended_.wait(lock, [&] { return unfinished_ == 0; });
}

void Team::work(std::size_t worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    begun_.wait(lock, [&] { return leaving_ || next_ < items_; });
    if (leaving_) return;
    take_items(worker, lock);
  }
}

void Team::take_items(std::size_t worker, std::unique_lock<std::mutex>& lock) {
  while (next_ < items_) {
    const std::size_t item = next_++;
    const Job& job = *job_;
    lock.unlock();
    job(worker, item);
    lock.lock();
    if (--unfinished_ == 0) ended_.notify_one();
  }
}

}  // namespace mattock::emulator
