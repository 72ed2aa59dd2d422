#include <nlohmann/json.hpp>

#include "base/npy.hpp"
#include "cli/program.hpp"
#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

std::string stream(const std::string& name) { return MATTOCK_TEST_DATA "/streams/rk3566-" + name + ".txt"; }

// A recording whose result begins 8 bytes before the end of its page, in word and listing.
std::string changed_stream(const TempDir& folder) {
  std::string text = slurp(stream("fp16-4x32x16-b1-ac0"));
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"10017f0040004020", "10017f004ff84020"},
                                 {"reg 4020 = 7f004000  ; mem 5 + 0x0", "reg 4020 = 7f004ff8  ; mem 5 + 0xff8"}}) {
    EXPECT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), to);
  }
  const auto path = folder / "changed.txt";
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

TEST(CheckCommand, AcceptsModelsAndRecordings) {
  const Outcome outcome = mattock("check " + kSeedModel + " " + stream("fp16-128x512x512-b1-ac1"));
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 4) << outcome.out;
  EXPECT_NE(outcome.out.find("matmul.rknn"), std::string::npos);
  EXPECT_NE(outcome.out.find("1    1-7    307  good"), std::string::npos) << outcome.out;
}

TEST(CheckCommand, RefusesInOneLineThatSaysWhere) {
  const TempDir folder;
  const std::string path = changed_stream(folder);
  const Outcome outcome = mattock("check " + path + " " + kSeedModel);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  EXPECT_NE(outcome.err.find("changed.txt: submit 0: task 0: dpu.dst_base_addr.dst_base_addr = 0x7f004ff8 (word "),
            std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("bytes 0x7f004ff8 to 0x7f0050f8 reach beyond buffer 'mem 5', which ends at 0x7f005000"),
            std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.out.find("refused"), std::string::npos);
  EXPECT_NE(outcome.out.find("good"), std::string::npos) << "the other file is checked all the same";
}

TEST(CheckCommand, PrintsJson) {
  const TempDir folder;
  Outcome outcome = mattock("check --json --chip rk3568 - < " + kSeedModel);
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  auto json = nlohmann::json::parse(outcome.out);
  ASSERT_EQ(json.size(), 1u);
  EXPECT_EQ(json[0].at("file"), "standard input");
  EXPECT_EQ(json[0].at("accepted"), true);
  ASSERT_EQ(json[0].at("submits").size(), 2u);
  EXPECT_EQ(json[0].at("submits")[1].at("first_task"), 1);
  EXPECT_EQ(json[0].at("submits")[1].at("tasks"), 7);
  EXPECT_EQ(json[0].at("submits")[1].at("words"), 307);
  outcome = mattock("check --json " + changed_stream(folder));
  EXPECT_EQ(outcome.status, 1);
  json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json[0].at("accepted"), false);
  EXPECT_NE(json[0].at("submits")[0].at("message").get<std::string>().find("one buffer"), std::string::npos);
}

TEST(CheckCommand, ListsChipsAndKnowsWrongUse) {
  const Outcome chips = mattock("check --chip help");
  EXPECT_EQ(chips.status, 0);
  EXPECT_EQ(chips.out, "rk3566\nrk3568\n");
  expect_failure(mattock("check"), 2, "no file given");
  expect_failure(mattock("check --chip rk9999 " + kSeedModel), 2, "no chip 'rk9999'; --chip help lists them");
  EXPECT_EQ(mattock("check no-such-file.rknn").status, 1);
  EXPECT_NE(mattock("check --help").out.find("mattock check matmul.rknn"), std::string::npos);
}

TEST(CheckCommand, FilesThatAreNeitherAreFaultsOfTheInput) {
  const TempDir folder;
  const auto path = folder / "other.txt";
  std::ofstream(path) << "hello\n";
  const Outcome outcome = mattock("check " + path.string());
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("other.txt"), std::string::npos) << outcome.err;
}

TEST(CheckCommand, SaysThatAnOnnxModelIsCovered) {
  const std::string seed = MATTOCK_TEST_DATA "/seed/matmul.onnx";
  const Outcome outcome = mattock("check " + seed);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, seed + ": ok (opset 11, 1 node)\n");
  const Outcome piped = mattock("check --json - < " + seed);
  EXPECT_EQ(piped.status, 0) << piped.err;
  EXPECT_EQ(nlohmann::json::parse(piped.out), nlohmann::json::parse(R"([{"file": "standard input", "accepted": true,
      "opset": 11, "nodes": 1, "problems": []}])"));
}

