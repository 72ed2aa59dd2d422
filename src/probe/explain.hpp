// A ledger in words: what each open question's answer is, and measured numbers beside those of the cost model.
#pragma once

#include <optional>
#include <string>

#include "hw/chip.hpp"
#include "probe/ledger.hpp"

namespace mattock::probe {

/// "fp16-ties           half to even, as assumed" and the like, without a line's end.
std::string entry_text(const Entry& entry);

/// A line for every probe. `chip` has the cost model's numbers.
std::string explain(const Ledger& ledger, const hw::Chip& chip);

/// What the cost model can use of a ledger; absent what was not measured.
struct Constants {
  std::optional<double> bytes_per_second, task_seconds, submit_seconds, cycles_per_second;
};
Constants constants_of(const Ledger& ledger, const hw::Chip& chip);

}  // namespace mattock::probe
