#include "session/image_input.hpp"

#include <gtest/gtest.h>

#include "hw/command.hpp"
#include "session/arrays.hpp"

namespace mattock::session {
namespace {

/// A model with one image input, read by one task whose words the file lists for rewriting.
container::Model image_model(DType dtype) {
  container::Model model;
  model.tensors.push_back(test::tensor_of("pixels", dtype, {1, 3, 9, 11}));
  const auto add_word = [&](std::uint16_t offset, std::uint32_t value) {
    model.program.words.push_back(hw::Command{hw::target_of(hw::Block::kCna), value, offset}.encode());
    return container::PatchWord{.value = value, .word = model.program.words.size() - 1};
  };
  add_word(0x1020, 0xb0009);
  model.converter_patches.push_back({0, {{}}});
  for (const auto& [offset, value] : {std::pair<int, unsigned>{0x104c, 0x92491},
                                      {0x1050, 0x40e4fffe},
                                      {0x1054, 0x40e4fffe},
                                      {0x1058, 0x40e4fffe},
                                      {0x105c, 0x10000}})
    model.converter_patches[0].tasks[0].words.push_back(add_word(static_cast<std::uint16_t>(offset), value));
  add_word(0x1070, 0);
  model.program.relocations.push_back({"pixels", 0, model.program.words.size() - 1});
  container::TaskPatch strides;
  strides.words = {add_word(0x107c, 5), add_word(0x1080, 99)};
  model.stride_patches.push_back({0, {strides}});
  return model;
}

std::vector<std::uint32_t> values(const std::vector<WordChange>& changes) {
  std::vector<std::uint32_t> result;
  for (const WordChange& change : changes) result.push_back(change.value);
  return result;
}

TEST(ImageInput, QuantisedDataPassesTheConverterUnchanged) {
  EXPECT_EQ(values(converter_words(image_model(DType::kInt8), 0, false)),
            (std::vector<std::uint32_t>{8, 0x10000, 0x10000, 0x10000, 0x10000}));
}

TEST(ImageInput, FloatModelsSwitchTheConverterOffAndKeepTheRest) {
  const auto changes = converter_words(image_model(DType::kFloat16), 0, false);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].word, 1u);
  EXPECT_EQ(changes[0].value, 0u);
}

TEST(ImageInput, RawPixelsBringTheFilesOwnWordsBack) {
  EXPECT_EQ(values(converter_words(image_model(DType::kInt8), 0, true)),
            (std::vector<std::uint32_t>{0x92491, 0x40e4fffe, 0x40e4fffe, 0x40e4fffe, 0x10000}));
}

TEST(ImageInput, TheLineStrideFollowsTheLinesInMemory) {
  const auto changes = line_words(image_model(DType::kInt8), 0, layout::Image{1, 3, 9, 11, 1, 48}, 8);
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->size(), 1u);
  EXPECT_EQ((*changes)[0].word, 7u);
  EXPECT_EQ((*changes)[0].value, 6u);
}

TEST(ImageInput, AnImageWhoseWordsTheFileDoesNotNameIsRefused) {
  container::Model model = image_model(DType::kInt8);
  model.converter_patches.clear();
  const auto changes = line_words(model, 0, layout::Image{1, 3, 9, 11, 1, 40}, 8);
  ASSERT_FALSE(changes);
  EXPECT_EQ(changes.error().code, Code::kUnsupported);
}

TEST(ImageInput, OtherInputsChangeNothing) {
  container::Model model = image_model(DType::kInt8);
  model.tensors.push_back(test::tensor_of("other", DType::kInt8, {1, 3, 9, 11}));
  EXPECT_TRUE(converter_words(model, 1, false).empty());
}

}  // namespace
}  // namespace mattock::session
