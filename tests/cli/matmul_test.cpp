// mattock matmul and mattock estimate from outside.
#include <nlohmann/json.hpp>

#include "base/npy.hpp"
#include "cli/program.hpp"
#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

/// Numbers 0, 1, 2, -2, -1, 0, ... in a file of their own.
std::string matrix_file(const TempDir& folder, const std::string& name, DType dtype, Shape shape) {
  Array array = Array::zeros(dtype, std::move(shape));
  for (std::size_t i = 0; i < array.size(); ++i)
    set_element(array, i, static_cast<double>(i % 5) - (i % 5 > 2 ? 5 : 0));
  EXPECT_TRUE(write_npy(folder / name, array));
  std::string quoted = "'";
  quoted.append((folder / name).string()).append("'");
  return quoted;
}

double element(const Array& array, std::size_t row, std::size_t column) {
  return element_as_double(array, row * static_cast<std::size_t>(array.shape[1]) + column);
}

TEST(MatmulCommand, WritesTheProductOfTwoFiles) {
  const TempDir folder;
  const std::string a = matrix_file(folder, "a.npy", DType::kFloat32, {3, 4});
  const std::string b = matrix_file(folder, "b.npy", DType::kFloat64, {4, 2});
  const auto done = mattock("matmul " + a + " " + b + " --verify -o '" + (folder / "c.npy").string() + "'");
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(done.out, "verified on the CPU: 6 of 6 elements equal\n");
  const Array left = read_npy(folder / "a.npy").value(), right = read_npy(folder / "b.npy").value();
  const Array c = read_npy(folder / "c.npy").value();
  EXPECT_EQ(c.dtype, DType::kFloat32);
  ASSERT_EQ(c.shape, (Shape{3, 2}));
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 2; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < 4; ++k) sum += element(left, i, k) * element(right, k, j);
      EXPECT_EQ(element(c, i, j), sum);
    }
}

TEST(MatmulCommand, TakesInt8FilesAsInt8AndSaysSoInJson) {
  const TempDir folder;
  const std::string a = matrix_file(folder, "a.npy", DType::kInt8, {2, 3, 40});
  const std::string b = matrix_file(folder, "b.npy", DType::kInt8, {40, 5});
  const auto done = mattock("matmul " + a + " " + b + " --verify --json");
  EXPECT_EQ(done.status, 0) << done.err;
  const auto json = nlohmann::json::parse(done.out);
  EXPECT_EQ(json["dtype"], "int32");
  EXPECT_EQ(json["shape"], (std::vector<int>{2, 3, 5}));
  EXPECT_EQ(json["verify"]["differing"], 0);
  EXPECT_EQ(json["plan"]["types"][0], "int8");
  EXPECT_TRUE(json["plan"]["uncalibrated"]);
}

TEST(MatmulCommand, MultipliesOtherNumbersAsInt8WithABound) {
  const TempDir folder;
  const std::string a = matrix_file(folder, "a.npy", DType::kFloat32, {3, 40});
  const std::string b = matrix_file(folder, "b.npy", DType::kFloat32, {40, 2});
  const auto json = nlohmann::json::parse(mattock("matmul " + a + " " + b + " --type int8 --json 2>/dev/null").out);
  EXPECT_EQ(json["dtype"], "float32");
  EXPECT_GT(json["error_bound"], 0);
  EXPECT_LT(json["error_bound"], 2);  // steps of 2/127, sums of 40 numbers up to 2
  expect_failure(mattock("matmul " + a + " " + b + " --type int8 --verify --device emulator"), 2, "error bound");
  const std::string stack = matrix_file(folder, "stack.npy", DType::kFloat32, {2, 3, 40});
  const auto many = nlohmann::json::parse(mattock("matmul " + stack + " " + b + " --type int8 --json 2>/dev/null").out);
  EXPECT_EQ(many["shape"], (std::vector<int>{2, 3, 2}));
  EXPECT_GT(many["error_bound"], 0);
}

