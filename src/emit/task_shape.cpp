#include "emit/task_shape.hpp"

namespace mattock::emit {

using hw::Precision;
using plan::Operand;
using plan::Output;

TaskShape::TaskShape(const hw::Chip& on, const plan::MatmulPlan& of, const plan::Task& which)
    : chip(on),
      plan(of),
      task(which),
      width(plan.native ? task.rows.count : 1),
      height(plan.native ? 1 : task.rows.count),
      kernels(task.columns.count),
      channels(plan.parts[task.part].declared),
      row_bytes(plan.row_bytes(task.part)),
      kernel_bytes(plan.kernel_bytes(task.part)),
      written(plan.written_by(task.part)),
      result_pixel_bytes(plan::result_lanes(chip, written) * bytes_of(written)),
      features(plan::features_place(chip, plan, task.part)),
      results(plan::results_place(chip, plan, task.part, plan.panel_of(task.columns))) {}

plan::Place TaskShape::sums() const {
  return plan::results_place(chip, plan, task.part - 1, plan.panel_of(task.columns));
}

std::size_t TaskShape::first_of(const plan::Place& place) const {
  return place.of(task.rows.first, task.columns.first - plan.panel_of(task.columns).first);
}

std::size_t TaskShape::surface_stride(const plan::Place& place, std::size_t pixel_bytes) const {
  return plan.native ? place.surface_bytes : pixel_bytes;
}

std::size_t TaskShape::gap_behind_a_line(const plan::Place& place, std::size_t pixel_bytes, std::size_t unit) const {
  return plan.native || plan.one_pixel ? 0 : (place.pixel_bytes - pixel_bytes) / unit;
}

plan::Walk TaskShape::operand() const {
  const plan::Combine& ew = *plan.stages.ew;
  return ew.per_channel ? channels_of(ew.walk, chip, task.columns.first)
                        : part_of(ew.walk, chip, plan.native ? task.rows.first : 0, plan.native ? 0 : task.rows.first,
                                  task.columns.first);
}

Precision precision_of(Operand operand) { return operand == Operand::kFp16 ? Precision::kFp16 : Precision::kInt8; }

Precision precision_of(Output output) {
  switch (output) {
    case Output::kFp32: return Precision::kFp32;
    case Output::kFp16: return Precision::kFp16;
    case Output::kInt32: return Precision::kInt32;
    case Output::kInt8: return Precision::kInt8;
  }
  return Precision::kFp32;
}

}  // namespace mattock::emit
