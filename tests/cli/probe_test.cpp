// mattock probe from outside, on the fake NPU: a ledger, what it settles, and what it changes in an estimate.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/program.hpp"
#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

class ProbeCommand : public testing::Test {
 protected:
  std::string ledger() const { return (folder_ / "ledger.json").string(); }
  nlohmann::json read() const { return nlohmann::json::parse(slurp(ledger())); }
  TempDir folder_;
};

TEST_F(ProbeCommand, EveryProbeOfTheListIsInTheLedgerOnce) {
  const Outcome done = mattock("probe --device fake -o '" + ledger() + "'");
  ASSERT_EQ(done.status, 0) << done.err;
  std::set<std::string> names;
  const auto probes = read()["probes"];
  for (const auto& probe : probes) names.insert(probe["name"]);
  EXPECT_EQ(names.size(), probes.size());
  const Outcome list = mattock("probe --list");
  for (const std::string& name : names) EXPECT_NE(("\n" + list.out).find("\n" + name + " "), std::string::npos) << name;
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(list.out, '\n')), names.size());
  EXPECT_EQ(read()["emulated"], true);
  EXPECT_EQ(read()["chip"], "rk3566");
}

TEST_F(ProbeCommand, ExplainsWhatALedgerSettlesWithTheNotesPlace) {
  ASSERT_EQ(mattock("probe --device fake -o '" + ledger() + "' --only fp16-ties").status, 0);
  const Outcome done = mattock("probe --explain '" + ledger() + "'");
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_NE(done.out.find("half to even, as assumed  [numerics.md 8.2]"), std::string::npos) << done.out;
}

TEST_F(ProbeCommand, ItsLedgerChangesAnEstimate) {
  ASSERT_EQ(mattock("probe --device fake -o '" + ledger() + "'").status, 0);
  auto changed = read();
  for (auto& probe : changed["probes"])
    if (probe["name"] == "bandwidth") probe["value"] = 2e9;
  std::ofstream(ledger()) << changed;
  const std::string product = "estimate 256 2048 1024";
  const Outcome before = mattock(product), after = mattock(product + " --ledger '" + ledger() + "'");
  ASSERT_EQ(after.status, 0) << after.err;
  EXPECT_NE(before.out.find("uncalibrated"), std::string::npos);
  EXPECT_EQ(after.out.find("uncalibrated"), std::string::npos) << after.out;
  EXPECT_NE(after.out.find("calibrated by " + ledger() + " (emulated)"), std::string::npos) << after.out;
  EXPECT_NE(after.out.find("2.00 GB/s"), std::string::npos) << after.out;
}

TEST_F(ProbeCommand, DoesNotOpenABoardAgainThatHungThere) {
  const std::string mark = ledger() + ".opening", ask = "probe --device fake --only clock -o '" + ledger() + "'";
  ASSERT_EQ(mattock(ask).status, 0);
  EXPECT_FALSE(std::filesystem::exists(mark));
  std::ofstream(mark) << "\n";
  expect_failure(mattock(ask), 3, mark);
  EXPECT_TRUE(std::filesystem::exists(mark));
  EXPECT_EQ(mattock(ask + " --retry").status, 0);
  EXPECT_FALSE(std::filesystem::exists(mark));
  // An opening that fails has ended, too.
  expect_failure(mattock("probe --device /dev/null -o '" + ledger() + "'"), 3, "/dev/null");
  EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST_F(ProbeCommand, RefusesInOneLine) {
  expect_failure(mattock("probe --device fake --only nothing -o '" + ledger() + "'"), 2, "nothing");
  expect_failure(mattock("probe --explain '" + ledger() + "'"), 1, ledger());
  std::ofstream(ledger()) << "{\"format\": 1";
  expect_failure(mattock("estimate 9 9 9 --ledger '" + ledger() + "'"), 1, ledger());
}

}  // namespace
}  // namespace mattock::test
