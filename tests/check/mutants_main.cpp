// mutants COUNT [SEED [SECONDS]]: changed programs of tests/data, checker against strict emulator. Prints what was
// refused by which rule and every disagreement; exit 1 if there is one. Stops early when the time is up.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "check/support/mutants.hpp"

namespace {

void print_rules(const char* title, const std::map<std::string, std::uint64_t>& rules) {
  std::vector<std::pair<std::uint64_t, std::string>> sorted;
  for (const auto& [rule, count] : rules) sorted.emplace_back(count, rule);
  std::ranges::sort(sorted, std::greater());
  std::fputs(title, stdout);
  for (const auto& [count, rule] : sorted) fmt::print("{:9} {}\n", count, rule);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace mattock::test;
  if (argc < 2) {
    std::fputs("usage: mutants COUNT [SEED [SECONDS]]\n", stderr);
    return 2;
  }
  constexpr std::uint64_t kProgress = 50000, kSpared = 200;
  const std::uint64_t count = std::strtoull(argv[1], nullptr, 10);
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const double limit = argc > 3 ? std::strtod(argv[3], nullptr) : 1e9;

  Mutants mutants(MATTOCK_TEST_DATA);
  Tally tally;
  const auto began = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
  for (std::uint64_t number = 0; number < count && seconds() < limit; ++number) {
    mutants.run(seed, number, tally, number % kSpared == 0);
    if ((number + 1) % kProgress == 0)
      fmt::print(stderr, "{} of {}, {:.0f} s, {} disagreements\n", number + 1, count, seconds(),
                 tally.disagreements.size());
  }
  print_rules("refused:\n", tally.reasons);
  fmt::print("{} of {} refused ones were run all the same and ended well:\n", tally.spared_executed, tally.spared);
  print_rules("", tally.stricter);
  for (std::size_t i = 0; i < std::min<std::size_t>(tally.disagreements.size(), 20); ++i)
    fmt::print("{}\n", tally.disagreements[i]);
  fmt::print(
      "{} mutants of seed {} in {:.1f} s: {} refused, {} accepted, {} of them executed, {} too long to execute; "
      "{} disagreements\n",
      tally.made, seed, seconds(), tally.refused, tally.accepted, tally.executed, tally.too_long,
      tally.disagreements.size());
  return tally.disagreements.empty() ? 0 : 1;
}
