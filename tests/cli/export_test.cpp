#include <nlohmann/json.hpp>

#include "base/npy.hpp"
#include "cli/program.hpp"
#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

TEST(ExportCommand, WritesAModelThatCheckAccepts) {
  const TempDir folder;
  const std::string path = (folder / "m.onnx").string();
  const Outcome outcome = mattock("export matmul --m 4 --k 32 --n 16 --batch 3 --dtype fp16 -o " + path);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out + outcome.err, "");
  EXPECT_EQ(mattock("check " + path).out, path + ": ok (opset 13, 1 node)\n");
  const Outcome piped = mattock("export matmul --m 4 --k 32 --n 16 --batch 3 --dtype fp16 -o -");
  EXPECT_EQ(piped.out, slurp(path)) << "the same model, the same bytes";
}

TEST(ExportCommand, StoresBAndWarnsOfWhatBecomesInfinite) {
  const TempDir folder;
  const std::string path = (folder / "m.onnx").string();
  Array b = Array::zeros(DType::kFloat64, {2, 1});
  set_element(b, 0, 1e6);
  ASSERT_TRUE(write_npy(folder / "b.npy", b));
  const std::string command = "export matmul --m 1 --k 2 --n 1 --constant-b " + (folder / "b.npy").string();
  Outcome outcome = mattock(command + " --json -o " + path);
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json.at("constant_b"), true);
  EXPECT_EQ(json.at("dtype"), "float32");
  EXPECT_EQ(json.at("bytes"), std::filesystem::file_size(path));
  outcome = mattock(command + " --dtype fp16 -o " + path);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.err.find("b.npy: 1 of 2 numbers are too large for float16"), std::string::npos) << outcome.err;
}

TEST(ExportCommand, KnowsWrongUse) {
  const TempDir folder;
  const std::string path = (folder / "m.onnx").string();
  expect_failure(mattock("export"), 2, "see mattock export --help");
  expect_failure(mattock("export matmul --m 4 --k 32 -o " + path), 2, "--n is required");
  expect_failure(mattock("export matmul --m 4 --k 2 --n x -o " + path), 2, "--n");
  expect_failure(mattock("export matmul --m 4 --k 2 --n 3 --dtype int4 -o " + path), 2, "int4");
  expect_failure(mattock("export matmul --m 4 --k 2 --n 3 --json -o -"), 2, "both want standard output");
  expect_failure(mattock("export matmul --m 4 --k 0 --n 3 -o " + path), 1, "dimension 0 in shape 4x0");
  expect_failure(mattock("export matmul --m 4 --k 2 --n 3 --constant-b none.npy -o " + path), 1, "none.npy");
  expect_failure(mattock("export matmul --m 4 --k 2 --n 3 -o " + (folder / "no/m.onnx").string()), 1,
                 "cannot be written");
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace mattock::test
