#include "layout/image.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <vector>

namespace mattock::layout {
namespace {

TEST(Image, PixelsAreInterleavedAndLinesPadded) {
  const Image image{1, 3, 2, 2, 1, 8};
  const std::vector<std::byte> plain{std::byte{10}, std::byte{11}, std::byte{12}, std::byte{13},   // channel 0
                                     std::byte{20}, std::byte{21}, std::byte{22}, std::byte{23},   // channel 1
                                     std::byte{30}, std::byte{31}, std::byte{32}, std::byte{33}};  // channel 2
  std::vector<std::byte> memory(image.bytes());
  clear_lines(image, memory, std::byte{99});
  pack_part(image, 0, plain, memory);
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
        // Whole, and in parts that begin and end inside lines.
        for (const std::size_t part : {image.elements(), std::size_t{1}, std::size_t{7}}) {
          std::vector<std::byte> memory(image.bytes()), back(plain.size());
          for (std::size_t first = 0; first < image.elements(); first += part) {
            const std::size_t bytes = std::min(part, image.elements() - first) * size;
            pack_part(image, first, std::span(plain).subspan(first * size, bytes), memory);
          }
          for (std::size_t first = 0; first < image.elements(); first += part) {
            const std::size_t bytes = std::min(part, image.elements() - first) * size;
            unpack_part(image, first, memory, std::span(back).subspan(first * size, bytes));
          }
          EXPECT_EQ(back, plain) << channels << " channels, width " << width << ", " << size << " bytes";
        }
      }
}

}  // namespace
}  // namespace mattock::layout
