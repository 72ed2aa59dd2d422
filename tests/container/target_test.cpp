#include "container/target.hpp"

#include "container/model_file.hpp"

namespace mattock::container {
namespace {

using test::expect_refused;
using test::ModelFile;

TEST(Target, TheChipsOfTheGenerationAreAccepted) {
  EXPECT_EQ(check_target("rk3566", "RKNPU lite").value(), "");
  EXPECT_EQ(check_target("rk3568", "RKNPU lite").value(), "");
}

TEST(Target, AnotherGenerationIsRefusedWithItsChip) {
  const std::vector<std::pair<std::string, std::string>> chips{{"rk3562", "RKNPU t4"},
                                                               {"rk3576", "RKNPU f2"},
                                                               {"rk3588", "RKNPU v2"},
                                                               {"rv1126b", "RKNPU f3"},
                                                               {"rv1103", "RKNPU t3"}};
  for (const auto& [target, generation] : chips) {
    const auto result = check_target("rk3566", generation);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::kUnsupported);
    EXPECT_NE(result.error().message.find(generation), std::string::npos);
    EXPECT_NE(result.error().message.find(target), std::string::npos) << result.error().message;
    EXPECT_FALSE(check_target(target, "RKNPU lite")) << target;
  }
}

TEST(Target, AnUnknownGenerationIsRefused) {
  EXPECT_FALSE(check_target("rk3566", "RKNPU Lite"));
  EXPECT_FALSE(check_target("rk3566", ""));
}

TEST(Target, AnUnknownTargetOnlyWarns) {
  EXPECT_NE(check_target("rk9999", "RKNPU lite").value().find("unknown target 'rk9999'"), std::string::npos);
}

TEST(Target, FilesForOtherChipsAreRefusedWhole) {
  ModelFile generation;
  generation.set_text(*generation.model().generation(), "RKNPU v2");
  expect_refused(generation.bytes, Code::kUnsupported, "'RKNPU v2' belongs to rk3588");
  ModelFile target;
  target.set_text(*target.model().target(), "rk3588");
  expect_refused(target.bytes, Code::kUnsupported, "target 'rk3588' is another chip");
  ModelFile unknown;
  unknown.set_text(*unknown.model().target(), "rk3569");
  expect_warning(unknown, "unknown target 'rk3569'");
}

}  // namespace
}  // namespace mattock::container
