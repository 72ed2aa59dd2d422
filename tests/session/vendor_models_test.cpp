// Models of the vendor's converter, run from their own command words, against its simulator's results. Here
// the small ones that lie in the tree; vendor_models_main.cpp does all of them.
#include <algorithm>

#include <gtest/gtest.h>

#include "session/vendor_compare.hpp"


namespace mattock::test {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(MATTOCK_TEST_DATA) / "vendor";

class VendorModel : public testing::TestWithParam<Expectation> {};

TEST_P(VendorModel, IsAsCloseToTheSimulatorAsItsReadmeSays) {
  const Expectation& expected = GetParam();
  const auto found = compare(kFolder / (expected.name + ".rknn"), kFolder / expected.name);
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_TRUE(meets(*found, expected)) << found->equal << " of " << found->elements << " equal, worst "
                                       << found->worst << "; expected " << expected.equal << " and "
                                       << expected.worst;
}

std::vector<Expectation> models_in_the_tree() {
  std::vector<Expectation> rows = read_expectations(kFolder / "README.md");
  std::erase_if(rows, [](const Expectation& row) { return !exists(kFolder / (row.name + ".rknn")); });
  return rows;
}

INSTANTIATE_TEST_SUITE_P(, VendorModel, testing::ValuesIn(models_in_the_tree()),
                         [](const auto& info) { return info.param.name; });

TEST(VendorModels, TheTreeHoldsSmallOnesOfEveryType) {
  std::vector<std::string> types;
  for (const Expectation& row : models_in_the_tree()) types.push_back(row.type);
  for (const char* type : {"fp16", "bf16", "int8"}) EXPECT_GE(std::ranges::count(types, type), 1) << type;
}

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
