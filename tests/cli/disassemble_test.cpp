#include <nlohmann/json.hpp>

#include "cli/program.hpp"

namespace mattock::test {
namespace {

using nlohmann::json;

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(Disassemble, ListsEveryTaskUnderItsNode) {
  const Outcome outcome = mattock("disassemble " + kSeedModel);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  // Registers of the eight tasks, four tail words and two heading lines each, seven blank lines between them.
  const std::size_t registers = 69 + 69 + 69 + 19 + 17 + 18 + 17 + 70;
  EXPECT_EQ(lines_of(outcome.out), registers + 8 * (4 + 2) + 7);
  EXPECT_NE(outcome.out.find("; node 3 NPU Reshape 'Reshape:onnx::MatMul_0_rs'\n"), std::string::npos);
  EXPECT_NE(outcome.out.find("; node 5 NPU exMatMul 'exMatMul:/MatMul#1'\n"), std::string::npos);
  EXPECT_EQ(outcome.out.find('!'), std::string::npos) << "no bit of the seed is unknown";
}

TEST(Disassemble, NamesTheTensorsOfRelocations) {
  const Outcome outcome = mattock("disassemble --task 1 " + kSeedModel);
  EXPECT_NE(outcome.out.find("-> \"onnx::MatMul_0_tp-rs_exSecondary\" + 0x80"), std::string::npos) << outcome.out;
}

TEST(Disassemble, TakesOneTaskOrARange) {
  EXPECT_EQ(lines_of(mattock("disassemble --task 4 " + kSeedModel).out), 17U + 4 + 2);
  EXPECT_EQ(lines_of(mattock("disassemble --task 4-5 " + kSeedModel).out), 17U + 18 + 8 + 4 + 1);
}

TEST(Disassemble, RefusesTasksThatDoNotExist) {
  expect_failure(mattock("disassemble --task 8 " + kSeedModel), 1, "--task 8: the file has 8 tasks");
  expect_failure(mattock("disassemble --task 2-99 " + kSeedModel), 1, "--task 2-99");
  for (const std::string range : {"x", "3-", "5-4", "1-2-3", "''"}) {
    const Outcome outcome = mattock("disassemble --task=" + range + " " + kSeedModel);
    EXPECT_EQ(outcome.status, 2) << range;
    EXPECT_EQ(outcome.out, "") << range;
  }
}

TEST(Disassemble, HidesRawWordsAndAddresses) {
  const Outcome outcome = mattock("disassemble --task 7 --no-raw --no-address " + kSeedModel);
  EXPECT_EQ(outcome.out.find('\''), outcome.out.find("'exMatMul")) << "quotes separate the parts of a raw word";
  EXPECT_NE(outcome.out.find("dst_base_addr=*"), std::string::npos) << outcome.out;
}

TEST(Disassemble, SaysWhereMeaningsAreKnownFrom) {
  const Outcome plain = mattock("disassemble --task 7 " + kSeedModel);
  const Outcome evidence = mattock("disassemble --task 7 --evidence " + kSeedModel);
  EXPECT_GT(lines_of(evidence.out), 2 * lines_of(plain.out));
}

TEST(Disassemble, PrintsJson) {
  const Outcome outcome = mattock("disassemble --json --task 7 " + kSeedModel);
  ASSERT_EQ(outcome.status, 0);
  const json task = json::parse(outcome.out).at("tasks").at(0);
  EXPECT_EQ(task.at("task"), 7);
  EXPECT_EQ(task.at("operator"), "exMatMul");
  EXPECT_EQ(task.at("enable_mask"), 15);
  EXPECT_EQ(task.at("words").size(), 74U);
  bool relocated = false;
  for (const json& word : task.at("words")) {
    EXPECT_FALSE(word.contains("unknown"));
    if (word.at("register") == "cna.data_size0") {
      EXPECT_EQ(word.at("word"), "0201000900011020");
      EXPECT_EQ(word.at("fields").at("datain_width"), "9");
    }
    if (word.contains("relocation")) relocated |= word.at("relocation").at("tensor") == "2_mm";
  }
  EXPECT_TRUE(relocated);
  EXPECT_EQ(task.at("words").back().at("starts"), json({"cna", "cmac", "core", "dpu"}));
}

}  // namespace
}  // namespace mattock::test