TEST(MatmulCommand, ExplainsItsPlan) {
  const TempDir folder;
  const std::string a = matrix_file(folder, "a.npy", DType::kFloat16, {30, 9000});
  const std::string b = matrix_file(folder, "b.npy", DType::kFloat16, {9000, 4});
  const auto done = mattock("matmul " + a + " " + b + " --explain --verify");
  EXPECT_EQ(done.status, 0) << done.err;
  for (const char* part : {"C[30, 4] = A[30, 9000] x B[9000, 4], fp16 to fp32", "parts of up to", "joined on the CPU",
                           "uncalibrated", "grade", "C: 30x4 float32", "verified on the CPU"}) {
    EXPECT_NE(done.out.find(part), std::string::npos) << part;
  }
}

TEST(MatmulCommand, RefusesWhatDoesNotFit) {
  const TempDir folder;
  const std::string a = matrix_file(folder, "a.npy", DType::kFloat32, {3, 4});
  const std::string one_line = " 2>&1 | grep -v note";
  EXPECT_NE(mattock("matmul " + a + " " + a + one_line).out.find("the inner dimensions 4 and 3 differ"),
            std::string::npos);
  EXPECT_EQ(mattock("matmul " + a + " " + a).status, 1);
  expect_failure(mattock("matmul " + a + " 'no such file.npy'"), 1, "no such file.npy: cannot be opened");
  expect_failure(mattock("matmul " + a), 2, "b is required");
  expect_failure(mattock("matmul " + a + " " + a + " --type int4"), 2, "int4");
  expect_failure(mattock("matmul " + a + " " + a + " -o - --json"), 2, "standard output");
}

TEST(EstimateCommand, GivesTimeTasksBytesAndTheBound) {
  const auto json = nlohmann::json::parse(mattock("estimate 256 2048 1024 --json").out);
  EXPECT_LE(json["tasks"], 8);
  EXPECT_EQ(json["bound"], "multipliers");
  EXPECT_GT(json["roofline"], 0.9);
  EXPECT_LE(json["roofline"], 1.0);
  EXPECT_TRUE(json["uncalibrated"]);
  const auto slow = nlohmann::json::parse(mattock("estimate 1 4096 4096 --bandwidth 0.5 --json").out);
  EXPECT_EQ(slow["bound"], "memory");
  EXPECT_GT(slow["seconds"], 0.06);  // 32 MiB of B
  EXPECT_EQ(nlohmann::json::parse(mattock("estimate 1 1 1 --json").out)["bound"], "tasks");
}

TEST(EstimateCommand, TakesRecordedStreams) {
  const auto done = mattock("estimate '" MATTOCK_TEST_DATA "/streams/rk3566-fp16-1x1024x4096-b1-ac0.txt'");
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_NE(done.out.find("limited by memory"), std::string::npos);
  EXPECT_NE(done.out.find("uncalibrated: assumes 800 MHz, 8.45 GB/s, 8 us a task"), std::string::npos);
}

TEST(EstimateCommand, TakesModels) {
  const auto seed = nlohmann::json::parse(mattock("estimate '" + kSeedModel + "' --json").out);
  EXPECT_EQ(seed["tasks"], 8);
  EXPECT_EQ(seed["submits"], 2);
  EXPECT_EQ(seed["cycles"], 185);  // as the README shows
  EXPECT_EQ(seed["bytes"], 6800);
  EXPECT_EQ(seed["bound"], "tasks");
  EXPECT_GT(seed["seconds"], 2 * 50e-6 + 8 * 8e-6);
  EXPECT_GT(seed["roofline"], 0);
  EXPECT_LT(seed["roofline"], 1);
  EXPECT_EQ(mattock("estimate '" MATTOCK_TEST_DATA "/vendor/conv_img3_i8.rknn'").status, 0);
  expect_failure(mattock("estimate nofile.rknn"), 1, "nofile.rknn: cannot be opened");
}

TEST(EstimateCommand, RefusesWhatIsNoProduct) {
  expect_failure(mattock("estimate 1 2"), 2, "M K N");
  expect_failure(mattock("estimate 1 2 x"), 2, "'x' is no dimension");
  expect_failure(mattock("estimate 0 2 3"), 1, "M is 0; it can be 1 to 1048576");
  expect_failure(mattock("estimate 1 2 3 --chip rk9999"), 2, "chips: rk3566, rk3568");
  EXPECT_EQ(mattock("estimate --chip help").out, "rk3566, rk3568\n");
}

}  // namespace
}  // namespace mattock::test
