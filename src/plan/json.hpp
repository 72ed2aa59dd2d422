// Plans and their costs as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "hw/chip.hpp"
#include "plan/cost.hpp"
#include "plan/matmul.hpp"

namespace mattock::plan {

/// What limits a cost: "multipliers", "memory" or "tasks".
std::string_view bound_of(const hw::Chip& chip, const Cost& cost, const Options& options);

/// How near recorded tasks come to what they do: the larger of their cycles and their bytes by their time. 0 to 1.
double fraction_of_roof(const hw::Chip& chip, const Cost& cost, const Options& options);

/// seconds, tasks, bytes, bound, and what they are made of.
nlohmann::ordered_json to_json(const hw::Chip& chip, const Cost& cost, const Options& options);

/// The cost, the roof, and the plan's choices.
nlohmann::ordered_json to_json(const hw::Chip& chip, const MatmulPlan& plan, const Options& options);

}  // namespace mattock::plan
