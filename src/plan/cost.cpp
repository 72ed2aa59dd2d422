#include "plan/cost.hpp"

#include <algorithm>

#include "base/math.hpp"
#include "hw/command.hpp"
#include "plan/tasks.hpp"

namespace mattock::plan {
namespace {

double as_double(std::uint64_t number) { return static_cast<double>(number); }

/// What the CPU does in every run beside copies in and out. Features in parts are packed, and the sums of the parts
/// read to be joined, unless the NPU joins. With the roles swapped A is reordered as kernels and C transposed, which
/// counts if the caller says so: who keeps A packed, or has the time, does not mind.
std::uint64_t host_bytes(const MatmulPlan& plan, const Options& options) {
  std::uint64_t bytes = 0;
  if (plan.parts.size() > 1 && !plan.npu_joins)
    bytes = (plan.native ? 0 : plan.features_bytes()) + plan.results_bytes();  // surfaces of parts follow each other
  if (options.count_reordering && plan.swapped) bytes += plan.weights_bytes() + plan.results_bytes();
  return bytes;
}

/// assumed: an operand for each channel is fetched once for a task, as streams are. Settled by timing a task of many
/// pixels that adds one.
std::uint64_t operand_bytes(const MatmulPlan& plan, const Task& task) {
  if (!plan.stages.reads_operand()) return 0;
  return (plan.stages.ew->per_channel ? 1 : task.rows.count) * task.columns.count * bytes_of(plan.written);
}

}  // namespace

Rates rates_of(const hw::Chip& chip, const Options& options) {
  return {options.bytes_per_second > 0 ? options.bytes_per_second : chip.dma_bytes_per_second,
          options.task_seconds >= 0 ? options.task_seconds : chip.task_seconds,
          options.submit_seconds >= 0 ? options.submit_seconds : chip.submit_seconds, chip.host_bytes_per_second,
          options.cycles_per_second > 0 ? options.cycles_per_second : chip.npu_hz};
}

TaskWork work_of(const hw::Chip& chip, const MatmulPlan& plan, const Task& task) {
  const Operand operand = plan.types.operand;
  const std::size_t row_bytes = plan.row_bytes(task.part), kernel_bytes = plan.kernel_bytes(task.part),
                    group = group_kernels(chip, operand);
  TaskWork work;
  work.cycles = std::uint64_t{task.rows.count} *
                ceil_div(plan.parts[task.part].declared, slice_channels(chip, operand)) * (task.columns.count / group);
  work.feature_bytes = task.data_stay ? 0 : task.rows.count * row_bytes;
  work.weight_bytes = task.weights_stay ? 0 : task.columns.count * kernel_bytes;
  work.record_bytes = task.columns.count * ((plan.requantises() ? kRecordBytes : 0) + plan.stages.bs.stream_bytes() +
                                            plan.stages.bn.stream_bytes());
  work.operand_bytes = operand_bytes(plan, task);
  work.result_bytes = task.rows.count * task.columns.count * bytes_of(plan.written_by(task.part));
  work.sum_bytes = plan.adds_sums(task.part) ? task.rows.count * task.columns.count * bytes_of(sums_of(operand)) : 0;
  work.two_groups_fit = 2 * group * kernel_bytes <= plan.weight_banks * chip.cbuf_bank_bytes;
  return work;
}

double seconds_of(const Rates& rates, const TaskWork& work, bool fill_hidden) {
  const double fill = as_double(work.feature_bytes) / rates.bytes_per_second;
  const double weights = as_double(work.weight_bytes + work.record_bytes) / rates.bytes_per_second;
  const double results = as_double(work.result_bytes + work.sum_bytes + work.operand_bytes) / rates.bytes_per_second;
  const double compute = as_double(work.cycles) / rates.cycles_per_second;
  const double before = rates.task_seconds + (fill_hidden ? 0 : fill) + (work.two_groups_fit ? 0 : weights);
  const double beside = results + (fill_hidden ? fill : 0) + (work.two_groups_fit ? weights : 0);
  return before + std::max(compute, beside);
}

void add(Cost& cost, const Rates& rates, const TaskWork& work) {
  cost.cycles += work.cycles;
  cost.feature_bytes += work.feature_bytes;
  cost.weight_bytes += work.weight_bytes;
  cost.record_bytes += work.record_bytes;
  cost.sum_bytes += work.sum_bytes;
  cost.operand_bytes += work.operand_bytes;
  cost.result_bytes += work.result_bytes;
  cost.seconds += seconds_of(rates, work, false);
  cost.seconds_fill_hidden += seconds_of(rates, work, true);
  ++cost.tasks;
}

Cost cost_of(const hw::Chip& chip, const MatmulPlan& plan, const Options& options) {
  const Rates rates = rates_of(chip, options);
  Cost cost;
  for_each_task(plan, [&](const Task& task) {
    add(cost, rates, work_of(chip, plan, task));
    cost.command_bytes += (plan.task_words(task.part) + hw::kTailWords) * hw::kWordBytes;
  });
  cost.submits = ceil_div(cost.tasks, chip.max_tasks);
  cost.host_seconds = as_double(host_bytes(plan, options)) / rates.host_bytes_per_second;
  const double once = as_double(cost.submits) * rates.submit_seconds + cost.host_seconds;
  cost.seconds += once;
  cost.seconds_fill_hidden += once;
  return cost;
}

double roof_seconds(const hw::Chip& chip, const Shape& shape, const Types& types, const Options& options) {
  const Rates rates = rates_of(chip, options);
  const double macs = static_cast<double>(shape.m) * static_cast<double>(shape.k) * static_cast<double>(shape.n);
  const double bytes = as_double((shape.m * shape.k + shape.k * shape.n) * bytes_of(types.operand) +
                                 shape.m * shape.n * bytes_of(types.output));
  return std::max(macs / static_cast<double>(macs_per_cycle(chip, types.operand)) / rates.cycles_per_second,
                  bytes / rates.bytes_per_second);
}

}  // namespace mattock::plan
