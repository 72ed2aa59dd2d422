// The numbers of one task that several registers need.
#pragma once

#include <cstddef>

#include "base/math.hpp"
#include "emit/stages.hpp"
#include "emit/walk.hpp"
#include "hw/chip.hpp"
#include "hw/generated/enums.hpp"
#include "plan/place.hpp"

namespace mattock::emit {

struct TaskShape {
  TaskShape(const hw::Chip& on, const plan::MatmulPlan& of, const plan::Task& which);

  const hw::Chip& chip;
  const plan::MatmulPlan& plan;
  const plan::Task& task;

  std::size_t width, height;      ///< of the map: row-major pixels are its lines, native ones its only line
  std::size_t kernels, channels;  ///< declared
  std::size_t row_bytes, kernel_bytes;
  plan::Output written;
  std::size_t result_pixel_bytes;
  plan::Place features, results;

  /// What the part before wrote of the task's panel; adds_sums() only.
  plan::Place sums() const;
  /// Where the task's rows and columns begin in results or sums.
  std::size_t first_of(const plan::Place& place) const;
  /// From a pixel's atom of results or sums to its next one: beside it in a row, else in the next surface.
  std::size_t surface_stride(const plan::Place& place, std::size_t pixel_bytes) const;
  /// Atoms behind a line of row-major results that belong to other tasks, in units of `unit` bytes.
  std::size_t gap_behind_a_line(const plan::Place& place, std::size_t pixel_bytes, std::size_t unit) const;

  bool adds_sums() const { return plan.adds_sums(task.part); }
  /// DPU_RDMA is needed.
  bool reads() const { return plan.reads(task.part); }

  Cube cube() const { return {width, height, kernels}; }
  /// Where EW's operand of this task lies; with an operand in memory only.
  plan::Walk operand() const;
};

hw::Precision precision_of(plan::Operand operand);
hw::Precision precision_of(plan::Output output);

}  // namespace mattock::emit
