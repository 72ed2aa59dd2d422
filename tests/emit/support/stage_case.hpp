// Stages with the numbers they take, and what they make of a value: plain double arithmetic, written from the notes.
#pragma once

#include <vector>

#include "emit/support/machine.hpp"
#include "plan/stages.hpp"

namespace mattock::test {

/// A stage's operands by channel.
struct StageNumbers {
  std::vector<double> add, multiply;
};

struct StageCase {
  plan::Stages stages;
  StageNumbers bs, bn;
  std::vector<double> channel_operands;  ///< of EW, for each channel
  std::vector<double> operands;          ///< of EW, [line][pixel][channel]

  /// The rounded result of `value`, at this channel and element.
  double of(double value, std::size_t channel, std::size_t element) const;
};

/// EW has an operand for each element.
bool by_element(const plan::Stages& stages);

/// What a stage can have: everything crossed.
std::vector<plan::Stage> all_stages();
plan::Stage draw_stage(Numbers& numbers);
/// EW without an operand by element.
std::optional<plan::Combine> draw_combine(Numbers& numbers);

/// Draws the numbers of `stages` and lays out streams (and EW's numbers for each channel) in the machine.
StageCase draw_case(const plan::Stages& stages, std::size_t channels, Numbers& numbers, Machine& machine);

/// Draws EW's operand by element and stores it where its walk says; the tensor ends with the last atom.
void draw_operand(StageCase& which, std::size_t width, std::size_t height, std::size_t channels, Numbers& numbers,
                  Machine& machine);

/// Bytes up to the end of what a walk reaches, and the place of an element.
std::size_t end_of(const plan::Walk& walk, std::size_t width, std::size_t height, std::size_t channels);
std::size_t place_of(const plan::Walk& walk, std::size_t x, std::size_t y, std::size_t channel);

}  // namespace mattock::test
