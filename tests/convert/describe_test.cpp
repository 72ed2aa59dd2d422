// The texts that nothing needs to run a model, against those of vendor files with the same inputs and outputs.
#include "convert/describe.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "container/reader.hpp"
#include "convert/assemble.hpp"
#include "convert/module.hpp"

namespace mattock::convert {
namespace {

const std::filesystem::path kVendor = MATTOCK_TEST_DATA "/vendor";

TEST(Describe, TextsAreThoseOfVendorFilesWithRowsAtTheirDoors) {
  for (const char* name : {"gemm_bias", "mm_17x31x33", "mm_9x9x9", "mmc_clip"}) {
    const auto vendor = container::read_model(kVendor / (std::string(name) + ".rknn"));
    ASSERT_TRUE(vendor) << name;
    EXPECT_EQ(attributes_text(*vendor), vendor->attributes) << name;
    EXPECT_EQ(doors_json(*vendor, true), vendor->input_json) << name;
    EXPECT_EQ(doors_json(*vendor, false), vendor->output_json) << name;

    auto ours = nlohmann::json::parse(viewer_json(*vendor));
    EXPECT_EQ(ours["version"], MATTOCK_EXPECTED_VERSION);
    ours["version"] = "2.5.0";
    EXPECT_EQ(ours.dump(), vendor->viewer_json) << name;
  }
}

TEST(Describe, ViewerTextIsCompactAndSorted) {
  const auto vendor = container::read_model(kVendor / "mm_9x9x9.rknn").value();
  const std::string text = viewer_json(vendor);
  EXPECT_EQ(nlohmann::json::parse(text).dump(), text);
}

TEST(Describe, NamesOfAnyCharactersStayReadable) {
  auto model = container::read_model(kVendor / "gemm_bias.rknn").value();
  std::string& name = model.tensors[model.inputs[0]].name;
  name = "it's\n\"\\\xc3\xa9";
  EXPECT_EQ(doors_json(model, true), R"({"it's\n\"\\\u00e9": {"dtype": "float16", "layout": "UNDEFINED"}})");
  EXPECT_EQ(attributes_text(model).substr(0, 35), "{'attrs': {'it\\'s\\x0a\"\\\\\xc3\xa9': {'idx'");
  name = "it's";
  EXPECT_EQ(attributes_text(model).substr(0, 18), "{'attrs': {\"it's\":");
  name = "\xff";
  EXPECT_EQ(nlohmann::json::parse(viewer_json(model))["norm_tensor"][0]["url"], "\xef\xbf\xbd");
}

TEST(Describe, CompilerTextHasNoDate) {
  EXPECT_EQ(compiler_text(),
            "mattock " MATTOCK_EXPECTED_VERSION "(compiler version: " MATTOCK_EXPECTED_VERSION " (@mattock))");
}

TEST(Describe, ListingsHaveALineForEachThing) {
  auto module = test::chain_module("php");
  const auto model = assemble(module, test::chip()).value();
  const std::string listing = model_text(model);
  EXPECT_NE(listing.find("tensor 2 h0 intermediate float16 4x64x1x1 NC1HWC2 size=512 offset="), std::string::npos)
      << listing;
  EXPECT_NE(listing.find("node 2 Reshape:n1 host tasks=0 inputs=2,5 outputs=4\n"), std::string::npos) << listing;
  const std::string tasks = tasks_text(model);
  EXPECT_NE(tasks.find("node 1 Conv:n0 NPU tasks=1 inputs=1,3 outputs=2\n  task 0 at 0x0, 112 words, blocks 0xf, ends "
                       "the chain\nnode 2"),
            std::string::npos)
      << tasks;
}

}  // namespace
}  // namespace mattock::convert
