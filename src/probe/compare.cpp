#include "probe/compare.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace mattock::probe {
namespace {

constexpr std::size_t kMostWords = 64;  // of a ledger's entry

}  // namespace

Outcome exact(std::span<const std::uint32_t> expected, std::span<const std::uint32_t> found) {
  Outcome outcome{.verdict = Verdict::kAgreed};
  if (expected.size() != found.size()) outcome.text = "another number of results";
  for (std::size_t i = 0; i < std::min(expected.size(), found.size()); ++i) {
    if (expected[i] == found[i]) continue;
    if (outcome.words.size() < kMostWords)
      outcome.words.push_back({i, expected[i], found[i]});
    else
      ++outcome.more_words;
  }
  if (!outcome.words.empty() || !outcome.text.empty()) outcome.verdict = Verdict::kDisagrees;
  return outcome;
}

Outcome decide(std::span<const Hypothesis> hypotheses, std::span<const std::uint32_t> found) {
  Outcome outcome{.verdict = Verdict::kNoAnswer, .text = "none of the hypotheses"};
  const Words& assumed = hypotheses.front().words;
  for (std::size_t i = 0; i < std::min(assumed.size(), found.size()); ++i)
    outcome.words.push_back({i, assumed[i], found[i]});
  const auto match =
      std::ranges::find_if(hypotheses, [&](const Hypothesis& h) { return std::ranges::equal(h.words, found); });
  if (match == hypotheses.end()) return outcome;
  outcome.verdict = Verdict::kAnswer;
  outcome.text = match->name;
  outcome.as_assumed = match == hypotheses.begin();
  return outcome;
}

Outcome measured(double value, std::string unit) {
  return {.verdict = Verdict::kMeasured, .value = value, .unit = std::move(unit)};
}

std::uint32_t bits_of(float value) { return std::bit_cast<std::uint32_t>(value); }

}  // namespace mattock::probe
