// Models of the vendor's converter, run from their own command words, against its simulator's results. Here
// the small ones that lie in the tree; vendor_models_main.cpp does all of them.
#include <gtest/gtest.h>

#include "session/vendor_compare.hpp"
#include "support/device.hpp"

namespace mattock::test {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(MATTOCK_TEST_DATA) / "vendor";

class VendorModel : public testing::TestWithParam<Expectation> {};

TEST_P(VendorModel, IsAsCloseToTheSimulatorAsItsReadmeSays) {
  const Expectation& expected = GetParam();
  Device device = open_device();
  const auto found = compare(device, kFolder / (expected.name + ".rknn"), kFolder / expected.name);
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_TRUE(meets(*found, expected)) << found->equal << " of " << found->elements << " equal, worst " << found->worst
                                       << "; expected " << expected.equal << " and " << expected.worst;
}

// From the README of the whole collection, which an independent model of the registers was scored with.
const std::vector<Expectation> kModels{
    {"mm_9x9x9", "fp16", 81, 81, 0.00},         {"mm_17x31x33", "fp16", 561, 561, 0.00},
    {"mmc_clip", "fp16", 384, 384, 0.00},       {"gemm_bias", "fp16", 128, 128, 0.00},
    {"mlp_tiny_bf16", "bf16", 15, 15, 0.00},    {"conv1x1_odd", "fp16", 805, 805, 0.00},
    {"gemm_bias_i8", "int8", 128, 127, 1.00},   {"conv_dw_s2_i8", "int8", 1000, 1000, 0.00},
    {"conv_img3_i8", "int8", 1024, 1019, 1.00},
};

INSTANTIATE_TEST_SUITE_P(Small, VendorModel, testing::ValuesIn(kModels),
                         [](const auto& model) { return model.param.name; });

// A comparison that accepts anything would pass every model.
TEST(VendorModels, AComparisonThatIsOffByOneStepOrOnePercentFails) {
  const Expectation expected{"m", "int8", 1000, 990, 1.0};
  EXPECT_TRUE(meets({1000, 990, 1.0}, expected));
  EXPECT_TRUE(meets({1000, 981, 1.0}, expected));
  EXPECT_FALSE(meets({1000, 980, 1.0}, expected));
  EXPECT_FALSE(meets({1000, 990, 1.01}, expected));
  EXPECT_FALSE(meets({999, 990, 1.0}, expected));
}

}  // namespace
}  // namespace mattock::test
