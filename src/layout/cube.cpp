#include "layout/cube.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/math.hpp"

namespace mattock::layout {
namespace {

/// Calls visit(offset in memory, offset in plain) for every element, bytes both; lanes without a channel are
/// not visited.
template <std::size_t kElementBytes, class Visit>
void for_each_element(const Cube& cube, const Visit& visit) {
  const std::size_t pixels = cube.height * cube.width;
  const std::size_t pixel_bytes = cube.lanes * kElementBytes;
  for (std::size_t n = 0; n < cube.batch; ++n) {
    for (std::size_t c = 0; c < cube.channels; ++c) {
      const std::size_t surface = n * cube.surfaces + c / cube.lanes;
      std::size_t memory = surface * cube.surface_pixels * pixel_bytes + c % cube.lanes * kElementBytes;
      std::size_t plain = (n * cube.channels + c) * pixels * kElementBytes;
      for (std::size_t p = 0; p < pixels; ++p, memory += pixel_bytes, plain += kElementBytes) visit(memory, plain);
    }
  }
}

template <std::size_t kElementBytes>
void pack(const Cube& cube, const std::byte* plain, std::byte* memory) {
  for_each_element<kElementBytes>(
      cube, [&](std::size_t m, std::size_t p) { std::memcpy(memory + m, plain + p, kElementBytes); });
}

template <std::size_t kElementBytes>
void unpack(const Cube& cube, const std::byte* memory, std::byte* plain) {
  for_each_element<kElementBytes>(
      cube, [&](std::size_t m, std::size_t p) { std::memcpy(plain + p, memory + m, kElementBytes); });
}

/// Zeros in the pixels of all surfaces, not in the padding behind them.
void clear_pixels(const Cube& cube, std::span<std::byte> memory) {
  const std::size_t surface_bytes = cube.surface_pixels * cube.pixel_bytes();
  const std::size_t used_bytes = cube.height * cube.width * cube.pixel_bytes();
  for (std::size_t s = 0; s < cube.batch * cube.surfaces; ++s)
    std::ranges::fill(memory.subspan(s * surface_bytes, used_bytes), std::byte{0});
}

}  // namespace

std::size_t usual_surface_pixels(const hw::Chip& chip, std::size_t height, std::size_t width) {
  const std::size_t pixels = height * width;
  return pixels == 1 ? 1 : align_up(pixels, chip.surface_align_pixels);
}

void pack_cube(const Cube& cube, std::span<const std::byte> plain, std::span<std::byte> memory) {
  assert(plain.size() >= cube.elements() * cube.element_bytes && memory.size() >= cube.bytes());
  if (cube.surfaces * cube.lanes != cube.channels) clear_pixels(cube, memory);
  switch (cube.element_bytes) {
    case 1: return pack<1>(cube, plain.data(), memory.data());
    case 2: return pack<2>(cube, plain.data(), memory.data());
    case 4: return pack<4>(cube, plain.data(), memory.data());
    case 8: return pack<8>(cube, plain.data(), memory.data());
  }
  assert(false && "element size of a cube");
}

void unpack_cube(const Cube& cube, std::span<const std::byte> memory, std::span<std::byte> plain) {
  assert(plain.size() >= cube.elements() * cube.element_bytes && memory.size() >= cube.bytes());
  switch (cube.element_bytes) {
    case 1: return unpack<1>(cube, memory.data(), plain.data());
    case 2: return unpack<2>(cube, memory.data(), plain.data());
    case 4: return unpack<4>(cube, memory.data(), plain.data());
    case 8: return unpack<8>(cube, memory.data(), plain.data());
  }
  assert(false && "element size of a cube");
}

}  // namespace mattock::layout
