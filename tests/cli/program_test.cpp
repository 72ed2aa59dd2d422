// What holds for every command: help, usage errors, exit statuses, streams.
#include "cli/program.hpp"

#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

TEST(Program, HelpListsTheCommands) {
  const Outcome outcome = mattock("--help");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  for (const char* command : {"inspect", "disassemble", "replay", "run", "convert", "emulate"})
    EXPECT_NE(outcome.out.find(command), std::string::npos);
}

TEST(Program, EveryCommandHasHelpWithExamples) {
  for (const std::string command : {"inspect", "disassemble", "replay", "run", "convert", "emulate"}) {
    const Outcome outcome = mattock(command + " --help");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.out.find("Examples:\n  mattock " + command), std::string::npos) << outcome.out;
  }
}

TEST(Program, VersionIsOneLine) {
  const Outcome outcome = mattock("--version");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out.substr(0, 8), "mattock ");
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 1);
}

TEST(Program, WrongUsageEndsWithTwo) {
  expect_failure(mattock(""), 2, "a command is missing; see mattock --help");
  expect_failure(mattock("frobnicate"), 2, "frobnicate");
  expect_failure(mattock("inspect"), 2, "file is required; see mattock inspect --help");
  expect_failure(mattock("inspect --nope " + kSeedModel), 2, "--nope");
  expect_failure(mattock("inspect " + kSeedModel + " another"), 2, "another");
}

TEST(Program, AFileThatCannotBeReadEndsWithOne) {
  expect_failure(mattock("inspect no-such.rknn"), 1, "no-such.rknn");
  expect_failure(mattock("disassemble no-such.rknn"), 1, "no-such.rknn");
  expect_failure(mattock("inspect /"), 1, "is a directory");
}

TEST(Program, AFileOfAnotherKindEndsWithOneAndIsNamed) {
  const std::string path = MATTOCK_TEST_DATA "/seed/matmul.onnx";
  for (const std::string command : {"inspect ", "disassemble "}) {
    expect_failure(mattock(command + path), 1, path + ": not a .rknn file");
  }
}

TEST(Program, ATruncatedFileEndsWithOne) {
  expect_failure(mattock("inspect - < /dev/null"), 1, "standard input: not a .rknn file: only 0 bytes");
  const TempDir folder;
  const std::string cut = (folder / "cut.rknn").string();
  std::ofstream(cut, std::ios::binary) << slurp(kSeedModel).substr(0, 5000);
  expect_failure(mattock("inspect " + cut), 1, "truncated: 5000 bytes, but the payload ends at byte 11080");
}

TEST(Program, ADashIsStandardInput) {
  const Outcome outcome = mattock("inspect - < " + kSeedModel);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out.substr(0, 15), "standard input\n");
}

TEST(Program, AReaderThatLeavesEarlyIsNoFault) {
  const Outcome outcome = mattock("disassemble " + kSeedModel + " | true");
  EXPECT_EQ(outcome.err, "");
}

TEST(Program, AFullDiskIsReported) {
  expect_failure(mattock("inspect " + kSeedModel + " > /dev/full"), 1, "standard output: cannot write");
}

TEST(Program, ControlCharactersInPathsDoNotReachTheTerminal) {
  expect_failure(mattock("inspect \"$(printf 'a\\033[2Jb\\nc')\""), 1, "a\\x1b[2Jb\\x0ac");
}

}  // namespace
}  // namespace mattock::test
