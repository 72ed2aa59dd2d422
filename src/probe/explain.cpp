#include "probe/explain.hpp"

#include <fmt/format.h>

#include "plan/types.hpp"

namespace mattock::probe {
namespace {

std::string quantity(double value, std::string_view unit) {
  if (unit == "s") return fmt::format("{:.2f} us", value * 1e6);
  if (unit == "Hz") return fmt::format("{:.0f} MHz", value / 1e6);
  return fmt::format("{:.2f} G{}", value / 1e9, unit);
}

std::optional<double> assumed(std::string_view name, const hw::Chip& chip) {
  if (name == "clock") return chip.npu_hz;
  if (name == "submit-cost") return chip.submit_seconds;
  if (name == "task-cost") return chip.task_seconds;
  if (name == "bandwidth") return chip.dma_bytes_per_second;
  for (const auto& [rate, operand] :
       {std::pair{"rate-fp16", plan::Operand::kFp16}, std::pair{"rate-int8", plan::Operand::kInt8}})
    if (name == rate) return chip.npu_hz * static_cast<double>(plan::macs_per_cycle(chip, operand));
  return std::nullopt;
}

std::string outcome_text(const Outcome& outcome) {
  switch (outcome.verdict) {
    case Verdict::kAgreed: return "agreed";
    case Verdict::kDisagrees:
      return fmt::format("DISAGREES in {} words{}{}", outcome.words.size() + outcome.more_words,
                         outcome.text.empty() ? "" : ", ", outcome.text);
    case Verdict::kAnswer: return outcome.text + (outcome.as_assumed ? ", as assumed" : ", NOT as assumed");
    case Verdict::kNoAnswer: return "NO ANSWER: " + outcome.text;
    case Verdict::kMeasured:
      return quantity(outcome.value, outcome.unit) + (outcome.text.empty() ? "" : " (" + outcome.text + ")");
    case Verdict::kFailed: return "FAILED: " + outcome.text;
    case Verdict::kHung: return "HUNG: " + outcome.text;
  }
  return "";
}

std::optional<double> value_of(const Ledger& ledger, std::string_view name) {
  const Outcome* const outcome = ledger.find(name);
  if (outcome == nullptr || outcome->verdict != Verdict::kMeasured || !(outcome->value > 0)) return std::nullopt;
  return outcome->value;
}

}  // namespace

std::string entry_text(const Entry& entry) { return fmt::format("{:<20} {}", entry.name, outcome_text(entry.outcome)); }

std::string explain(const Ledger& ledger, const hw::Chip& chip) {
  const Subject& s = ledger.subject;
  std::string text =
      fmt::format("{} ({}{}{}), {}, {}\n", s.device, s.chip, s.driver.empty() ? "" : ", ", s.driver, s.kernel, s.date);
  if (s.emulated) text += "emulated: answers are the emulator's assumptions, times those of its model\n";
  for (const Entry& entry : ledger.entries) {
    const Probe* const probe = find_probe(entry.name);
    text += entry_text(entry);
    if (entry.outcome.verdict == Verdict::kMeasured)
      if (const auto number = assumed(entry.name, chip))
        text += fmt::format("; the cost model has {}", quantity(*number, entry.outcome.unit));
    text += probe == nullptr ? "\n" : fmt::format("  [{}]\n", probe->note);
  }
  return text;
}

Constants constants_of(const Ledger& ledger, const hw::Chip& chip) {
  Constants constants{value_of(ledger, "bandwidth"), value_of(ledger, "task-cost"), value_of(ledger, "submit-cost"),
                      value_of(ledger, "rate-fp16")};
  if (constants.cycles_per_second)
    *constants.cycles_per_second /= static_cast<double>(plan::macs_per_cycle(chip, plan::Operand::kFp16));
  else
    constants.cycles_per_second = value_of(ledger, "clock");
  return constants;
}

}  // namespace mattock::probe
