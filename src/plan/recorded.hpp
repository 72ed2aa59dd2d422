// What recorded tasks cost: the words of a convolution back into the numbers the cost model takes, so that plans of
// others, the vendor's above all, go through the same formula as ours.
#pragma once

#include <span>
#include <vector>

#include "base/error.hpp"
#include "hw/chip.hpp"
#include "hw/program.hpp"
#include "plan/cost.hpp"

namespace mattock::plan {

/// The words of one task, tail included.
using TaskWords = std::span<const std::uint64_t>;

/// Reads tasks in the order they ran; registers a task does not write keep their value in the same register group, as
/// on the chip.
class RecordedTasks {
 public:
  explicit RecordedTasks(const hw::Chip& chip);

  /// Errors: kUnsupported for a task that is no plain convolution (depthwise, images, no multipliers).
  Result<TaskWork> next(TaskWords words);

 private:
  std::uint32_t value(hw::Block block, std::uint16_t offset) const;

  const hw::Chip& chip_;
  std::vector<std::vector<std::uint32_t>> values_;  // block * 2 + group, by register number
  std::vector<unsigned> group_;                     // by block: where its writes go
};

/// Totals of recorded tasks as one submit. `command_words` are those of all tasks.
Cost cost_of(const hw::Chip& chip, std::span<const TaskWork> tasks, std::size_t command_words, const Options& options);

}  // namespace mattock::plan
