// A fake kernel in two-copy mode with a Watch before it, for back ends with a fault.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fakekernel/system.hpp"
#include "faults/jobs.hpp"
#include "faults/watch.hpp"

namespace mattock::test {

using System = std::shared_ptr<device::kernel::System>;

/// A kernel of its own, and what stands before it.
class Bench {
 public:
  explicit Bench(std::vector<std::string> objects, fakekernel::Options options = {}) {
    options.two_copies = true;
    options.crash = throw_crash;
    kernel_ = fakekernel::Kernel::create(options).value();
    watch_ = std::make_shared<Watch>(make_system(fakekernel::radxa_zero_3w(kernel_)), std::move(objects));
  }
  Watch& watch() { return *watch_; }
  System system() { return watch_; }
  /// What the kernel says of lost lines; they need not make a product wrong, when they hold what tasks pass on.
  std::string lost_lines() const {
    for (const std::string& line : kernel_->log())
      if (line.starts_with("cache:")) return line;
    return "";
  }
  std::uint64_t milliseconds() const { return kernel_->nanoseconds() / 1'000'000; }

 private:
  std::shared_ptr<fakekernel::Kernel> kernel_;
  std::shared_ptr<Watch> watch_;
};

/// The objects of a product, in the order they are made.
inline const std::vector<std::string> kOfProduct{"features",       "weights", "results",
                                                 "kernel records", "words",   "task records"};

inline constexpr const char* kWrong = "wrong product";
inline constexpr const char* kNoEnd = "did not end within 6000 ms";

/// Empty, or what shows that something is wrong.
inline std::string shown(const Result<void>& done, bool exact) {
  if (!done) return to_string(done.error());
  return exact ? "" : kWrong;
}

}  // namespace mattock::test
