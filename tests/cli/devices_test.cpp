// mattock devices from outside. What is here differs from machine to machine: the emulated chips are everywhere.
#include <nlohmann/json.hpp>

#include "cli/program.hpp"

namespace mattock::test {
namespace {

TEST(DevicesCommand, ListsTheEmulatedChipsAndSaysOfEverythingElseWhyNot) {
  const auto done = mattock("devices --json");
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(done.err, "");
  const auto devices = nlohmann::json::parse(done.out)["devices"];
  std::vector<std::string> emulated;
  for (const auto& device : devices) {
    EXPECT_EQ(device["usable"].get<bool>(), device["why_not"] == "") << device;
    EXPECT_EQ(device["why_not"].get<std::string>().find('\n'), std::string::npos);
    if (device["kind"] == "emulator") emulated.push_back(device["name"]);
  }
  EXPECT_EQ(emulated, (std::vector<std::string>{"emulator:rk3566", "emulator:rk3568"}));
  EXPECT_GT(devices.size(), emulated.size()) << "an NPU, or why there is none";
}

TEST(DevicesCommand, PrintsATable) {
  const auto done = mattock("devices");
  EXPECT_EQ(done.status, 0);
  EXPECT_TRUE(done.out.starts_with("devices, in the order auto takes them\n"));
  EXPECT_NE(done.out.find("emulator:rk3568  rk3568  emulator"), std::string::npos) << done.out;
  expect_failure(mattock("devices something"), 2, "something");
}

TEST(DevicesCommand, ThePathOfANodeThatIsNoneIsRefusedInOneLine) {
  const std::string run = "run '" + kSeedModel + "' a.npy b.npy --device ";
  expect_failure(mattock(run + "/dev/null"), 3, "/dev/null: is no NPU's: its major number is 1");
  expect_failure(mattock(run + "/dev/no-such-node"), 3, "/dev/no-such-node: cannot be opened: ENOENT");
}

TEST(DevicesCommand, TheEnvironmentSaysWhatAutoIs) {
  const std::string estimate = "matmul nothing.npy nothing.npy";
  ::setenv("MATTOCK_DEVICE", "gpu", 1);
  expect_failure(mattock(estimate), 3, "MATTOCK_DEVICE: no device 'gpu'; devices: auto, rknpu");
  ::unsetenv("MATTOCK_DEVICE");
}

}  // namespace
}  // namespace mattock::test