TEST(CheckCommand, ListsWhatAnOnnxModelHasThatIsNotCovered) {
  const std::string model = MATTOCK_TEST_DATA "/vendor/conv1x1_odd.onnx";
  const Outcome outcome = mattock("check " + model + " " + kSeedModel);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "mattock: " + model + ": 1 problem: Mattock does not cover all of it\n");
  EXPECT_NE(outcome.out.find(model + ": 1 problem (opset 13, 1 node)\n"
                                     "  name     operator  problem           what works\n"
                                     "  Conv_y3  Conv      is not supported  write a 1x1 convolution as MatMul\n"),
            std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("1    1-7    307  good"), std::string::npos) << "the other file is checked all the same";
  const Outcome as_json = mattock("check --json " + model);
  EXPECT_EQ(as_json.status, 1);
  const auto json = nlohmann::json::parse(as_json.out);
  EXPECT_EQ(json[0].at("accepted"), false);
  EXPECT_EQ(json[0].at("problems"), nlohmann::json::parse(R"([{"name": "Conv_y3", "operator": "Conv",
      "problem": "is not supported", "what_works": "write a 1x1 convolution as MatMul"}])"));
}

/// One product with a constant [k, n], exported.
class CheckForAChip : public testing::Test {
 protected:
  const TempDir folder;
  const std::string path = (folder / "m.onnx").string();

  Outcome check(const std::string& sizes, const std::string& more) {
    EXPECT_EQ(mattock("export matmul " + sizes + " -o " + path).status, 0);
    return mattock("check " + path + " " + more);
  }
  void expect_limit(const std::string& good, const std::string& bad, const std::string& problem) {
    for (const std::string chip : {"rk3566", "rk3568"}) {
      const Outcome at_limit = check(good, "--chip " + chip);
      EXPECT_EQ(at_limit.status, 0) << at_limit.err;
      EXPECT_EQ(at_limit.out, path + ": ok (opset 13, 1 node, for " + chip + ")\n");
      EXPECT_EQ(mattock("convert --chip " + chip + " " + path + " -o " + (folder / "m.rknn").string()).status, 0);
      const Outcome above = check(bad, "--chip " + chip);
      EXPECT_EQ(above.status, 1);
      EXPECT_EQ(above.err, "mattock: " + path + ": 1 problem: it cannot be lowered for " + chip + "\n");
      EXPECT_NE(above.out.find(problem), std::string::npos) << above.out;
      EXPECT_EQ(mattock("convert --chip " + chip + " " + path + " -o " + (folder / "n.rknn").string()).status, 1);
    }
    EXPECT_EQ(check(bad, "").out, path + ": ok (opset 13, 1 node)\n") << "without --chip nothing is lowered";
  }
};

TEST_F(CheckForAChip, WeightsHaveALimit) {
  const std::string b = (folder / "b.npy").string();
  for (const int weight : {65519, 65520}) {
    Array constant = Array::zeros(DType::kFloat32, {16, 9});
    set_element(constant, 100, weight);
    ASSERT_TRUE(write_npy(b + std::to_string(weight), constant));
  }
  expect_limit("--m 4 --k 16 --n 9 --constant-b " + b + "65519", "--m 4 --k 16 --n 9 --constant-b " + b + "65520",
               "element 100 of the weights 'b' is 65520; fp16 holds numbers up to 65504");
}

TEST_F(CheckForAChip, JsonHasAllAndNamesTheChip) {
  Array constant = Array::zeros(DType::kFloat32, {16, 9});
  set_element(constant, 0, -1e6);
  ASSERT_TRUE(write_npy(folder / "b.npy", constant));
  const std::string sizes = "--m 4 --k 16 --n 9 --constant-b " + (folder / "b.npy").string();
  const Outcome outcome = check(sizes, "--json --chip rk3568");
  EXPECT_EQ(outcome.status, 1);
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json[0].at("chip"), "rk3568");
  EXPECT_EQ(json[0].at("accepted"), false);
  ASSERT_EQ(json[0].at("problems").size(), 1U);
  EXPECT_EQ(json[0].at("problems")[0].at("name"), "matmul");
  EXPECT_NE(json[0].at("problems")[0].at("what_works").get<std::string>().find("scale"), std::string::npos);
  expect_failure(mattock("check --chip rk3588 " + path), 2, "no chip 'rk3588'");
}

TEST(CheckCommand, DamagedOnnxModelsAreFaultsOfTheInput) {
  const TempDir folder;
  const auto path = folder / "cut.onnx";
  std::ofstream(path, std::ios::binary) << slurp(MATTOCK_TEST_DATA "/seed/matmul.onnx").substr(0, 50);
  expect_failure(mattock("check " + path.string()), 1, "cut.onnx: is damaged, cut short or not an ONNX model");
  EXPECT_EQ(mattock("check " + (folder / "none.onnx").string()).status, 1);
}

TEST(CheckCommand, PrintsThePageOfOperators) {
  const Outcome outcome = mattock("check --operators");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out.substr(0, 17), "# ONNX operators\n");
  EXPECT_NE(outcome.out.find("| MatMul |"), std::string::npos);
}

}  // namespace
}  // namespace mattock::test
