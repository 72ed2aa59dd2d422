// The cost model: what a task takes, from the chip row's numbers. All of them are assumed until a board is measured;
// what the model is for is to compare plans, the vendor's among them, by one rule.
//
//   compute = pixels x slices of the multipliers x kernel groups, one a cycle
//   fill    = loading the features, before the multipliers can begin
//   two kernel groups fit their banks (the next arrives while one is used):
//     task + fill + max(compute, (weights + results) / bandwidth)
//   they do not:
//     task + fill + weights / bandwidth + max(compute, results / bandwidth)
//   sums of the part before and operands of EW, which come in meanwhile, count with the results; records and streams,
//   of which there is one for each kernel, with the weights
//   "fill hidden": the fill joins the bytes inside max instead, as if it happened behind the task before.
#pragma once

#include <cstdint>

#include "hw/chip.hpp"
#include "plan/matmul.hpp"

namespace mattock::plan {

/// The numbers of the chip row, or what the options put in their place.
struct Rates {
  double bytes_per_second, task_seconds, submit_seconds, host_bytes_per_second, cycles_per_second;
};
Rates rates_of(const hw::Chip& chip, const Options& options);

/// What one task moves and multiplies.
struct TaskWork {
  std::uint64_t cycles = 0;
  std::uint64_t feature_bytes = 0, weight_bytes = 0, record_bytes = 0, result_bytes = 0;
  std::uint64_t sum_bytes = 0;      ///< of the part before, which come in as results go out
  std::uint64_t operand_bytes = 0;  ///< of EW, likewise
  bool two_groups_fit = true;
};
TaskWork work_of(const hw::Chip& chip, const MatmulPlan& plan, const Task& task);

double seconds_of(const Rates& rates, const TaskWork& work, bool fill_hidden);

/// One task more: its bytes, cycles and seconds.
void add(Cost& cost, const Rates& rates, const TaskWork& work);

/// Sums over all tasks, the submits and the host's work.
Cost cost_of(const hw::Chip& chip, const MatmulPlan& plan, const Options& options);

/// Seconds below which no plan can come: the multipliers' peak, or each matrix through memory once.
double roof_seconds(const hw::Chip& chip, const Shape& shape, const Types& types, const Options& options);

}  // namespace mattock::plan
