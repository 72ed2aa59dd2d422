// Lists of words that a runtime may rewrite: what is garbage is left out, what is not must be sound.
#include <gtest/gtest.h>

#include "container/model_file.hpp"

namespace mattock::container {
namespace {

using test::expect_damaged;
using test::ModelFile;

const file::StridePatch& first_patch(const ModelFile& file) {
  return *file.graph().stride_patches()->Get(0)->tasks()->Get(0);
}

std::size_t kept(const ModelFile& file) {
  const auto model = parse_model(file.bytes);
  EXPECT_TRUE(model) << to_string(model.error());
  return model ? model->stride_patches.at(0).tasks.at(0).words.size() : 0;
}

TEST(Patches, SoundOnesAreKept) { EXPECT_EQ(kept(ModelFile("vendor/conv1x1_odd.rknn")), 7U); }

TEST(Patches, AWordOutsideIsLeftOut) {
  for (const std::int32_t word : {-1, 0x7fffffff, -1718970996}) {
    ModelFile file("vendor/conv1x1_odd.rknn");
    file.put(reinterpret_cast<const std::byte*>(first_patch(file).p0()) + 4, word);
    EXPECT_EQ(kept(file), 6U);
  }
}

TEST(Patches, AValueThatTheWordDoesNotHoldIsLeftOut) {
  ModelFile file("vendor/conv1x1_odd.rknn");
  file.put(reinterpret_cast<const std::byte*>(first_patch(file).p3()), std::uint32_t{6});
  EXPECT_EQ(kept(file), 6U);
}

TEST(Patches, TheInputMustExist) {
  ModelFile file("vendor/conv1x1_odd.rknn");
  file.set_text(*file.graph().stride_patches()->Get(0)->tensor(), "b");
  expect_damaged(file, "input patch 0: no tensor is called 'b'");
}

}  // namespace
}  // namespace mattock::container
