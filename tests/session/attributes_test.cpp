#include "session/host/attributes.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace mattock::session::host {
namespace {

using namespace std::string_view_literals;

std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span<const char>(text.data(), text.size()));
}

// As it stands in a vendor file: {"perm": {"dtype": "is", "value": [0, 3, 2, 1]}}.
constexpr auto kPerm =
    "\x46\0\0\0\x03perm\0\x3b\0\0\0\x02"
    "dtype\0\x03\0\0\0is\0\x04value\0\x21\0\0\0"
    "\x10\x30\0\0\0\0\0\x10\x31\0\x03\0\0\0\x10\x32\0\x02\0\0\0\x10\x33\0\x01\0\0\0\0\0\0"sv;
// {"axis": {"dtype": "i", "value": 1}}.
constexpr auto kAxis =
    "\x28\0\0\0\x03"
    "axis\0\x1d\0\0\0\x02"
    "dtype\0\x02\0\0\0i\0\x10value\0\x01\0\0\0\0\0"sv;

TEST(Attributes, ListsAndSingleIntegersAreRead) {
  EXPECT_EQ(integer_attribute(bytes(kPerm), "perm"), (std::vector<std::int64_t>{0, 3, 2, 1}));
  EXPECT_EQ(integer_attribute(bytes(kAxis), "axis"), (std::vector<std::int64_t>{1}));
}

TEST(Attributes, WhatIsNotThereIsNothing) {
  EXPECT_EQ(integer_attribute(bytes(kPerm), "axis"), std::nullopt);
  EXPECT_EQ(integer_attribute({}, "axis"), std::nullopt);
  EXPECT_EQ(integer_attribute(bytes("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv), "axis"), std::nullopt);
}

TEST(Attributes, EveryTruncationIsHarmless) {
  for (std::size_t length = 0; length < kPerm.size(); ++length) {
    const auto cut = integer_attribute(bytes(kPerm.substr(0, length)), "perm");
    if (cut) {
      EXPECT_LE(cut->size(), 4u) << length;
    }
  }
}

TEST(Attributes, EverySingleByteMayBeAnything) {
  std::string damaged(kPerm);
  for (char& byte : damaged) {
    const char kept = byte;
    for (int value = 0; value < 256; ++value) {
      byte = static_cast<char>(value);
      const auto list = integer_attribute(bytes(damaged), "perm");
      if (list) {
        EXPECT_LE(list->size(), damaged.size());
      }
    }
    byte = kept;
  }
}

}  // namespace
}  // namespace mattock::session::host
