// Every board of boards.py has the finding and the remedy that it was made for, from files alone where files tell it.
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/program.hpp"
#include "doctor/board_file.hpp"
#include "doctor/rooted.hpp"

namespace mattock::test {
namespace {

std::string remedy_of(const doctor::Step& step) {
  std::string text = step.remedy.text;
  for (const std::string& command : step.remedy.commands) text += "\n" + command;
  return text;
}

class Boards : public testing::TestWithParam<std::string> {};

TEST_P(Boards, TheFirstFindingIsTheOneMadeForIt) {
  const BoardFile board = read_board_file(GetParam());
  const doctor::Report report = examine(board);
  SCOPED_TRACE(to_text(report));
  const doctor::Step* const first = first_finding(report);
  if (board.finding.empty()) {
    EXPECT_EQ(first, nullptr);
    EXPECT_EQ(report.steps.back().name, "product");
    EXPECT_EQ(report.steps.back().state, doctor::State::kGood);
    return;
  }
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->id, board.finding);
  EXPECT_EQ(first->state == doctor::State::kFault, board.fault);
  EXPECT_NE(remedy_of(*first).find(board.remedy), std::string::npos) << remedy_of(*first);
}

TEST_P(Boards, EveryStepIsInTheReportOnceAndTheNextOnesOnlyWithoutAFault) {
  const doctor::Report report = examine(read_board_file(GetParam()));
  constexpr std::size_t kSteps = 16;
  EXPECT_EQ(report.steps.size(), kSteps);
  const auto faults = std::ranges::count(report.steps, doctor::State::kFault, &doctor::Step::state);
  EXPECT_LE(faults, 1) << to_text(report);
  for (const doctor::Step& step : report.steps) {
    EXPECT_EQ(step.says.find('\n'), std::string::npos) << step.name;
    EXPECT_EQ(step.id.empty(), step.state == doctor::State::kGood || step.state == doctor::State::kSkipped)
        << step.name;
  }
}

TEST_P(Boards, NothingIsLeftOpen) {
  const BoardFile board = read_board_file(GetParam());
  examine(board);
  const auto held = board.system->held();
  EXPECT_EQ(held.files + held.mappings + held.descriptors, 0U);
  EXPECT_EQ(board.kernel ? board.kernel->held().objects : 0, 0U);
}

// Findings that the nodes or the driver have to be asked for.
bool takes_a_device(const BoardFile& board) {
  static const std::vector<std::string> kAsked{"P01", "P02", "V01", "H01", "M02", "B10", "J01", "J02", "J03", "J06"};
  return std::ranges::count(kAsked, board.finding) != 0;
}

TEST_P(Boards, TheProgramFindsTheSameInAFolder) {
  const BoardFile board = read_board_file(GetParam());
  const Outcome done = mattock("doctor --json --root '" + board.root + "'");
  EXPECT_EQ(done.err, "");
  const bool fault = board.fault && !takes_a_device(board);
  EXPECT_EQ(done.status, fault ? 3 : 0) << done.out;
  EXPECT_NE(done.out.find(fault ? "\"fault\": \"" + board.finding + "\"" : "\"fault\": null"), std::string::npos)
      << done.out;
}

INSTANTIATE_TEST_SUITE_P(All, Boards, testing::ValuesIn(board_names()), [](const auto& board) {
  std::string name = board.param;
  std::ranges::replace_if(
      name, [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
});

}  // namespace
}  // namespace mattock::test
