#include <nlohmann/json.hpp>

#include "cli/program.hpp"
#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

using nlohmann::json;

std::string vendor(const std::string& name) { return MATTOCK_TEST_DATA "/vendor/" + name + ".rknn"; }

// A copy of the seed's model with the first occurrence of `from` overwritten by `to`, of the same length.
std::string changed_seed(const TempDir& folder, const std::string& from, const std::string& to) {
  std::string bytes = slurp(kSeedModel);
  const std::size_t at = bytes.find(from);
  EXPECT_NE(at, std::string::npos);
  bytes.replace(at, to.size(), to);
  const auto path = folder / "changed.rknn";
  std::ofstream(path, std::ios::binary) << bytes;
  return path.string();
}

TEST(Inspect, ShowsHeadingTensorsAndOperators) {
  const Outcome outcome = mattock("inspect " + kSeedModel);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  for (const char* line :
       {"  target     rk3566 (generation RKNPU lite)\n", "  memory     constants 192 bytes, internal 2880 bytes\n",
        "  commands   416 words (3328 bytes), 8 tasks, 17 relocations\n", "  inputs     tensor 4 5\n",
        "  10  2_mm                              intermediate   float16  1x9x1x9  NC1HWC2  1x3x1x9x4    384    2496  "
        "-\n",
        "  5  exMatMul        exMatMul:/MatMul#1            NPU         7  1-7    8 6 9   10\n"}) {
    EXPECT_NE(outcome.out.find(line), std::string::npos) << line << "is not in\n" << outcome.out;
  }
}

TEST(Inspect, ShowsQuantisationAsAFormula) {
  EXPECT_NE(mattock("inspect " + vendor("gemm_bias_i8")).out.find("(q + 13) * 0.027274815"), std::string::npos);
}

TEST(Inspect, PrintsJson) {
  const Outcome outcome = mattock("inspect --json " + vendor("conv_dw_s2_i8"));
  ASSERT_EQ(outcome.status, 0);
  const json model = json::parse(outcome.out);
  EXPECT_EQ(model.at("target"), "rk3566");
  EXPECT_EQ(model.at("generation"), "RKNPU lite");
  EXPECT_EQ(model.at("inputs"), json({3}));
  EXPECT_EQ(model.at("commands").at("tasks"), 7);
  EXPECT_EQ(model.at("memory").at("internal_bytes"), 5184);
  const json& input = model.at("tensors").at(3);
  EXPECT_EQ(input.at("name"), "a");
  EXPECT_EQ(input.at("kind"), "input");
  EXPECT_EQ(input.at("dtype"), "int8");
  EXPECT_EQ(input.at("layout"), "NC1HWC2");
  EXPECT_EQ(input.at("native_shape"), json({1, 5, 9, 9, 8}));
  EXPECT_EQ(input.at("quantization").at("zero_point"), json({5}));
  EXPECT_TRUE(model.at("tensors").at(1).at("quantization").is_null());
  const json& conv = model.at("operators").at(1);
  EXPECT_EQ(conv.at("engine"), "NPU");
  EXPECT_EQ(conv.at("params").at("group"), 40);
  EXPECT_EQ(conv.at("task_count"), 1);
  EXPECT_EQ(model.at("operators").at(2).at("first_task"), 1);
}

TEST(Inspect, NamesThatAreNotUtf8DoNotBreakTheOutput) {
  const TempDir folder;
  const std::string path = changed_seed(folder, "InputOperator:onnx::MatMul_0", "InputOperator:\xff\x1b[m");
  const Outcome text = mattock("inspect " + path);
  EXPECT_EQ(text.status, 0);
  EXPECT_NE(text.out.find("InputOperator:\\xff\\x1b[m"), std::string::npos);
  const Outcome as_json = mattock("inspect --json " + path);
  EXPECT_EQ(as_json.status, 0);
  EXPECT_FALSE(json::parse(as_json.out, nullptr, false).is_discarded());
}

TEST(Inspect, WarningsGoToStderrAndIntoTheJson) {
  const TempDir folder;
  const std::string path = (folder / "longer.rknn").string();
  std::ofstream(path, std::ios::binary) << slurp(kSeedModel) << "tail";
  const Outcome outcome = mattock("inspect --json " + path);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "mattock: warning: " + path + ": 4 bytes follow the JSON text\n");
  EXPECT_EQ(json::parse(outcome.out).at("warnings").size(), 1U);
}

TEST(Inspect, FilesForOtherChipsAreRefusedByName) {
  const TempDir folder;
  expect_failure(mattock("inspect " + changed_seed(folder, "RKNPU lite", "RKNPU xxxx")), 1, "generation 'RKNPU xxxx'");
  expect_failure(mattock("inspect " + changed_seed(folder, "rk3566", "rk3588")), 1, "target 'rk3588' is another chip");
}

}  // namespace
}  // namespace mattock::test
