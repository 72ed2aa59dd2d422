#include "layout/image.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mattock::layout {
namespace {

TEST(Image, PixelsAreInterleavedAndLinesPadded) {
  const Image image{1, 3, 2, 2, 1, 8};
  const std::vector<std::byte> plain{std::byte{10}, std::byte{11}, std::byte{12}, std::byte{13},   // channel 0
                                     std::byte{20}, std::byte{21}, std::byte{22}, std::byte{23},   // channel 1
                                     std::byte{30}, std::byte{31}, std::byte{32}, std::byte{33}};  // channel 2
  std::vector<std::byte> memory(image.bytes());
  pack_image(image, plain, memory, std::byte{99});
  const std::vector<std::byte> lines{std::byte{10}, std::byte{20}, std::byte{30}, std::byte{11},
                                     std::byte{21}, std::byte{31}, std::byte{99}, std::byte{99},
                                     std::byte{12}, std::byte{22}, std::byte{32}, std::byte{13},
                                     std::byte{23}, std::byte{33}, std::byte{99}, std::byte{99}};
  EXPECT_EQ(memory, lines);
}

TEST(Image, UnpackingGivesBackWhatWasPackedForEveryElementSizeAndChannelCount) {
  for (std::size_t size : {1u, 2u})
    for (std::size_t channels : {1u, 3u})
      for (std::size_t width : {1u, 5u, 11u}) {
        const Image image{2, channels, 3, width, size, (width * channels * size + 7) / 8 * 8};
        std::vector<std::byte> plain(image.elements() * size);
        for (std::size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<std::byte>(i * 7 + 1);
        std::vector<std::byte> memory(image.bytes()), back(plain.size());
        pack_image(image, plain, memory);
        unpack_image(image, memory, back);
        EXPECT_EQ(back, plain) << channels << " channels, width " << width << ", " << size << " bytes";
      }
}

}  // namespace
}  // namespace mattock::layout
