// All that a kernel knows, for the files and calls of this room. Whoever touches it holds `mutex`.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "fakekernel/fences.hpp"
#include "fakekernel/kernel.hpp"
#include "fakekernel/npu.hpp"
#include "fakekernel/objects.hpp"
#include "fakekernel/version.hpp"

namespace mattock::fakekernel {

/// A job that nobody waits for.
struct Running {
  std::uint64_t begin = 0, end = 0;  ///< virtual nanoseconds
  std::uint32_t fence = 0;           ///< that tells of its end; 0: none
};

struct Core {
  Core(const Options& options, const hw::Chip& chip, Generation generation);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  const Options options;
  const hw::Chip& chip;
  const Generation generation;

  std::mutex mutex;
  std::uint64_t calls = 0, submits = 0, nanoseconds = 0;
  std::size_t files = 0, mappings = 0;
  bool has_master = false;  ///< an open file of the card node that came first
  Npu npu;
  Objects objects;
  Kernel::Trace trace;
  std::array<std::uint32_t, 3> bus = {};  ///< priority, expectation, time window
  std::int64_t power = 0;                 ///< of POWER_ON and POWER_OFF
  Running running;
  Fences fences;
  std::uint32_t resets = 0;

  /// Counts a call. What it meets, if anything; the pointer stays good.
  const Fault* next_call(bool is_submit = false);
  /// The same for calls that know no fault but an errno: that, or 0.
  int next_call_errno();

  void log(std::string line);
  const std::deque<std::string>& lines() const { return lines_; }
  /// Time goes by.
  void wait_ms(std::uint64_t milliseconds) { nanoseconds += milliseconds * 1'000'000; }
  void soft_reset();
  /// False, and no other domain, when a job runs on too long in the one there is.
  bool select_domain(std::size_t domain);
  /// The job that nobody waits for makes way for another one: if it has not ended by itself, it never does.
  void give_up_running() { fences.end(running.fence, -ETIMEDOUT); }

  /// That user space holds, beside open files.
  std::size_t descriptors() const { return objects.descriptors() + fences.count(); }
  bool out_of_descriptors() const { return descriptors() + files >= options.most_descriptors; }

  /// For what would crash a kernel.
  [[noreturn]] void crash(const std::string& what);

 private:
  std::deque<std::string> lines_;
};

}  // namespace mattock::fakekernel
