// A test that cannot run here says why; where everything must run (MATTOCK_REQUIRE_ALL=1) that is a failure.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

namespace mattock::test {

inline bool everything_is_required() {
  const char* value = std::getenv("MATTOCK_REQUIRE_ALL");
  return value != nullptr && std::string_view(value) == "1";
}

}  // namespace mattock::test

#define MATTOCK_SKIP(reason)                                                                    \
  do {                                                                                          \
    if (mattock::test::everything_is_required()) FAIL() << "MATTOCK_REQUIRE_ALL=1: " << reason; \
    GTEST_SKIP() << reason;                                                                     \
  } while (false)
