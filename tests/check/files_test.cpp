// What Rockchip's converter and runtime wrote is accepted: every submit of the recordings, the seed and the models.
#include <gtest/gtest.h>

#include <filesystem>

#include "check/support/jobs.hpp"

namespace mattock::test {
namespace {

const std::string kData = MATTOCK_TEST_DATA;

void expect_accepted(const Program& program) {
  ASSERT_FALSE(program.submits.empty()) << program.name;
  for (const auto& tasks : program.submits) {
    const auto good = program.check(tasks);
    EXPECT_TRUE(good) << program.name << ": " << (good ? "" : to_string(good.error()));
  }
}

TEST(Files, TheTwelveRecordingsAreAccepted) {
  const auto paths = files(kData + "/streams", ".txt");
  EXPECT_EQ(paths.size(), 12u);
  for (const std::string& path : paths) expect_accepted(program_of_recording(path));
}

TEST(Files, TheSeedAndTheVendorsModelsAreAccepted) {
  const auto paths = files(kData + "/vendor", ".rknn");
  EXPECT_GE(paths.size(), 11u);
  expect_accepted(program_of_model(kData + "/seed/matmul.rknn"));
  for (const std::string& path : paths) {
    expect_accepted(program_of_model(path));
    expect_accepted(program_of_model(path, false));
  }
}

// The whole collection, where it lies beside the tree.
TEST(Files, AllModelsOfTheCollectionAreAccepted) {
  for (const std::string& path : files(MATTOCK_SHARED "/models/vendor", ".rknn"))
    expect_accepted(program_of_model(path));
}

// Its other half: accepted, or refused for one of three reasons by name. The emulator agrees on each.
TEST(Files, ModelsOfVectorOperatorsAreAcceptedOrRefusedByName) {
  for (const std::string& path : files(MATTOCK_SHARED "/models/vendor-vector", ".rknn")) {
    Program program = program_of_model(path);
    for (const auto& tasks : program.submits) {
      const auto good = program.check(tasks);
      const auto ran = program.emulator().submit({.first_address = tasks[0].regcmd_addr,
                                                  .first_amount = tasks[0].regcfg_amount,
                                                  .task_count = static_cast<std::uint32_t>(tasks.size())});
      EXPECT_EQ(good.has_value(), ran.has_value()) << program.name;
      const std::string text = good ? "supported" : good.error().message;
      EXPECT_TRUE(good || text.find("not supported") != std::string::npos) << program.name << ": " << text;
    }
  }
}

}  // namespace
}  // namespace mattock::test
