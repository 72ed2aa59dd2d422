// Private to the room: from raw words to an outcome.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "probe/probe.hpp"

namespace mattock::probe {

using Words = std::vector<std::uint32_t>;

/// kAgreed, or kDisagrees with the words that differ.
Outcome exact(std::span<const std::uint32_t> expected, std::span<const std::uint32_t> found);

/// What a chip of this kind would answer.
struct Hypothesis {
  std::string name;
  Words words;
};

/// The first is today's assumption. No two have the same words (a test looks).
Outcome decide(std::span<const Hypothesis> hypotheses, std::span<const std::uint32_t> found);

Outcome measured(double value, std::string unit);

std::uint32_t bits_of(float value);

}  // namespace mattock::probe
