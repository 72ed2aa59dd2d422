#include <nlohmann/json.hpp>

#include "base/npy.hpp"
#include "cli/program.hpp"
#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

using nlohmann::json;

const std::string kSeed = MATTOCK_TEST_DATA "/seed/";
const std::string kA = kSeed + "a.npy", kB = kSeed + "b.npy";
const std::string kRun = "run --device emulator " + kSeedModel + " ";

double element(const Array& array, std::size_t row, std::size_t column) {
  return element_as_double(array, row * 9 + column);
}

/// The product of the recorded inputs, summed in binary64.
double exact(std::size_t row, std::size_t column) {
  const Array a = *read_npy(kA), b = *read_npy(kB);
  double sum = 0;
  for (std::size_t k = 0; k < 9; ++k) sum += element(a, row, k) * element(b, k, column);
  return sum;
}

TEST(Run, WritesTheProductAsFloat32IntoAFile) {
  const TempDir folder;
  const Outcome outcome = mattock(kRun + kA + " " + kB + " -o " + (folder / "c.npy").string());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const auto product = read_npy(folder / "c.npy");
  ASSERT_TRUE(product);
  EXPECT_EQ(product->dtype, DType::kFloat32);
  EXPECT_EQ(product->shape, (Shape{1, 9, 9}));
  for (std::size_t i = 0; i < 81; ++i) EXPECT_NEAR(element(*product, i / 9, i % 9), exact(i / 9, i % 9), 0.001) << i;
}

TEST(Run, ShowsSmallMatricesAndWhatEveryTaskCost) {
  const Outcome outcome = mattock(kRun + kA + " " + kB);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  for (const char* text : {"input onnx::MatMul_0: 1x9x9 float16\n", "output 2: 1x9x9 float32\n", " 2.38672 2.51172 ",
                           "exMatMul:/MatMul#1", "total"})
    EXPECT_NE(outcome.out.find(text), std::string::npos) << text << "is not in\n" << outcome.out;
}

TEST(Run, AutoSaysOnceThatItEmulates) {
  ::unsetenv("MATTOCK_DEVICE");
  const Outcome outcome = mattock("run " + kSeedModel + " " + kA + " " + kB);
  EXPECT_EQ(outcome.status, 0);
  const auto devices = nlohmann::json::parse(mattock("devices --json").out)["devices"];
  if (std::ranges::any_of(devices, [](const auto& one) { return one["usable"] && one["kind"] == "rknpu"; })) {
    EXPECT_EQ(outcome.err, "") << "this machine has an NPU";
    return;
  }
  EXPECT_TRUE(outcome.err.starts_with("mattock: note: ")) << outcome.err;
  EXPECT_TRUE(outcome.err.ends_with(": using the emulated rk3566\n")) << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1);
}

TEST(Run, InputsMayBeNamedInAnyOrder) {
  const TempDir folder;
  const auto swapped =
      mattock(kRun + "onnx::MatMul_1=" + kB + " onnx::MatMul_0=" + kA + " -o - > " + (folder / "named.npy").string());
  EXPECT_EQ(swapped.status, 0) << swapped.err;
  mattock(kRun + kA + " " + kB + " -o " + (folder / "ordered.npy").string());
  EXPECT_EQ(slurp(folder / "named.npy"), slurp(folder / "ordered.npy"));
  EXPECT_GT(slurp(folder / "named.npy").size(), 324u);
}

TEST(Run, AFolderTakesEveryOutputAndLayerUnderASafeName) {
  const TempDir folder;
  const Outcome outcome = mattock(kRun + kA + " " + kB + " -o " + (folder / "out").string() + " --dump-layers " +
                                  (folder / "layers").string());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(exists(folder / "out/2.npy"));
  for (const char* name : {"onnx__MatMul_0", "onnx__MatMul_1", "onnx__MatMul_1_rs", "onnx__MatMul_0_rs",
                           "onnx__MatMul_0_tp-rs", "2_mm", "2"})
    EXPECT_TRUE(exists(folder / "layers" / (std::string(name) + ".npy"))) << name;
  EXPECT_EQ(read_npy(folder / "layers/2_mm.npy")->dtype, DType::kFloat16);
}

TEST(Run, LayersOfBfloat16ModelsAreWrittenAsFloat32) {
  const TempDir folder;
  const std::string model = MATTOCK_TEST_DATA "/vendor/mlp_tiny_bf16";
  const Outcome outcome = mattock("run --device emulator " + model + ".rknn " + model + "/in_a.npy --dump-layers " +
                                  (folder / "layers").string());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(read_npy(folder / "layers/out.npy")->dtype, DType::kFloat32);
}

TEST(Run, VerifyRecomputesTheNodes) {
  const Outcome outcome = mattock(kRun + kA + " " + kB + " --verify");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("5 exact, 0 within 1, 0 mismatched, 0 not verified"), std::string::npos) << outcome.out;
}

TEST(Run, JsonHoldsTasksTotalsAndVerdicts) {
  const Outcome outcome = mattock(kRun + kA + " " + kB + " --json --verify");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const json report = json::parse(outcome.out);
  EXPECT_EQ(report.at("device"), "emulator:rk3566");
  std::size_t tasks = 0;
  std::uint64_t cycles = 0;
  for (const json& submit : report.at("submits"))
    for (const json& task : submit.at("tasks")) {
      ++tasks;
      cycles += task.at("cycles").get<std::uint64_t>();
    }
  EXPECT_EQ(tasks, 8u);
  EXPECT_EQ(report.at("total").at("cycles"), cycles);
  EXPECT_EQ(report.at("verify").size(), 5u);
}

