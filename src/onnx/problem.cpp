#include "onnx/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"

namespace mattock::onnx {

std::string shown(std::string_view name) { return printable(name, 64); }

Error problems_error(std::span<const Problem> problems) {
  constexpr std::size_t kShown = 8;
  std::string text = problems.size() == 1 ? "" : fmt::format("{} problems: ", problems.size());
  for (std::size_t i = 0; i < std::min(problems.size(), kShown); ++i) {
    const Problem& problem = problems[i];
    text += fmt::format("{}{} '{}': {}", i == 0 ? "" : "; ", problem.op, shown(problem.name), problem.reason);
    if (problems.size() > 1 && !problem.hint.empty()) text += fmt::format(" ({})", problem.hint);
  }
  if (problems.size() > kShown) text += fmt::format("; and {} more", problems.size() - kShown);
  return {
      Code::kUnsupported, std::move(text), {}, problems.size() == 1 ? problems[0].hint : "mattock check lists them"};
}

}  // namespace mattock::onnx
