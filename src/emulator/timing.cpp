#include "emulator/timing.hpp"

#include <algorithm>

namespace mattock::emulator {

double task_seconds(const hw::Chip& chip, const Variation& variation, const TaskReport& task) {
  const double bytes = static_cast<double>(task.command_bytes + task.feature_bytes + task.weight_bytes +
                                           task.operand_bytes + task.output_bytes);
  const double work = static_cast<double>(task.cycles) / chip.npu_hz;
  return chip.task_seconds + std::max(work, bytes / (chip.dma_bytes_per_second * variation.bandwidth));
}

double submit_seconds(const hw::Chip& chip, const Variation& variation, const SubmitReport& report) {
  double total = chip.submit_seconds;
  for (const TaskReport& task : report.tasks) total += task_seconds(chip, variation, task);
  return total;
}

}  // namespace mattock::emulator
