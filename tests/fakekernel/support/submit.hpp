// A recorded product whose submit a test changes, and how long the call took.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "fakekernel/support/stream.hpp"

namespace mattock::test {

inline const char* const kOneTask = "rk3566-fp16-4x32x16-b1-ac0";
inline const char* const kSixTasks = "rk3566-fp16-128x512x512-b1-ac1";
inline constexpr std::uint64_t kMillisecond = 1'000'000;
inline constexpr std::size_t kIntMask = 12, kAmount = 24, kAddress = 32;  // offsets in a task record

inline bool logged(Process& process, std::string_view text) {
  for (const std::string& line : process.kernel().log())
    if (line.find(text) != std::string::npos) return true;
  return false;
}

class Submit : public testing::Test {
 protected:
  void start(const fakekernel::Options& options = {}, const char* name = kOneTask) {
    process_.emplace(with_crash(options));
    stream_.emplace(*process_, name);
    stream_->sync_to_device();
    arguments_ = stream_->arguments();
  }

  /// The result; `waited_` is how long it took.
  int submit() {
    const std::uint64_t before = process_->kernel().nanoseconds();
    const int result = process_->submit(arguments_);
    waited_ = process_->kernel().nanoseconds() - before;
    return result;
  }

  template <class T>
  void set_record(std::size_t offset, T value, std::size_t task = 0) {
    store_le(stream_->records().bytes, task * hw::TaskRecord::kBytes + offset, value);
  }
  bool at_once() const { return waited_ < kMillisecond; }
  bool within(std::uint64_t low_ms, std::uint64_t high_ms) const {
    return waited_ >= low_ms * kMillisecond && waited_ <= high_ms * kMillisecond;
  }

  std::optional<Process> process_;
  std::optional<Stream> stream_;
  abi::Submit arguments_;
  std::uint64_t waited_ = 0;
};

}  // namespace mattock::test
