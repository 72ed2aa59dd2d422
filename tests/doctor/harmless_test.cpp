// What doctor does to a machine: nothing that a badly powered board, or a stranger's node, would mind.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "device/kernel/abi.hpp"
#include "doctor/board_file.hpp"

namespace mattock::test {
namespace {

const std::string kVersion = fmt::format("ioctl {:#x}", device::kernel::kDrmVersion);

bool is_ioctl(const std::string& call) { return call.starts_with("ioctl "); }

TEST(Harmless, OtherDriversAreAskedForTheirNameAndNothingElse) {
  for (const char* const name : {"zero3w-off", "odroid-m1-mainline", "zero3w-driver-0.6"}) {
    const BoardFile board = read_board_file(name);
    doctor::Options options;
    doctor::examine(board.system, options);
    for (const std::string& call : board.system->history())
      EXPECT_TRUE(!is_ioctl(call) || call == kVersion) << name << ": " << call;
  }
}

TEST(Harmless, AMiscNodeIsNeverAskedTheQuestionOfDrm) {
  const auto kernel = fakekernel::Kernel::create({.build = fakekernel::Build::kMisc}).value();
  const auto system = fakekernel::make_system(fakekernel::radxa_zero_3w(kernel));
  doctor::examine(system, {});
  const auto history = system->history();
  const auto opened = std::ranges::find(history, "open /dev/rknpu");
  ASSERT_NE(opened, history.end());
  EXPECT_EQ(std::count(opened, history.end(), kVersion), 0);
  EXPECT_GT(std::count_if(opened, history.end(), is_ioctl), 0);
}

TEST(Harmless, ANodeOfAnUnknownMajorGetsNoCallAtAll) {
  const auto kernel = fakekernel::Kernel::create({}).value();
  fakekernel::Machine machine = fakekernel::radxa_zero_3w(kernel);
  machine.devices = {{.path = "/dev/rknpu", .major = 240, .minor = 0, .other_driver = "somebody's"}};
  const auto system = fakekernel::make_system(machine);
  const doctor::Report report = doctor::examine(system, {});
  EXPECT_EQ(std::ranges::count(system->history(), "open /dev/rknpu"), 1);
  EXPECT_EQ(std::ranges::count_if(system->history(), is_ioctl), 0);
  EXPECT_NE(report.first_fault(), nullptr);
}

TEST(Harmless, FilesComeBeforeNodesAndThePowerOfTheNpuIsAnnounced) {
  const BoardFile board = read_board_file("zero3w");
  std::vector<std::string> announced;
  std::size_t calls_before = 0;
  doctor::Options options;
  options.announce = [&](std::string_view step, const doctor::Report&) {
    announced.emplace_back(step);
    calls_before = board.system->history().size();
  };
  doctor::examine(board.system, options);
  ASSERT_EQ(announced.size(), 1U);
  const auto history = board.system->history();
  const auto power = history.begin() + static_cast<std::ptrdiff_t>(calls_before);
  // Until then the only questions are for names; from then on no file is read any more.
  for (auto call = history.begin(); call != power; ++call) EXPECT_TRUE(!is_ioctl(*call) || *call == kVersion) << *call;
  EXPECT_GT(std::count_if(power, history.end(), is_ioctl), 0);
  EXPECT_TRUE(std::none_of(power, history.end(), [](const std::string& c) { return c.starts_with("read "); }));
}

TEST(Harmless, FilesOnlyOpensNoNode) {
  const BoardFile board = read_board_file("zero3w");
  doctor::Options options;
  options.files_only = true;
  const doctor::Report report = doctor::examine(board.system, options);
  EXPECT_EQ(report.first_fault(), nullptr);
  EXPECT_TRUE(std::ranges::none_of(board.system->history(),
                                   [](const std::string& c) { return c.starts_with("open /dev") || is_ioctl(c); }));
}

// The fake kernel ends the process when somebody asks for the voltage of a board without a supply.
TEST(Harmless, TheVoltageIsNeverAskedFor) {
  const auto kernel = fakekernel::Kernel::create({.supply = false}).value();
  const doctor::Report report = doctor::examine(fakekernel::make_system(fakekernel::radxa_zero_3w(kernel)), {});
  EXPECT_EQ(report.first_fault(), nullptr) << to_text(report);
}

}  // namespace
}  // namespace mattock::test
