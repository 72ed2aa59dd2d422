#include <fmt/format.h>

#include "plan/cost.hpp"
#include "plan/matmul.hpp"

namespace mattock::plan {
namespace {

std::string line(std::string_view key, std::string_view value) { return fmt::format("  {:<11} {}\n", key, value); }

std::string microseconds(double seconds) { return fmt::format("{:.1f} us", seconds * 1e6); }

std::string parts_text(const MatmulPlan& plan) {
  if (plan.parts.size() == 1) return fmt::format("whole, {} channels declared", plan.parts[0].declared);
  return fmt::format("{} parts of up to {} channels, joined on the {}", plan.parts.size(), plan.parts[0].declared,
                     plan.npu_joins ? "NPU" : "CPU");
}

std::string weights_text(const MatmulPlan& plan) {
  if (plan.tiling.weights_resident) return "resident in their banks";
  return "streamed through their banks";
}

}  // namespace

std::string to_text(const hw::Chip& chip, const MatmulPlan& plan, std::string_view calibration,
                    const Options& options) {
  const Cost& cost = plan.cost;
  const double roof = roof_seconds(chip, plan.shape, plan.types, options);
  std::string text = fmt::format("C[{}, {}] = A[{}, {}] x B[{}, {}], {} to {}, on {}\n", plan.shape.m, plan.shape.n,
                                 plan.shape.m, plan.shape.k, plan.shape.k, plan.shape.n, name_of(plan.types.operand),
                                 name_of(plan.types.output), chip.name);
  text += line("features",
               plan.swapped ? "columns of B; kernels are the rows of A" : "rows of A; kernels are the columns of B");
  text += line("inner", parts_text(plan));
  text += line("layout", plan.native ? "surfaces (native)" : "row-major");
  text += line("tile", fmt::format("{} rows x {} kernels, {} outside", plan.tiling.rows, plan.tiling.columns,
                                   plan.tiling.columns_outside ? "kernels" : "rows"));
  text += line("banks",
               fmt::format("{} data, {} weights; kernels {}", plan.data_banks, plan.weight_banks, weights_text(plan)));
  text += line("tasks", fmt::format("{} in {} submit{}", cost.tasks, cost.submits, cost.submits == 1 ? "" : "s"));
  text += line("cycles", fmt::format("{} of the multipliers", cost.cycles));
  text += line("bytes", fmt::format("{} ({} features, {} weights, {} operands, {} results, {} commands)", cost.bytes(),
                                    cost.feature_bytes, cost.weight_bytes,
                                    cost.record_bytes + cost.sum_bytes + cost.operand_bytes, cost.result_bytes,
                                    cost.command_bytes));
  text += line("time", fmt::format("{} (fill hidden: {}), {}; {:.0f} % of the roof", microseconds(cost.seconds),
                                   microseconds(cost.seconds_fill_hidden), calibration, 100 * roof / cost.seconds));
  text += line("grade", name_of(plan.grade));
  return text;
}

}  // namespace mattock::plan
