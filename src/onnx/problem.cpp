#include "onnx/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mattock::onnx {

std::string shown(std::string_view name) {
  constexpr std::size_t kMost = 64;
  if (name.size() <= kMost) return std::string(name);
  return fmt::format("{}...", name.substr(0, kMost - 3));
}

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
