#include <nlohmann/json.hpp>

#include "cli/program.hpp"
#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

std::string stream(const std::string& name) { return MATTOCK_TEST_DATA "/streams/rk3566-" + name + ".txt"; }

// A copy of a recording with one text replaced everywhere.
std::string changed_stream(const TempDir& folder, const std::string& name, const std::string& from,
                           const std::string& to) {
  std::string text = slurp(stream(name));
  EXPECT_NE(text.find(from), std::string::npos);
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  const auto path = folder / "changed.txt";
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

TEST(ReplayCommand, PrintsARowPerRecording) {
  const Outcome outcome = mattock("replay " + stream("int8-4x32x16-b1-ac0") + " " + stream("fp16-64x128x256-b0-ac0"));
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 3) << outcome.out;
  EXPECT_NE(outcome.out.find("4x32x16     int8 to int32      1       4    1824  exact"), std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("64x128x256  fp16 to fp32       1   16384  148384  exact"), std::string::npos)
      << outcome.out;
}

TEST(ReplayCommand, PrintsJson) {
  const Outcome outcome = mattock("replay --json --seed 5 - < " + stream("int8-128x512x512-b1-ac1"));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  ASSERT_EQ(json.size(), 1u);
  EXPECT_EQ(json[0].at("tasks"), 2);
  EXPECT_EQ(json[0].at("bytes").at("features"), 65536);
  EXPECT_EQ(json[0].at("bytes").at("output"), 262144);
  EXPECT_EQ(json[0].at("exact"), true);
}

TEST(ReplayCommand, AWrongProductExitsWith1AndSaysWhere) {
  const TempDir folder;
  // The output scale, 1, becomes 2: word and listing alike.
  const std::string path =
      changed_stream(folder, "int8-4x32x16-b1-ac0", "1001000000014084  DPU  op 1001 reg 4084 = 00000001",
                     "1001000000024084  DPU  op 1001 reg 4084 = 00000002");
  const Outcome outcome = mattock("replay " + path + " " + stream("int8-4x32x16-b1-ac0"));
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.out.find("of 64 elements differ, first [0, "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("exact"), std::string::npos) << "the other recording is checked all the same";
}

TEST(ReplayCommand, FaultsAreOneLineWithFileAndPlace) {
  const TempDir folder;
  const std::string path = changed_stream(folder, "int8-4x32x16-b1-ac0", "reg 4084 = 00000001", "reg 4084 = 00000002");
  Outcome outcome = mattock("replay " + path);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("changed.txt: line "), std::string::npos) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  outcome = mattock("replay no-such-file.txt");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("no-such-file.txt"), std::string::npos) << outcome.err;
  EXPECT_EQ(mattock("replay").status, 2);
  EXPECT_EQ(mattock("replay --seed x a.txt").status, 2);
}

// Two submits as emulate writes them, each with its tensors; in the first, CNA 0x1014 has bits that nobody knows.
std::string faulting_recording(bool second) {
  const std::string whole = slurp(stream("int8-4x32x16-b1-ac0"));
  const std::size_t tensors = whole.find("A 4 32"), submit = whole.find("submit "), rest = whole.find("subcore 0");
  const std::string good =
      whole.substr(submit, rest - submit) + whole.substr(tensors, submit - tensors) + whole.substr(rest);
  const std::string known = "0201000000091014  CNA  op 0201 reg 1014 = 00000009";
  std::string bad = good;
  bad.replace(bad.find(known), known.size(), "0201ffff00091014  CNA  op 0201 reg 1014 = ffff0009");
  return "# recorded\n" + bad + (second ? good : "");
}

TEST(ReplayCommand, AFaultNamesFileAndSubmitAndTheOthersAreShown) {
  const TempDir folder;
  const auto path = folder / "faulting.txt";
  std::ofstream(path, std::ios::binary) << faulting_recording(true);
  const Outcome outcome = mattock("replay " + path.string());
  EXPECT_EQ(outcome.status, 3) << outcome.err;
  EXPECT_NE(outcome.err.find("faulting.txt, submit 1: "), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("1014"), std::string::npos) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  const std::size_t fault = outcome.out.find("submit 1  -        -                  -       -      -  fault\n");
  EXPECT_NE(fault, std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("submit 2  4x32x16  int8 to int32      1       4   1824  exact\n"), std::string::npos)
      << outcome.out;
}

TEST(ReplayCommand, AFaultOfTheOnlySubmitNamesTheFile) {
  const TempDir folder;
  const auto path = folder / "faulting.txt";
  std::ofstream(path, std::ios::binary) << faulting_recording(false);
  const Outcome outcome = mattock("replay --json " + path.string());
  EXPECT_NE(outcome.err.find("faulting.txt: "), std::string::npos) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  ASSERT_EQ(json.size(), 1u);
  EXPECT_NE(json[0].at("fault").get<std::string>().find("1014"), std::string::npos) << outcome.out;
}

}  // namespace
}  // namespace mattock::test
