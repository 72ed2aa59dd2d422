// What the kernel refuses, in sentences: what was asked, what came back, and the way out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mattock::device::rknpu {

/// What was asked of the kernel.
enum class Step { kOpen, kVersion, kAction, kCreate, kMap, kSync, kSubmit, kLock };

/// "EACCES (permission denied)", "errno 95". `error` is above 0.
std::string errno_text(int error);

/// kDevice: "`what`: EACCES (permission denied)", with the way out for this step. `result` is below 0, as the kernel
/// gave it.
Error call_error(Step step, std::string_view what, int result);

/// A submit that did not end, as the driver left it.
struct Timeout {
  std::uint32_t milliseconds = 0;
  std::size_t tasks = 0;
  std::uint32_t done = 0;      ///< tasks that ended
  std::uint32_t status = 0;    ///< of the last interrupt that came and was not the one waited for; 0: none came
  std::uint32_t wanted = 0;    ///< int_mask of the last task
  std::uint32_t op_index = 0;  ///< of the task that was reached
};

/// Whether a driver that waits for the interrupts `wanted` takes `status` for the end: either bit of a pair will do.
bool completes(std::uint32_t status, std::uint32_t wanted);

/// kDevice: the task reached, the interrupt status and what it means.
Error timeout_error(const Timeout& timeout);

}  // namespace mattock::device::rknpu
