#include "plan/json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mattock::plan {

using Json = nlohmann::ordered_json;

std::string_view bound_of(const hw::Chip& chip, const Cost& cost, const Options& options) {
  const Rates rates = rates_of(chip, options);
  const double multipliers = static_cast<double>(cost.cycles) / rates.cycles_per_second;
  const double memory = static_cast<double>(cost.bytes()) / rates.bytes_per_second;
  const double tasks =
      static_cast<double>(cost.tasks) * rates.task_seconds + static_cast<double>(cost.submits) * rates.submit_seconds;
  const double most = std::max({multipliers, memory, tasks});
  return most == multipliers ? "multipliers" : most == memory ? "memory" : "tasks";
}

double fraction_of_roof(const hw::Chip& chip, const Cost& cost, const Options& options) {
  const Rates rates = rates_of(chip, options);
  const double multipliers = static_cast<double>(cost.cycles) / rates.cycles_per_second;
  return std::max(multipliers, static_cast<double>(cost.bytes()) / rates.bytes_per_second) / cost.seconds;
}

Json to_json(const hw::Chip& chip, const Cost& cost, const Options& options) {
  return {{"seconds", cost.seconds},
          {"seconds_fill_hidden", cost.seconds_fill_hidden},
          {"host_seconds", cost.host_seconds},
          {"tasks", cost.tasks},
          {"submits", cost.submits},
          {"cycles", cost.cycles},
          {"bytes", cost.bytes()},
          {"feature_bytes", cost.feature_bytes},
          {"weight_bytes", cost.weight_bytes},
          {"record_bytes", cost.record_bytes},
          {"sum_bytes", cost.sum_bytes},
          {"operand_bytes", cost.operand_bytes},
          {"result_bytes", cost.result_bytes},
          {"command_bytes", cost.command_bytes},
          {"bound", bound_of(chip, cost, options)}};
}

Json to_json(const hw::Chip& chip, const MatmulPlan& plan, const Options& options) {
  Json json = to_json(chip, plan.cost, options);
  json["roofline"] = roof_seconds(chip, plan.shape, plan.types, options) / plan.cost.seconds;
  json["uncalibrated"] = true;
  json["grade"] = name_of(plan.grade);
  json["m"] = plan.shape.m;
  json["k"] = plan.shape.k;
  json["n"] = plan.shape.n;
  json["types"] = {name_of(plan.types.operand), name_of(plan.types.output)};
  json["features"] = plan.swapped ? "columns of B" : "rows of A";
  json["parts"] = plan.parts.size();
  json["joined_on"] = plan.parts.size() == 1 ? Json() : Json(plan.npu_joins ? "NPU" : "CPU");
  json["layout"] = plan.native ? "native" : "row-major";
  json["rows"] = plan.tiling.rows;
  json["kernels"] = plan.tiling.columns;
  json["data_banks"] = plan.data_banks;
  json["weight_banks"] = plan.weight_banks;
  json["weights"] = plan.tiling.weights_resident ? "resident" : "streamed";
  return json;
}

}  // namespace mattock::plan
