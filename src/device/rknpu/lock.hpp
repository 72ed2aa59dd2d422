// Processes take turns at the NPU: the one that submits holds a lock on a file that all of them know. The driver queues
// jobs itself, but a job that waits behind others counts its timeout while it waits, and a hanging job is ended by a
// reset that takes the others' with it.
//
// The file is /run/lock/mattock-rknpu.lock, or in /dev/shm where that folder lets nobody write. It stays: a lock on
// a file that somebody removes protects nothing. Whoever dies loses the lock. Containers with folders of their own are
// not excluded.
#pragma once

#include <memory>

#include "base/error.hpp"
#include "device/kernel/owned.hpp"

namespace mattock::device::rknpu {

class ProcessLock {
 public:
  static Result<ProcessLock> open(const std::shared_ptr<kernel::System>& system);

  /// The lock, given back when it goes.
  class Held {
   public:
    Held(kernel::System& system, int fd) : system_(system), fd_(fd) {}
    ~Held() {
      kernel::uninterrupted([this] { return system_.unlock(fd_); });
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

   private:
    kernel::System& system_;
    int fd_;
  };

  /// Waits for whoever has it; 0 or an errno below 0. Give it back through Held.
  int take();
  int fd() const { return file_.get(); }

 private:
  explicit ProcessLock(std::shared_ptr<kernel::System> system) : system_(std::move(system)) {}

  std::shared_ptr<kernel::System> system_;
  kernel::Descriptor file_;
};

}  // namespace mattock::device::rknpu
