// A job is checked when it is new and not again while nothing about it changes. What was accepted is kept as it was,
// words and all: the same bytes in the same buffers cannot break a rule they kept. Comparing costs a fraction of
// checking and nothing is left to callers, who might forget to say that they changed a word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "check/check.hpp"

namespace mattock::check {

class Verdicts {
 public:
  /// check(), unless these tasks were accepted with these words among these buffers: then nothing is allocated. Not
  /// thread-safe.
  Result<void> check(const Job& job);

  /// How often the rules were asked since the beginning.
  std::uint64_t checks() const { return checks_; }

 private:
  struct Accepted {
    std::vector<hw::TaskRecord> tasks;
    std::vector<std::byte> words;  ///< of all tasks, one after the other
  };
  using Place = std::pair<std::uint64_t, std::size_t>;  ///< a buffer's address and size
  using Key = std::pair<std::uint64_t, std::size_t>;    ///< the first task's words, number of tasks

  bool is_known(const Job& job) const;
  void keep(const Job& job);

  const hw::Chip* chip_ = nullptr;
  std::vector<Place> buffers_;  // where something else is mapped nothing is known any more
  std::map<Key, Accepted> accepted_;
  std::size_t kept_bytes_ = 0;
  std::uint64_t checks_ = 0;
};

}  // namespace mattock::check
