// The report as text and JSON, and the program's ways of giving it.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/program.hpp"
#include "doctor/board_file.hpp"
#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

std::string root_of(const std::string& board) { return "'" MATTOCK_BOARDS "/" + board + "/root'"; }

TEST(DoctorReport, SaysWhatIsWrongAndWhatToType) {
  const std::string text = to_text(examine(read_board_file("zero3w-off")));
  EXPECT_NE(
      text.find("NPU node       FAULT    B04  switched off: /proc/device-tree/npu@fde40000/status is \"disabled\"\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("\n    sudo rsetup\n    sudo reboot\n"), std::string::npos) << text;
  EXPECT_NE(text.find("kernel: 5.10.160-39-rk356x"), std::string::npos) << text;
}

TEST(DoctorReport, AGreenBoardSaysSoInOneLine) {
  const std::string text = to_text(examine(read_board_file("zero3w")));
  EXPECT_NE(text.find("\nThe NPU works.\n"), std::string::npos) << text;
  EXPECT_NE(text.find("9x9 by 9x9 in fp16: 3 runs, all right"), std::string::npos) << text;
}

TEST(DoctorReport, JsonHasEveryStepWithItsCommands) {
  const Outcome done = mattock("doctor --json --root " + root_of("zero3w-off"));
  const auto report = nlohmann::json::parse(done.out);
  EXPECT_EQ(report["fault"], "B04");
  EXPECT_EQ(report["steps"].size(), 16U);
  EXPECT_EQ(report["steps"][2]["commands"][0], "sudo rsetup");
  EXPECT_EQ(report["steps"][3]["state"], "skipped");
}

TEST(DoctorReport, OnAPcItSaysWhatWorksAnyway) {
  const Outcome done = mattock("doctor --root " + root_of("pc"));
  EXPECT_EQ(done.status, 3);
  EXPECT_NE(done.out.find("\nNo NPU here. Everything but the NPU itself works"), std::string::npos) << done.out;
}

TEST(DoctorReport, AFolderThatIsNoneIsRefusedInOneLine) {
  expect_failure(mattock("doctor --root /no/such/folder"), 1, "/no/such/folder: is not a folder");
}

TEST(DoctorReport, TheLogIsWrittenWhateverIsFound) {
  const TempDir folder;
  const auto log = std::filesystem::path(folder.path()) / "doctor.txt";
  const Outcome done = mattock("doctor --log '" + log.string() + "' --root " + root_of("zero3w-off"));
  EXPECT_EQ(slurp(log), done.out);
  expect_failure(mattock("doctor --log /no/such/folder/log --root " + root_of("zero3w") + " >/dev/null"), 1,
                 "/no/such/folder/log: cannot be written");
}

}  // namespace
}  // namespace mattock::test
