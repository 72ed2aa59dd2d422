#include "doctor/report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mattock::doctor {
namespace {

constexpr std::string_view kIndent = "  ";

/// A step whose state asks for something to be done.
bool asks(const Step& step) { return !step.remedy.text.empty() || !step.remedy.commands.empty(); }

std::string remedy_text(const Step& step) {
  std::string text = fmt::format("\n{} {}: {}\n", step.id, step.name, step.remedy.text);
  for (const std::string& command : step.remedy.commands) text += fmt::format("    {}\n", command);
  return text;
}

std::string verdict(const Report& report) {
  if (!report.on_board)
    return "No NPU here. Everything but the NPU itself works: mattock runs models and products on the emulated "
           "RK3566.\n";
  if (const Step* const fault = report.first_fault()) return fmt::format("The NPU cannot be used: {}.\n", fault->says);
  const bool tried = std::ranges::any_of(
      report.steps, [](const Step& s) { return s.name == "product" && s.state != State::kSkipped; });
  return fmt::format("{}{}.\n", tried ? "The NPU works" : "Nothing is wrong as far as was looked",
                     report.has_warnings() ? ", with warnings" : "");
}

}  // namespace

std::string_view state_name(State state) {
  switch (state) {
    case State::kGood: return "ok";
    case State::kNote: return "note";
    case State::kWarning: return "warning";
    case State::kFault: return "FAULT";
    case State::kSkipped: return "-";
  }
  return "";
}

const Step* Report::first_fault() const {
  const auto found = std::ranges::find(steps, State::kFault, &Step::state);
  return found == steps.end() ? nullptr : &*found;
}

bool Report::has_warnings() const {
  return std::ranges::any_of(steps, [](const Step& s) { return s.state == State::kWarning; });
}

std::string to_text(const Report& report) {
  std::string text;
  for (const Step& step : report.steps)
    if (report.on_board || step.state != State::kSkipped)
      text += fmt::format("{}{:<14} {:<8} {:<4} {}\n", kIndent, step.name, state_name(step.state), step.id, step.says);
  text += fmt::format("\n{}", verdict(report));
  // What is broken first; what only could be better after it.
  for (const State state : {State::kFault, State::kWarning, State::kNote})
    for (const Step& step : report.steps)
      if (step.state == state && asks(step)) text += remedy_text(step);
  text += "\nfor whoever is asked for help\n";
  for (const std::string& fact : report.facts) text += fmt::format("{}{}\n", kIndent, fact);
  for (const std::string& line : report.log) text += fmt::format("{}log: {}\n", kIndent, line);
  return text;
}

}  // namespace mattock::doctor
