// The ONNX files behind Rockchip's models: ours beside theirs.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "container/reader.hpp"
#include "convert/convert.hpp"
#include "session/session.hpp"
#include "support/device.hpp"

namespace mattock {
namespace {

namespace fs = std::filesystem;

Array halves(const Shape& shape, std::mt19937_64& random) {
  Array array = Array::zeros(DType::kFloat16, shape);
  for (std::size_t i = 0; i < array.size(); ++i) set_element(array, i, static_cast<double>(random() % 2001) / 1000 - 1);
  return array;
}

container::Model converted(const fs::path& onnx) {
  auto result = convert::convert(onnx, convert::Options{});
  EXPECT_TRUE(result.has_value()) << result.error().message;
  auto model = container::parse_model(result->file);
  EXPECT_TRUE(model.has_value());
  return std::move(*model);
}

TEST(VendorModels, TheSeedsProductIsTheVendorsToTheBit) {
  const fs::path seed = fs::path(MATTOCK_TEST_DATA) / "seed";
  Device device = test::open_device();
  const container::Model model = converted(seed / "matmul.onnx");
  EXPECT_EQ(model.program.tasks.size(), 1u);
  auto ours = Session::load(device, model);
  auto theirs = Session::load(device, seed / "matmul.rknn");
  ASSERT_TRUE(ours.has_value()) << ours.error().message;
  ASSERT_TRUE(theirs.has_value());
  std::mt19937_64 random(3);
  for (int i = 0; i < 1000; ++i) {
    const std::vector<Array> inputs{halves({1, 9, 9}, random), halves({1, 9, 9}, random)};
    const auto a = ours->run(inputs), b = theirs->run(inputs);
    ASSERT_TRUE(a.has_value() && b.has_value());
    ASSERT_EQ(a->outputs.front().raw.data, b->outputs.front().raw.data) << "input " << i;
  }
}

TEST(VendorModels, TheSameFileGivesTheSameBytes) {
  const fs::path onnx = fs::path(MATTOCK_TEST_DATA) / "seed" / "matmul.onnx";
  EXPECT_EQ(convert::convert(onnx, {})->file, convert::convert(onnx, {})->file);
}

TEST(VendorModels, AnUnknownChipIsRefusedWithThoseKnown) {
  convert::Options options;
  options.chip = "rk9999";
  const auto result = convert::convert(fs::path(MATTOCK_TEST_DATA) / "seed" / "matmul.onnx", options);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Code::kUnsupported);
  EXPECT_NE(result.error().hint.find("rk3566"), std::string::npos);
}

}  // namespace
}  // namespace mattock
