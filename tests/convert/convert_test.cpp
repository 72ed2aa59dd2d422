#include "convert/convert.hpp"

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "onnx/matmul_model.hpp"
#include "support/temp_dir.hpp"

namespace mattock::convert {
namespace {

std::vector<std::byte> product_onnx() { return onnx::write_matmul({.m = 4, .k = 64, .n = 32}).value(); }

TEST(Convert, StagesHaveNames) {
  for (const Stage stage : {Stage::kGraph, Stage::kLowered, Stage::kModel, Stage::kFile})
    EXPECT_EQ(stage_of(name_of(stage)).value(), stage);
  const auto unknown = stage_of("tiles");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::kUsage);
  EXPECT_EQ(unknown.error().message, "'tiles' is no stage of a conversion; there are: graph, lowered, model, file");
}

TEST(Convert, StopsAfterTheStageThatIsAskedFor) {
  std::vector<Stage> begun;
  Options options;
  options.progress = [&](Stage stage) { begun.push_back(stage); };
  const auto made = convert(product_onnx(), {}, options, Stage::kGraph);
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(begun, std::vector{Stage::kGraph});
  EXPECT_EQ(made->graph.outputs.size(), 1u);
  EXPECT_TRUE(made->module.tensors.empty());
  EXPECT_TRUE(made->file.empty());
  EXPECT_EQ(explain(*made, *hw::find_chip("rk3566"), Stage::kGraph), graph::dump(made->graph));
}

TEST(Convert, AChipThatIsNotKnownIsRefusedWithThoseThatAre) {
  Options options;
  options.chip = "rk3588";
  const auto made = convert(product_onnx(), {}, options);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::kUnsupported);
  EXPECT_EQ(to_string(made.error()), "chip 'rk3588' is not known; models can be made for: rk3566, rk3568");
}

TEST(Convert, ErrorsNameTheFile) {
  const test::TempDir folder;
  const auto made = convert(folder / "absent.onnx", Options{});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::kNotFound);
  EXPECT_EQ(made.error().where, (folder / "absent.onnx").string());
}

TEST(Convert, ErrorsNameTheFileAndTheNode) {
  const test::TempDir folder;
  ASSERT_TRUE(write_file(folder / "wide.onnx", onnx::write_matmul({.m = 1 << 20, .k = 2048, .n = 32}).value()));
  const auto made = convert(folder / "wide.onnx", Options{});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::kDevice);  // A takes all that DMA reaches
  EXPECT_EQ(made.error().where, (folder / "wide.onnx").string() + ": node 'matmul'");
}

TEST(Convert, AConversionThatFailsLeavesNoFileAndNoneHarmed) {
  const test::TempDir folder;
  const std::filesystem::path sources = folder / "sources", results = folder / "results";
  std::filesystem::create_directories(sources);
  std::filesystem::create_directories(results);
  ASSERT_TRUE(write_file(sources / "good.onnx", product_onnx()));
  ASSERT_TRUE(write_file(sources / "bad.onnx", std::vector<std::byte>(100, std::byte{0xff})));
  Options unknown_chip;
  unknown_chip.chip = "none";
  EXPECT_FALSE(convert_file(sources / "bad.onnx", results / "a.rknn", {}));
  EXPECT_FALSE(convert_file(sources / "good.onnx", results / "a.rknn", unknown_chip));
  EXPECT_TRUE(std::filesystem::is_empty(results));

  const std::vector<std::byte> before(3, std::byte{1});
  ASSERT_TRUE(write_file(results / "a.rknn", before));
  EXPECT_FALSE(convert_file(sources / "bad.onnx", results / "a.rknn", {}));
  EXPECT_EQ(read_file(results / "a.rknn").value(), before);
}

}  // namespace
}  // namespace mattock::convert
