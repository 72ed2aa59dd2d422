#include "emulator/team.hpp"

#include <sched.h>

#include <algorithm>
#include <utility>

namespace mattock::emulator {

unsigned usable_processors() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(std::max(CPU_COUNT(&set), 1));
}

Team::Team(unsigned size) : size_(std::max(size, 1u)) {
  for (std::size_t worker = 1; worker < size_; ++worker) members_.push_back({*this, worker});
  threads_.reserve(members_.size());
}

void Team::send_home() {
  {
    const std::scoped_lock lock(mutex_);
    leaving_ = true;
  }
  begun_.notify_all();
  threads_.clear();
  leaving_ = false;  // nobody is left to see it
}

void Team::share(std::size_t items, const Job& job) {
  if (size_ == 1 || items <= 1) {
    for (std::size_t item = 0; item < items; ++item) job(0, item);
    return;
  }
  while (threads_.size() < members_.size()) {
    auto thread = Thread::start(members_[threads_.size()]);
    if (!thread) break;  // fewer will do
    threads_.push_back(std::move(*thread));
  }
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
