#include <nlohmann/json.hpp>

#include "cli/program.hpp"
#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

/// An ONNX model of one product, and the name its conversion gets.
struct Model {
  Model() {
    const Outcome outcome = mattock("export matmul --m 4 --k 32 --n 16 --dtype fp16 -o " + onnx);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
  }

  const TempDir folder{};
  const std::string onnx = (folder / "m.onnx").string(), rknn = (folder / "m.rknn").string();
};

TEST(ConvertCommand, WritesAModelThatInspectReads) {
  const Model model;
  const Outcome outcome = mattock("convert " + model.onnx);
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out.find(model.rknn + ": "), 0U) << outcome.out;
  EXPECT_NE(outcome.out.find(" bytes for rk3566, "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find(" NPU tasks in "), std::string::npos) << outcome.out;
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 1);
  EXPECT_EQ(mattock("inspect " + model.rknn).status, 0);
}

TEST(ConvertCommand, TheSameModelGivesTheSameBytesThroughAPipe) {
  const Model model;
  ASSERT_EQ(mattock("convert " + model.onnx).status, 0);
  const Outcome piped = mattock("convert - < " + model.onnx);
  EXPECT_EQ(piped.status, 0) << piped.err;
  EXPECT_TRUE(piped.out == slurp(model.rknn));
  EXPECT_TRUE(mattock("convert " + model.onnx + " -o -").out == piped.out);
}

TEST(ConvertCommand, TellsTheSummaryAsJson) {
  const Model model;
  const std::string other = (model.folder / "other.rknn").string();
  const Outcome outcome = mattock("convert " + model.onnx + " --chip rk3568 --json --explain -o " + other);
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json.at("output"), other);
  EXPECT_EQ(json.at("chip"), "rk3568");
  EXPECT_EQ(json.at("bytes"), std::filesystem::file_size(other));
  EXPECT_GE(json.at("npu_tasks"), 1);
  for (const char* stage : {"graph", "lowered", "model", "file"}) EXPECT_NE(json.at("stages").at(stage), "") << stage;
}

TEST(ConvertCommand, ExplainsEveryStageInOrder) {
  const Model model;
  const Outcome outcome = mattock("convert --explain " + model.onnx);
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  std::size_t place = 0;
  for (const char* heading : {"graph\n", "\nlowered\n", "\nmodel\n", "\nfile\n"}) {
    const std::size_t found = outcome.out.find(heading, place);
    ASSERT_NE(found, std::string::npos) << heading << outcome.out;
    place = found;
  }
  EXPECT_NE(outcome.out.find("\n\n" + model.rknn + ": "), std::string::npos) << outcome.out;
}

TEST(ConvertCommand, StopsAfterTheGraphAndWritesNothing) {
  const Model model;
  const Outcome outcome = mattock("convert --stop-after graph " + model.onnx);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out, "");
  EXPECT_EQ(outcome.err, "");
  EXPECT_FALSE(std::filesystem::exists(model.rknn));
  const Outcome json = mattock("convert --stop-after graph --json " + model.onnx);
  EXPECT_EQ(nlohmann::json::parse(json.out).at("stages").at("graph"), outcome.out);
}

TEST(ConvertCommand, StopsAfterLoweringAndAfterTheModel) {
  const Model model;
  for (const std::string stage : {"lowered", "model"}) {
    const Outcome outcome = mattock("convert --stop-after " + stage + " " + model.onnx);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.out, "");
    EXPECT_FALSE(std::filesystem::exists(model.rknn));
  }
}

TEST(ConvertCommand, ListsTheChips) {
  const Outcome outcome = mattock("convert --chip help");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.out.find("rk3566\n"), std::string::npos);
}

TEST(ConvertCommand, KnowsWrongUse) {
  const Model model;
  const std::string seed = MATTOCK_TEST_DATA "/seed/matmul.rknn";
  expect_failure(mattock("convert"), 2, "model is required; see mattock convert --help");
  expect_failure(mattock("convert --chip rk3588 " + model.onnx), 2, "no chip 'rk3588'; chips: rk3566, rk3568");
  expect_failure(mattock("convert --stop-after half " + model.onnx), 2, "half");
  expect_failure(mattock("convert --stop-after graph -o x.rknn " + model.onnx), 2, "leave out -o");
  expect_failure(mattock("convert --json -o - " + model.onnx), 2, "both want standard output");
  expect_failure(mattock("convert --explain - < " + model.onnx), 2, "both want standard output");
  EXPECT_FALSE(std::filesystem::exists(model.rknn));
}

TEST(ConvertCommand, NeverWritesOverItsInput) {
  const Model model;
  const std::string bytes = slurp(model.onnx), link = (model.folder / "link.onnx").string();
  std::filesystem::create_hard_link(model.onnx, link);
  expect_failure(mattock("convert " + model.onnx + " -o " + model.onnx), 2, "would be written over itself");
  expect_failure(mattock("convert " + model.onnx + " -o " + link), 2, "would be written over itself");
  std::filesystem::rename(model.onnx, model.rknn);
  expect_failure(mattock("convert " + model.rknn), 2, "give another name with -o");
  EXPECT_TRUE(slurp(model.rknn) == bytes);
}

TEST(ConvertCommand, NamesTheInputThatIsAtFault) {
  const Model model;
  const std::string cut = (model.folder / "cut.onnx").string(), out = (model.folder / "cut.rknn").string();
  std::ofstream(cut, std::ios::binary) << slurp(model.onnx).substr(0, 40);
  expect_failure(mattock("convert none.onnx"), 1, "none.onnx");
  expect_failure(mattock("convert " + cut), 1, "cut.onnx: ");
  expect_failure(mattock("convert - -o " + out + " < /dev/null"), 1, "standard input: ");
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST(ConvertCommand, AFileThatCannotBeWrittenEndsWithOne) {
  const Model model;
  expect_failure(mattock("convert " + model.onnx + " -o " + (model.folder / "no/m.rknn").string()), 1,
                 "cannot be written");
}

}  // namespace
}  // namespace mattock::test
