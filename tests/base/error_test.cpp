#include "base/error.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace mattock {
namespace {

constexpr std::array kAllCodes{Code::kUsage,    Code::kBadFile, Code::kUnsupported, Code::kBadInput,
                               Code::kNotFound, Code::kDevice,  Code::kNotModelled, Code::kInternal};

TEST(Error, TextIsPlaceMessageAndHint) {
  EXPECT_EQ(to_string({Code::kBadFile, "what", "where", "do this"}), "where: what; do this");
}

TEST(Error, AbsentPartsLeaveNoPunctuation) {
  EXPECT_EQ(to_string({Code::kBadFile, "what", "", ""}), "what");
  EXPECT_EQ(to_string({Code::kBadFile, "what", "where", ""}), "where: what");
  EXPECT_EQ(to_string({Code::kBadFile, "what", "", "do this"}), "what; do this");
}

TEST(Error, EveryCodeHasANameOfItsOwnAndAnExitStatus) {
  std::set<std::string_view> names;
  for (const Code code : kAllCodes) {
    EXPECT_TRUE(names.insert(code_name(code)).second) << code_name(code);
    EXPECT_TRUE((std::set{1, 2, 3, 70}).contains(exit_status(code))) << code_name(code);
  }
}

TEST(Error, ExitStatusTellsInputUsageDeviceAndOurOwnFaultApart) {
  EXPECT_EQ(exit_status(Code::kBadFile), 1);
  EXPECT_EQ(exit_status(Code::kUsage), 2);
  EXPECT_EQ(exit_status(Code::kDevice), 3);
  EXPECT_EQ(exit_status(Code::kInternal), 70);
}

TEST(Error, PropagationFillsAnEmptyPlaceAndKeepsAFilledOne) {
  const Result<int> nowhere = fail(Code::kBadInput, "message");
  EXPECT_EQ(Result<int>(propagate(nowhere, "a.npy")).error().where, "a.npy");
  const Result<int> somewhere = tl::unexpected<Error>(Error{Code::kBadInput, "message", "node 3", ""});
  EXPECT_EQ(Result<int>(propagate(somewhere, "a.npy")).error().where, "node 3");
  EXPECT_EQ(Result<int>(propagate(somewhere)).error().code, Code::kBadInput);
}

}  // namespace
}  // namespace mattock
