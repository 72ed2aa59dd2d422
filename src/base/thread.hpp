// A thread whose start allocates nothing; std::thread copies to the heap what it is to call.
#pragma once

#include <pthread.h>

#include <optional>
#include <utility>

namespace mattock {

class Thread {
 public:
  /// Calls job() on a thread of its own. `job` must outlive it and not throw. Nothing when the system gives no thread.
  template <class Job>
  static std::optional<Thread> start(Job& job) {
    const auto call = [](void* context) -> void* {
      (*static_cast<Job*>(context))();
      return nullptr;
    };
    pthread_t id;
    if (pthread_create(&id, nullptr, call, &job) != 0) return std::nullopt;
    return Thread(id);
  }

  Thread(Thread&& other) noexcept : id_(std::exchange(other.id_, std::nullopt)) {}
  Thread& operator=(Thread&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  /// Waits for the job's end.
  ~Thread() {
    if (id_) pthread_join(*id_, nullptr);
  }

 private:
  explicit Thread(pthread_t id) : id_(id) {}

  std::optional<pthread_t> id_;
};

}  // namespace mattock
