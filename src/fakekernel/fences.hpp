// Fences of jobs: what a submit with FENCE_OUT hands out (a sync_file) and one with FENCE_IN waits for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

namespace mattock::fakekernel {

/// Numbers from 1 up, never used again. 0 is none.
class Fences {
 public:
  static constexpr int kPending = 0, kSignalled = 1;  ///< states; an errno below 0 tells how its job failed

  std::uint32_t add() {
    states_[++last_] = kPending;
    return last_;
  }
  bool has(std::uint32_t fence) const { return states_.contains(fence); }
  int state(std::uint32_t fence) const { return states_.at(fence); }
  /// What has ended keeps its state; a fence whose descriptor is closed is forgotten.
  void end(std::uint32_t fence, int state) {
    const auto found = states_.find(fence);
    if (found != states_.end() && found->second == kPending) found->second = state;
  }
  void close(std::uint32_t fence) { states_.erase(fence); }
  std::size_t count() const { return states_.size(); }

 private:
  std::uint32_t last_ = 0;
  std::map<std::uint32_t, int> states_;
};

}  // namespace mattock::fakekernel
