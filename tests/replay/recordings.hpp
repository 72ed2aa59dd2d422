// The twelve recordings under tests/data/streams.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "replay/recording.hpp"

namespace mattock::test {

inline constexpr const char* kRecordings[] = {
    "fp16-128x512x512-b1-ac1", "fp16-1x1024x4096-b1-ac0", "fp16-4x32x16-b1-ac0",     "fp16-4x32x16-b1-ac1",
    "fp16-64x128x256-b0-ac0",  "fp16-64x128x256-b1-ac1",  "int8-128x512x512-b1-ac1", "int8-1x4096x512-b1-ac0",
    "int8-4x32x16-b1-ac0",     "int8-4x32x16-b1-ac1",     "int8-64x128x256-b0-ac0",  "int8-64x128x256-b1-ac1"};

inline std::string recording_text(const std::string& name) {
  std::ifstream stream(std::string(MATTOCK_TEST_DATA) + "/streams/rk3566-" + name + ".txt", std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline replay::Recording recording(const std::string& name) {
  auto parsed = replay::parse_recording(recording_text(name));
  EXPECT_TRUE(parsed.has_value()) << name << ": " << (parsed ? "" : to_string(parsed.error()));
  return parsed.value_or(replay::Recording{});
}

}  // namespace mattock::test
