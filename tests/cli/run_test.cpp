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
  const Outcome outcome = mattock("run " + kSeedModel + " " + kA + " " + kB);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "mattock: note: no NPU driver is supported yet: using the emulated rk3566\n");
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
                 "devices: emulator, emulator:rk3566, emulator:rk3568, auto");
}

}  // namespace
}  // namespace mattock::test
