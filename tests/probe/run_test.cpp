// A ledger is taken up where its run stopped, wherever that was.
#include "probe/run.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.hpp"
#include "probe/explain.hpp"
#include "probe/support/devices.hpp"
#include "support/temp_dir.hpp"

namespace mattock::probe {
namespace {

constexpr int kHang = 9;

/// In a process of its own, which ends when this probe begins: as a board that has to be switched off.
int run_until(const RunOptions& options, std::string_view probe) {
  const pid_t child = fork();
  if (child == 0) {
    test::Emulated emulated({});
    RunOptions hanging = options;
    hanging.begins = [&](const Probe& begun) {
      if (begun.name == probe) _exit(kHang);
    };
    _exit(run(emulated.context, hanging) ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Result<Ledger> run_here(RunOptions options, std::vector<std::string>* asked = nullptr) {
  test::Emulated emulated({});
  options.begins = [&](const Probe& probe) {
    if (asked != nullptr) asked->emplace_back(probe.name);
  };
  return run(emulated.context, options);
}

std::string text_of(const std::filesystem::path& path) {
  const auto bytes = read_file(path).value();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
void write_text(const std::filesystem::path& path, const std::string& text) {
  ASSERT_TRUE(write_file(path, std::as_bytes(std::span(text))));
}

TEST(Run, GoesOnBehindAHangAtEveryProbe) {
  const test::TempDir folder;
  for (std::size_t i = 0; i < probes().size(); ++i) {
    const std::string name(probes()[i].name);
    const RunOptions options{.ledger = folder / (name + ".json"), .emulated = true};
    ASSERT_EQ(run_until(options, name), kHang);
    ASSERT_FALSE(std::filesystem::exists(options.ledger));
    std::vector<std::string> asked;
    const auto ledger = run_here(options, &asked);
    ASSERT_TRUE(ledger) << to_string(ledger.error());
    EXPECT_EQ(asked.size(), probes().size() - i - 1) << name;
    ASSERT_EQ(ledger->entries.size(), probes().size());
    for (const Probe& probe : probes())
      EXPECT_EQ(ledger->find(probe.name)->verdict == Verdict::kHung, probe.name == name) << name << ", " << probe.name;
    EXPECT_FALSE(std::filesystem::exists(folder / (name + ".json.part")));
    // A third run has nothing to do; one that retries asks what hung, and nothing else.
    asked.clear();
    RunOptions again = options;
    ASSERT_TRUE(run_here(again, &asked));
    EXPECT_TRUE(asked.empty());
    again.retry = true;
    const auto retried = run_here(again, &asked);
    ASSERT_TRUE(retried);
    EXPECT_EQ(asked, std::vector<std::string>{name});
    EXPECT_TRUE(test::is_as_assumed(*retried->find(name)));
  }
}

TEST(Run, KeepsRawWordsThroughTheFile) {
  const test::TempDir folder;
  test::Emulated emulated({.half_ties = emulator::Ties::kUp, .streaming_repeats_group = true});
  const RunOptions options{.ledger = folder / "ledger.json", .emulated = true};
  const auto ledger = run(emulated.context, options);
  ASSERT_TRUE(ledger);
  const auto read = read_ledger(options.ledger);
  ASSERT_TRUE(read) << to_string(read.error());
  ASSERT_EQ(read->entries.size(), ledger->entries.size());
  for (std::size_t i = 0; i < read->entries.size(); ++i) {
    EXPECT_EQ(read->entries[i].name, ledger->entries[i].name);
    EXPECT_EQ(read->entries[i].outcome, ledger->entries[i].outcome);
  }
  const std::string text = text_of(options.ledger);
  // 2049 as fp16, by the assumption and half up.
  EXPECT_NE(text.find("\"expected\": \"0x00006800\""), std::string::npos);
  EXPECT_NE(text.find("\"found\": \"0x00006801\""), std::string::npos);
  EXPECT_TRUE(read->subject.emulated);
  EXPECT_EQ(read->subject.chip, "rk3566");
  EXPECT_EQ(read->find("weight-streaming")->verdict, Verdict::kDisagrees);
  EXPECT_NE(explain(*read, emulated.device.chip()).find("half up, NOT as assumed"), std::string::npos);
}

TEST(Run, LeavesOutALastLineThatIsNotWhole) {
  const test::TempDir folder;
  const RunOptions options{.ledger = folder / "ledger.json", .emulated = true};
  ASSERT_EQ(run_until(options, "repeat"), kHang);
  const auto part = folder / "ledger.json.part";
  const std::string text = text_of(part);
  for (std::size_t cut = 1; cut <= text.size(); cut += 7) {
    write_text(part, text.substr(0, cut));
    std::filesystem::remove(options.ledger);
    RunOptions one = options;
    one.only = "clock";
    EXPECT_TRUE(run_here(one)) << cut;
  }
}

TEST(Run, RefusesADamagedJournalInOneSentence) {
  const test::TempDir folder;
  const RunOptions options{.ledger = folder / "ledger.json", .emulated = true};
  ASSERT_EQ(run_until(options, "repeat"), kHang);
  const auto part = folder / "ledger.json.part";
  std::string text = text_of(part);
  text[text.find('\n') + 2] = '{';
  write_text(part, text);
  const auto ledger = run_here(options);
  ASSERT_FALSE(ledger);
  EXPECT_EQ(ledger.error().code, Code::kBadFile);
  EXPECT_NE(ledger.error().message.find("line 2"), std::string::npos) << ledger.error().message;
}

TEST(Run, RefusesALedgerOfAnotherDevice) {
  const test::TempDir folder;
  const RunOptions options{.ledger = folder / "ledger.json", .only = "clock", .emulated = true};
  ASSERT_TRUE(run_here(options));
  test::Fake fake({});
  const auto other = run(fake.context, options);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Code::kBadFile);
}

TEST(Ledger, RefusesWhatIsNone) {
  for (const char* text : {"", "[]", "{}", "{\"format\": 2}", "nonsense"}) EXPECT_FALSE(parse_ledger(text)) << text;
}

TEST(Ledger, RefusesNumbersThatAreNotWholeOrTooLarge) {
  Ledger ledger;
  ledger.subject.clock_hz = 7;
  ledger.set({"clock", {.words = {{.place = 5}}, .more_words = 9}});
  const std::string text = to_json(ledger);
  ASSERT_TRUE(parse_ledger(text));
  for (const std::string number : {"\"clock_hz\": 7", "\"place\": 5", "\"more_words\": 9", "\"format\": 1"})
    for (const char* other : {"-1", "1.5", "1e300", "18446744073709551616", "\"1\"", "null"}) {
      std::string changed = text;
      const std::size_t at = text.find(number);
      ASSERT_NE(at, std::string::npos) << number;
      changed.replace(at, number.size(), number.substr(0, number.find(' ') + 1) + other);
      EXPECT_FALSE(parse_ledger(changed)) << changed;
    }
}

TEST(Constants, AreWhatWasMeasured) {
  const hw::Chip& chip = *hw::find_chip("rk3566");
  Ledger ledger;
  EXPECT_FALSE(constants_of(ledger, chip).bytes_per_second);
  ledger.set({"bandwidth", {.verdict = Verdict::kMeasured, .value = 3e9, .unit = "B/s"}});
  ledger.set({"task-cost", {.verdict = Verdict::kFailed}});
  ledger.set({"rate-fp16", {.verdict = Verdict::kMeasured, .value = 64e9, .unit = "MAC/s"}});
  const Constants constants = constants_of(ledger, chip);
  EXPECT_EQ(constants.bytes_per_second, 3e9);
  EXPECT_FALSE(constants.task_seconds);
  EXPECT_EQ(constants.cycles_per_second, 500e6);  // of 128 products
}

}  // namespace
}  // namespace mattock::probe
