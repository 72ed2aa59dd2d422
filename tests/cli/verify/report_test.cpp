#include "verify/report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace mattock::verify {
namespace {

const std::vector<NodeVerdict> kVerdicts{
    {1, "Conv:y", "Conv", Verdict::kExact, 128, 0, 0, ""},
    {2, "Add:out", "AddRelu", Verdict::kWithin, 384, 2, 1, "element 120 of 'out' is 45, reference 44"},
    {4, "Conv:z", "ConvClip", Verdict::kNotVerified, 0, 0, 0, std::string(kOnlyInCommands)},
};

TEST(TextTable, has_a_line_per_node_and_a_sum) {
  EXPECT_EQ(text_table(kVerdicts),
            "node  op        name     verdict        elements  differing   worst  note\n"
            "   1  Conv      Conv:y   exact               128          0       0\n"
            "   2  AddRelu   Add:out  within 1            384          2       1  element 120 of 'out' is 45, "
            "reference 44\n"
            "   4  ConvClip  Conv:z   not verified          0          0       0  not verified: parameters only in "
            "the command words\n"
            "1 exact, 1 within 1, 0 mismatched, 1 not verified\n");
}

TEST(Json, holds_every_field) {
  const nlohmann::json json = to_json(kVerdicts);
  ASSERT_EQ(json.size(), 3u);
  EXPECT_EQ(json[1]["node"], 2);
  EXPECT_EQ(json[1]["op"], "AddRelu");
  EXPECT_EQ(json[1]["verdict"], "within 1");
  EXPECT_EQ(json[1]["differing"], 2);
  EXPECT_EQ(json[1]["worst"], 1.0);
  EXPECT_EQ(json[2]["note"], "not verified: parameters only in the command words");
}

}  // namespace
}  // namespace mattock::verify
