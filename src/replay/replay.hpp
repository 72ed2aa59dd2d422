// Executes a recorded product on the emulator: random whole numbers in A and B, where the words look for them,
// and every element of C compared with the product computed in plain code. Whole numbers small enough make
// every sum exact, so any difference is a difference in what was read, multiplied or written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "emulator/emulator.hpp"
#include "hw/chip.hpp"
#include "replay/recording.hpp"

namespace mattock::replay {

struct Mismatch {
  std::size_t row = 0, column = 0;
  double found = 0, expected = 0;
};

struct Outcome {
  std::size_t m = 0, k = 0, n = 0;
  std::string types;  ///< "fp16 to fp32"
  std::vector<emulator::TaskReport> tasks;
  std::vector<emulator::Event> events;
  std::size_t wrong = 0;  ///< elements of C
  std::optional<Mismatch> first;

  bool is_product() const { return m != 0; }  ///< else the tasks ran without a fault, and no more is known
  bool exact() const { return wrong == 0; }
};

/// Errors: kBadFile (the recording makes no product, or names no buffer for a tensor), kNotModelled and
/// kDevice from the emulator.
Result<Outcome> replay(const Recording& recording, const hw::Chip& chip, std::uint64_t seed);

/// All that the recording makes: one outcome if its tensors stand before the submits, else one for each submit, in
/// memory of its own; a submit without tensors is executed, and not being a product is no error. A submit that fails
/// does not keep the others from being executed. Errors of each: as above.
std::vector<Result<Outcome>> replay_all(const Recording& recording, const hw::Chip& chip, std::uint64_t seed);

}  // namespace mattock::replay
