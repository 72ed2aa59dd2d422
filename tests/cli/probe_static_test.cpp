// The static program mattock-probe, in a cross build under qemu-user, over the fake kernel: to its end, and on behind a
// hang at every probe.
#include <csignal>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "cli/program.hpp"
#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

constexpr int kSwitchedOff = 128 + SIGKILL;

class ProbeProgram : public testing::Test {
 protected:
  static Outcome probe(const std::string& arguments) { return run_program(MATTOCK_PROBE_PROGRAM, arguments); }
  static std::vector<std::string> names() {
    std::vector<std::string> names;
    std::istringstream lines(probe("--list").out);
    for (std::string line; std::getline(lines, line);) names.push_back(line.substr(0, line.find(' ')));
    return names;
  }
  std::string ledger() const { return (folder_ / "ledger.json").string(); }
  Outcome ask(const std::string& device, const std::string& more = "") const {
    return probe("--device " + device + " -o '" + ledger() + "' " + more);
  }
  /// By name.
  std::map<std::string, std::string> outcomes() const {
    std::map<std::string, std::string> outcomes;
    const auto read = nlohmann::json::parse(slurp(ledger()));
    for (const auto& probe : read["probes"]) outcomes[probe["name"]] = probe["outcome"];
    return outcomes;
  }
  TempDir folder_;
};

TEST_F(ProbeProgram, RunsToItsEndOverTheFakeKernel) {
  for (const char* device : {"fake", "fake:0.8.2:misc"}) {
    std::filesystem::remove(ledger());
    const Outcome done = ask(device);
    ASSERT_EQ(done.status, 0) << done.err;
    EXPECT_EQ(nlohmann::json::parse(slurp(ledger()))["emulated"], true);
    EXPECT_EQ(outcomes().size(), names().size());
    for (const auto& [name, outcome] : outcomes())
      EXPECT_TRUE(outcome == "agreed" || outcome == "answer" || outcome == "measured") << name << ": " << outcome;
    EXPECT_EQ(probe("--explain '" + ledger() + "'").out.find("NOT as assumed"), std::string::npos);
  }
}

TEST_F(ProbeProgram, GoesOnBehindABoardThatWasSwitchedOffAtEachProbe) {
  const auto all = names();
  ASSERT_GE(all.size(), 20u);
  for (const std::string& name : all) {
    ASSERT_EQ(ask("fake@" + name).status, kSwitchedOff) << name;
    ASSERT_FALSE(std::filesystem::exists(ledger())) << name;
  }
  ASSERT_EQ(ask("fake").status, 0);
  for (const auto& [name, outcome] : outcomes()) EXPECT_EQ(outcome, "hung") << name;
  ASSERT_EQ(ask("fake", "--retry").status, 0);
  ASSERT_EQ(outcomes().size(), all.size());
  for (const auto& [name, outcome] : outcomes()) EXPECT_NE(outcome, "hung") << name;
}

TEST_F(ProbeProgram, AsksAllButTheOneThatHung) {
  ASSERT_EQ(ask("fake:0.9.8:drm@int8-ties").status, kSwitchedOff);
  ASSERT_EQ(ask("fake:0.9.8:drm").status, 0);
  EXPECT_EQ(outcomes().size(), names().size());
  for (const auto& [name, outcome] : outcomes()) EXPECT_EQ(outcome == "hung", name == "int8-ties") << name;
}

TEST_F(ProbeProgram, RefusesAFakeThatIsNone) {
  for (const char* device : {"fake:", "fake:x", "fake:0.9.8:usb", "fake@nothing", "fake:0.9.8@"})
    expect_failure(ask(device), 2, "fake");
  EXPECT_FALSE(std::filesystem::exists(ledger()));
}

}  // namespace
}  // namespace mattock::test
