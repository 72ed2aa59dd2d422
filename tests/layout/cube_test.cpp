#include "layout/cube.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace mattock::layout {
namespace {

constexpr std::byte kUntouched{0xa5};

/// Bytes that differ from their neighbours, from 0 and from kUntouched, whatever the element size.
std::vector<std::byte> numbered(std::size_t count) {
  std::vector<std::byte> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>(1 + i % 151);
  return bytes;
}

std::string name_of(const Cube& c) {
  return fmt::format("N{} C{} H{} W{} lanes {} bytes {} surfaces {} apart {}", c.batch, c.channels, c.height, c.width,
                     c.lanes, c.element_bytes, c.surfaces, c.surface_pixels);
}

/// Every byte of memory, from the formula in the notes: what a pixel holds, or untouched padding.
std::vector<std::byte> expected_memory(const Cube& c, const std::vector<std::byte>& plain) {
  std::vector<std::byte> memory(c.bytes() + 3, kUntouched);
  for (std::size_t n = 0; n < c.batch; ++n)
    for (std::size_t channel = 0; channel < c.surfaces * c.lanes; ++channel)
      for (std::size_t y = 0; y < c.height; ++y)
        for (std::size_t x = 0; x < c.width; ++x)
          for (std::size_t b = 0; b < c.element_bytes; ++b) {
            const std::size_t surface = n * c.surfaces + channel / c.lanes;
            const std::size_t pixel = surface * c.surface_pixels + y * c.width + x;
            const std::size_t at = (pixel * c.lanes + channel % c.lanes) * c.element_bytes + b;
            const std::size_t from = (((n * c.channels + channel) * c.height + y) * c.width + x) * c.element_bytes + b;
            memory[at] = channel < c.channels ? plain[from] : std::byte{0};
          }
  return memory;
}

void pack_cube(const Cube& cube, const std::vector<std::byte>& plain, std::vector<std::byte>& memory) {
  clear_lanes(cube, memory);
  pack_part(cube, 0, plain, memory);
}

void check(const Cube& cube) {
  SCOPED_TRACE(name_of(cube));
  const auto plain = numbered(cube.elements() * cube.element_bytes);
  std::vector<std::byte> memory(cube.bytes() + 3, kUntouched);
  pack_cube(cube, plain, memory);
  EXPECT_EQ(memory, expected_memory(cube, plain));
  std::vector<std::byte> back(plain.size(), kUntouched);
  unpack_part(cube, 0, memory, back);
  EXPECT_EQ(back, plain);

  // In parts of any size the same bytes come out, whatever they are split at.
  for (const std::size_t part : {1u, 5u, 64u}) {
    std::vector<std::byte> in_parts(cube.bytes() + 3, kUntouched), part_back(plain.size(), kUntouched);
    clear_lanes(cube, in_parts);
    for (std::size_t first = 0; first < cube.elements(); first += part) {
      const std::size_t from = first * cube.element_bytes;
      const std::size_t bytes = std::min(part * cube.element_bytes, plain.size() - from);
      pack_part(cube, first, std::span(plain).subspan(from, bytes), in_parts);
      unpack_part(cube, first, memory, std::span(part_back).subspan(from, bytes));
    }
    EXPECT_EQ(in_parts, memory);
    EXPECT_EQ(part_back, plain);
  }
}

TEST(Cube, EveryByteOfSweptShapesStandsWhereTheFormulaSays) {
  const hw::Chip& chip = *hw::find_chip("rk3566");
  struct Kind {
    std::size_t lanes, element_bytes;
  };
  for (const Kind kind : {Kind{4, 2}, Kind{8, 1}, Kind{4, 4}})
    for (std::size_t batch : {1u, 3u})
      for (std::size_t channels : {1u, 3u, 4u, 5u, 7u, 8u, 9u, 16u, 17u})
        for (std::size_t height : {1u, 2u, 5u})
          for (std::size_t width : {1u, 3u, 4u, 7u}) {
            Cube cube{batch, channels, height, width, kind.element_bytes, kind.lanes, 0, 0};
            cube.surfaces = (channels + kind.lanes - 1) / kind.lanes;
            cube.surface_pixels = usual_surface_pixels(chip, height, width);
            check(cube);
            cube.surface_pixels = height * width;  // dense, as model inputs are
            check(cube);
            cube.surfaces += 2;  // more surfaces than channels need, as depthwise results have
            check(cube);
          }
}

TEST(Cube, SurfacesAreRoundedUpToFourPixelsButThoseOfAOneByOneMapAreNot) {
  const hw::Chip& chip = *hw::find_chip("rk3566");
  EXPECT_EQ(usual_surface_pixels(chip, 1, 1), 1u);
  EXPECT_EQ(usual_surface_pixels(chip, 1, 2), 4u);
  EXPECT_EQ(usual_surface_pixels(chip, 2, 2), 4u);
  EXPECT_EQ(usual_surface_pixels(chip, 1, 9), 12u);
  EXPECT_EQ(usual_surface_pixels(chip, 7, 5), 36u);
}

TEST(Cube, TheSeedsNineByNineOperandLiesInThreeSurfacesNinetySixBytesApart) {
  const Cube cube{1, 9, 1, 9, 2, 4, 3, 12};
  EXPECT_EQ(cube.bytes(), 0x120u);  // Tensor.size of "onnx::MatMul_1_rs" in the seed's file
  std::vector<std::byte> plain(81 * 2), memory(cube.bytes());
  plain[(5 * 9 + 7) * 2] = std::byte{0x42};  // row (channel) 5, column (pixel) 7
  pack_cube(cube, plain, memory);
  EXPECT_EQ(memory[96 + 7 * 8 + 2], std::byte{0x42});
}

}  // namespace
}  // namespace mattock::layout
