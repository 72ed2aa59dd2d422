// The addresses a job may touch: its buffers, and in them the words that the PC still has to fetch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "check/check.hpp"

namespace mattock::check {

/// Bytes [begin, end). Signed: strides may be negative, and a sum that leaves the address space must be seen.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

class Space {
 public:
  explicit Space(const Job& job);

  /// Why the buffers are no ground to check on: one reaches beyond `limit` or into another. Empty if they are. First to
  /// be asked: the others rely on it.
  std::string flaw(std::uint64_t limit) const;

  bool points_into_a_buffer(std::uint64_t address) const;
  /// Why the range is not wholly inside one buffer; empty if it is.
  std::string outside(Range range) const;
  bool holds(Range range) const { return buffer_of(range) != nullptr; }
  /// The buffer with the whole range, or nothing (nullptr).
  const Memory* buffer_of(Range range) const;
  /// Whether the range touches command words of the job.
  bool touches_words(Range range) const;

 private:
  const Memory* buffer_at(std::int64_t address) const;

  std::vector<const Memory*> buffers_;  // by address
  std::vector<Range> words_;            // of the tasks, by address, merged
};

}  // namespace mattock::check