/// [4, 32] x a constant [32, 16] of 1.5, exported, converted, and ones as its input.
class RunAgainst : public testing::Test {
 protected:
  const TempDir folder;
  const std::string onnx = (folder / "m.onnx").string(), rknn = (folder / "m.rknn").string(),
                    a = (folder / "a.npy").string();

  void SetUp() override {
    Array b = Array::zeros(DType::kFloat32, {32, 16}), ones = Array::zeros(DType::kFloat16, {4, 32});
    for (std::size_t i = 0; i < b.size(); ++i) set_element(b, i, 1.5);
    for (std::size_t i = 0; i < ones.size(); ++i) set_element(ones, i, 1);
    ASSERT_TRUE(write_npy(folder / "b.npy", b) && write_npy(a, ones));
    const std::string constant = " --constant-b " + (folder / "b.npy").string();
    ASSERT_EQ(mattock("export matmul --m 4 --k 32 --n 16 -o " + onnx + constant).status, 0);
    ASSERT_EQ(mattock("convert " + onnx + " -o " + rknn).status, 0);
  }
  Outcome run(const std::string& more) { return mattock("run --device emulator " + rknn + " " + a + " " + more); }
};

TEST_F(RunAgainst, AConvertedModelIsJudgedByItsOnnxModel) {
  const Outcome outcome = run("--verify-against " + onnx);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("1 exact, 0 within rounding, 0 mismatched, 0 not verified"), std::string::npos)
      << outcome.out;
  const json report = json::parse(run("--json --verify-against " + onnx).out);
  EXPECT_EQ(report.at("verify_against").at(0).at("verdict"), "exact");
  EXPECT_EQ(report.at("verify_against").at(0).at("elements"), 64);
  EXPECT_FALSE(report.contains("verify"));
}

TEST_F(RunAgainst, VerifyAloneSaysWhatJudgesSuchAModel) {
  const Outcome alone = run("--verify");
  EXPECT_EQ(alone.status, 0);
  EXPECT_NE(alone.err.find("--verify-against MODEL.onnx"), std::string::npos) << alone.err;
  EXPECT_EQ(run("--verify --verify-against " + onnx).err, "");
}

TEST_F(RunAgainst, AFlippedByteOfAConstantIsFound) {
  std::string file = slurp(rknn);
  const std::size_t kernel = file.find(std::string("\0\x3e\0\x3e\0\x3e\0\x3e", 8));  // 1.5 four times
  ASSERT_NE(kernel, std::string::npos);
  file[kernel + 1] = '\x40';  // 2.0
  std::ofstream(rknn, std::ios::binary) << file;
  const Outcome outcome = run("--json --verify-against " + onnx);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("not the reference's"), std::string::npos) << outcome.err;
  const json verdict = json::parse(outcome.out).at("verify_against").at(0);
  EXPECT_EQ(verdict.at("verdict"), "mismatch");
  EXPECT_EQ(verdict.at("beyond"), 4) << "a column";
  EXPECT_EQ(verdict.at("worst"), 0.5);
}

TEST_F(RunAgainst, WhatIsNotTheModelsSourceIsRefused) {
  expect_failure(run("--verify-against " + (folder / "absent.onnx").string()), 1, "absent.onnx");
  expect_failure(run("--verify-against " + rknn), 1, "m.rknn");
  const std::string other = (folder / "other.onnx").string();
  ASSERT_EQ(mattock("export matmul --m 5 --k 32 --n 16 -o " + other).status, 0);
  expect_failure(run("--verify-against " + other), 1, "the ONNX model has 2 inputs, the model file 1");
  ASSERT_EQ(
      mattock("export matmul --m 5 --k 32 --n 16 --constant-b " + (folder / "b.npy").string() + " -o " + other).status,
      0);
  expect_failure(run("--verify-against " + other), 1, "input 0 of the ONNX model is 'a' 5x32");
}

TEST(Run, ConvertsFloat32InputsWithANotice) {
  const TempDir folder;
  const Array a = converted(*read_npy(kA), DType::kFloat64);
  ASSERT_TRUE(write_npy(folder / "a64.npy", a));
  const Outcome outcome = mattock(kRun + (folder / "a64.npy").string() + " " + kB);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "mattock: note: input 'onnx::MatMul_0': float64 converted to float16\n");
}

TEST(Run, BadInputIsOneLineAndExitStatusOne) {
  expect_failure(mattock(kRun + kA), 1, "1 input files given, the model has 2 inputs");
  expect_failure(mattock(kRun + kA + " " + kSeed + "none.npy"), 1, "none.npy");
  expect_failure(mattock(kRun + kA + " " + kSeedModel), 1, "matmul.rknn");
  expect_failure(mattock(kRun + kA + " " MATTOCK_TEST_DATA "/npy/f4_little.npy"), 1,
                 "input 'onnx::MatMul_1' has shape 2x3, the model wants 1x9x9");
  expect_failure(mattock(kRun + "x=" + kA), 1, "the model has no input 'x'");
  expect_failure(mattock("run --device emulator " + kA + " " + kA), 1, "a.npy");
}

TEST(Run, WrongUsageIsOneLineAndExitStatusTwo) {
  expect_failure(mattock("run"), 2, "model is required");
  expect_failure(mattock(kRun + kA + " onnx::MatMul_1=" + kB), 2, "name all of them or none");
  expect_failure(mattock(kRun + kA + " " + kB + " --json -o -"), 2, "standard output");
}

TEST(Run, AnUnknownDeviceIsNamedWithThoseThatExist) {
  expect_failure(mattock("run --device rk3588 " + kSeedModel + " " + kA + " " + kB), 3,
                 "devices: auto, rknpu, a path such as /dev/dri/card1, emulator, emulator:rk3566, emulator:rk3568");
}

}  // namespace
}  // namespace mattock::test
