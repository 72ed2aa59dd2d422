// From tile sizes to tasks. A plan keeps the sizes; its tasks follow from them in a fixed order.
#pragma once

#include <algorithm>
#include <cstddef>

#include "plan/matmul.hpp"

namespace mattock::plan {

/// Calls visit(Task) for every task of the plan, in the order they run: parts outermost; inside a part either all
/// columns for each band of rows, or all rows for each band of columns.
template <class Visit>
void for_each_task(const MatmulPlan& plan, const Visit& visit) {
  const Tiling& tiling = plan.tiling;
  Task last;
  std::size_t count = 0;
  const auto give = [&](std::size_t part, const Range& rows, const Range& columns) {
    Task task{part, rows, columns};
    task.first_of_submit = count++ % plan.tasks_per_submit == 0;
    if (!task.first_of_submit && last.part == part) {
      task.data_stay = last.rows == rows;
      // What stays was loaded for the same width, which in the native form is the number of rows.
      const bool same_width = !plan.native || last.rows.count == rows.count;
      task.weights_stay = tiling.weights_resident && last.columns == columns && same_width;
    }
    visit(task);
    last = task;
  };
  const auto tiles = [](std::size_t total, std::size_t step, const auto& each) {
    for (std::size_t at = 0; at < total; at += step) each(Range{at, std::min(step, total - at)});
  };
  const auto columns = [&](const auto& each) {
    for (const Range& panel : plan.panels)
      tiles(panel.count, tiling.columns, [&](const Range& in) { each(Range{panel.first + in.first, in.count}); });
  };
  for (std::size_t part = 0; part < plan.parts.size(); ++part) {
    if (tiling.columns_outside)
      columns([&](const Range& c) { tiles(plan.pixels, tiling.rows, [&](const Range& r) { give(part, r, c); }); });
    else
      tiles(plan.pixels, tiling.rows, [&](const Range& r) { columns([&](const Range& c) { give(part, r, c); }); });
  }
}

}  // namespace mattock::plan
