// What the chip can do in one task, a rule a function. Sources: npu.md 2.2, 3.4, 3.5 and the fields themselves.
#include <fmt/format.h>

#include <algorithm>

#include "base/math.hpp"
#include "plan/matmul.hpp"

namespace mattock::plan {
namespace {

Result<void> refuse(std::string sentence) { return fail(Code::kUnsupported, std::move(sentence)); }

Result<void> rows_fit_a_map(const hw::Chip& chip, const MatmulPlan& plan) {
  if (plan.tiling.rows <= chip.max_width_px) return {};
  return refuse(fmt::format("{} rows in a task: a map has at most {} {}", plan.tiling.rows, chip.max_width_px,
                            plan.native ? "pixels a line" : "lines"));
}

Result<void> kernels_fit_a_task(const hw::Chip& chip, const MatmulPlan& plan, const Options& options) {
  const std::size_t most = options.allow_assumed ? chip.max_kernels : chip.max_seen_kernels;
  if (plan.tiling.columns <= most) return {};
  return refuse(fmt::format("{} kernels in a task: {} has at most {}", plan.tiling.columns,
                            options.allow_assumed ? "a task" : "no vendor model has more, and none is known to work;",
                            most));
}

Result<void> inner_is_known(const hw::Chip& chip, const MatmulPlan& plan, const Options& options) {
  const std::size_t most = options.allow_assumed ? chip.max_inner : chip.max_seen_inner;
  for (const InnerPart& part : plan.parts)
    if (part.declared > most)
      return refuse(fmt::format("{} input channels in a task: at most {}", part.declared, most));
  return {};
}

Result<void> a_kernel_fits_its_field(const hw::Chip& chip, const MatmulPlan& plan) {
  for (std::size_t p = 0; p < plan.parts.size(); ++p)
    if (plan.kernel_bytes(p) > std::min(chip.max_bytes_per_kernel, chip.cbuf_bank_bytes))
      return refuse(
          fmt::format("a kernel of {} bytes: it must fit a bank of {}", plan.kernel_bytes(p), chip.cbuf_bank_bytes));
  return {};
}

Result<void> banks_are_all_there(const hw::Chip& chip, const MatmulPlan& plan) {
  if (plan.data_banks > 0 && plan.weight_banks > 0 && plan.data_banks + plan.weight_banks == chip.cbuf_banks) return {};
  return refuse(fmt::format("{} data and {} weight banks: both are needed, together {}", plan.data_banks,
                            plan.weight_banks, chip.cbuf_banks));
}

Result<void> rows_fit_their_banks(const hw::Chip& chip, const MatmulPlan& plan) {
  const std::size_t entries_of_banks = plan.data_banks * chip.cbuf_bank_bytes / chip.cbuf_entry_bytes;
  for (std::size_t p = 0; p < plan.parts.size(); ++p) {
    const std::size_t entries = ceil_div(plan.row_bytes(p), chip.cbuf_entry_bytes);
    if (entries * plan.tiling.rows > entries_of_banks)
      return refuse(fmt::format("{} rows of {} entries: {} data banks hold {}", plan.tiling.rows, entries,
                                plan.data_banks, entries_of_banks));
  }
  return {};
}

Result<void> kernels_fit_their_banks(const hw::Chip& chip, const MatmulPlan& plan, const Options& options) {
  const std::size_t group = group_kernels(chip, plan.types.operand);
  const std::size_t held = plan.weight_banks * chip.cbuf_bank_bytes;
  for (std::size_t p = 0; p < plan.parts.size(); ++p) {
    if (group * plan.kernel_bytes(p) > held)
      return refuse(fmt::format("a group of {} kernels of {} bytes: {} weight banks hold {}", group,
                                plan.kernel_bytes(p), plan.weight_banks, held));
    const bool resident = std::min(plan.tiling.columns, plan.kernels_padded) * plan.kernel_bytes(p) <= held;
    if (!resident && (plan.tiling.weights_resident || (!options.weight_streaming && !plan.one_pixel)))
      return refuse(fmt::format("{} kernels of {} bytes do not fit {} weight banks", plan.tiling.columns,
                                plan.kernel_bytes(p), plan.weight_banks));
  }
  return {};
}

Result<void> rows_of_the_result_fit_the_notch(const hw::Chip& chip, const MatmulPlan& plan) {
  // No part writes wider than the first. A reader of sums has a field of the same width that counts larger units.
  const std::size_t atom = bytes_of(plan.written_by(0)) == 4 ? chip.wide_pixel_bytes : chip.atom_bytes;
  for (const Range& panel : plan.panels)
    if (const std::size_t row = plan.result_pitch(panel) * bytes_of(plan.written_by(0));
        !plan.one_pixel && !plan.native && (row - atom) / chip.atom_bytes > chip.max_notch_atoms)
      return refuse(fmt::format("a result of {} bytes a row: the gap behind a line has at most {} atoms", row,
                                chip.max_notch_atoms));
  return {};
}

Result<void> one_pixel_fits_its_form(const hw::Chip& chip, const MatmulPlan& plan) {
  if (!plan.one_pixel) return {};
  for (std::size_t p = 0; p < plan.parts.size(); ++p)
    if (plan.row_bytes(p) / chip.atom_bytes > chip.max_width_px)
      return refuse(fmt::format("one pixel of {} atoms: the form has at most {}", plan.row_bytes(p) / chip.atom_bytes,
                                chip.max_width_px));
  return {};
}

}  // namespace

Result<void> check_limits(const hw::Chip& chip, const MatmulPlan& plan, const Options& options) {
  for (const auto& checked :
       {rows_fit_a_map(chip, plan), kernels_fit_a_task(chip, plan, options), inner_is_known(chip, plan, options),
        a_kernel_fits_its_field(chip, plan), banks_are_all_there(chip, plan), rows_fit_their_banks(chip, plan),
        kernels_fit_their_banks(chip, plan, options), rows_of_the_result_fit_the_notch(chip, plan),
        one_pixel_fits_its_form(chip, plan)})
    if (!checked) return checked;
  return {};
}

}  // namespace mattock::plan
