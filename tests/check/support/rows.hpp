// A rule's test as a row: an example, the fields that break exactly this rule, and the message.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "check/support/example.hpp"

namespace mattock::test {

struct Change {
  std::uint16_t offset;
  unsigned high, low;
  std::uint32_t value;
};

struct Row {
  const char* name;
  Example (*base)();
  std::vector<Change> changes;
  const char* message;  ///< without the word's number; "accepted" for the last value that is allowed
};

inline void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

inline std::string verdict_of(const Row& row) {
  Example example = row.base();
  for (const Change& change : row.changes) example.bits(change.offset, change.high, change.low, change.value);
  return example.verdict();
}

inline std::string row_name(const testing::TestParamInfo<Row>& info) { return info.param.name; }

}  // namespace mattock::test
