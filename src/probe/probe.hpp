// Named questions to a chip: what a probe settles stands in one sentence beside it. Each is a few submits with fixed
// data, through Device and so through the checker. The table's order is that of trust: what is sure to be harmless
// comes first, programs that lean on less known rules later, long ones last.
//
//   conformance   exact results that every reading of the open rules agrees on: agreed, or the words that differ
//   questions     operands that tell named hypotheses apart: the one that the chip follows, or none
//   measures      a number with its unit
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "device/device.hpp"

namespace mattock::probe {

/// A raw result: its place among the probe's results, what was expected (of a question: by today's assumption), and
/// what came.
struct Word {
  std::size_t place = 0;
  std::uint32_t expected = 0, found = 0;
  friend bool operator==(const Word&, const Word&) = default;
};

enum class Verdict {
  kAgreed,
  kDisagrees,
  kAnswer,    ///< of a question: `text` is the hypothesis; `as_assumed` if it is today's
  kNoAnswer,  ///< none of the hypotheses
  kMeasured,
  kFailed,  ///< an error, in `text`
  kHung,    ///< it began and never ended
};
std::string_view name_of(Verdict verdict);

struct Outcome {
  Verdict verdict = Verdict::kFailed;
  std::string text = {};
  bool as_assumed = false;
  std::vector<Word> words = {};  ///< those that differ; of a question all of them
  std::size_t more_words = 0;    ///< that differ, beyond those listed
  double value = 0;
  std::string unit = {};
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Context {
  Device& device;
  /// Seconds that pass on the device's side; empty: every submit reports what it took.
  std::function<double()> clock = {};
};

struct Probe {
  std::string_view name;
  std::string_view settles;  ///< one sentence
  std::string_view note;     ///< where the open question stands: "npu.md 12.1"
  /// Errors: what kept it from being asked.
  Result<Outcome> (*run)(Context& context);
};

/// All, in order.
std::span<const Probe> probes();
/// Nothing (nullptr) for a name that is not in the table.
const Probe* find_probe(std::string_view name);

/// The outcome, errors of the probe included.
Outcome ask(const Probe& probe, Context& context);

}  // namespace mattock::probe
