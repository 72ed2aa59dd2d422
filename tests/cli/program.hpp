// Runs the built program the way a shell does, and keeps what it printed and how it ended.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace mattock::test {

inline const std::string kSeedModel = MATTOCK_TEST_DATA "/seed/matmul.rknn";

struct Outcome {
  int status = -1;  ///< exit status; 128 + signal when killed
  std::string out;
  std::string err;
};

inline std::string slurp(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

/// `arguments` as typed behind the program's name; redirections and pipes are the shell's.
inline Outcome run_program(const std::string& path, const std::string& arguments) {
  const std::string streams = testing::TempDir() + "mattock.program." + std::to_string(getpid());
  const std::string out = streams + ".out";
  const std::string err = streams + ".err";
  const std::string program = MATTOCK_LAUNCHER " '" + path + "' ";
  const int raw = std::system(("{ " + program + arguments + " ; } >'" + out + "' 2>'" + err + "'").c_str());
  const Outcome outcome{
      .status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw), .out = slurp(out), .err = slurp(err)};
  std::filesystem::remove(out);
  std::filesystem::remove(err);
  return outcome;
}

inline Outcome mattock(const std::string& arguments) { return run_program(MATTOCK_PROGRAM, arguments); }

/// Nothing on stdout; one line on stderr that begins with the program's name and contains `text`.
inline void expect_failure(const Outcome& outcome, int status, const std::string& text) {
  EXPECT_EQ(outcome.status, status);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err.substr(0, 9), "mattock: ");
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  EXPECT_NE(outcome.err.find(text), std::string::npos) << outcome.err;
}

}  // namespace mattock::test
