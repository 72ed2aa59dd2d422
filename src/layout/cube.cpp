#include "layout/cube.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/math.hpp"

namespace mattock::layout {
namespace {

/// Calls visit(offset in memory, offset in plain, pixels) for the runs of neighbouring pixels of one channel
/// that make up elements [first, first + count); offsets are bytes.
template <std::size_t kElementBytes, class Visit>
void for_each_run(const Cube& cube, std::size_t first, std::size_t count, const Visit& visit) {
  const std::size_t pixels = cube.height * cube.width;
  std::size_t channel = first / pixels;  // counted through the batch
  std::size_t pixel = first % pixels;
  for (std::size_t done = 0; done < count; ++channel, pixel = 0) {
    const std::size_t n = channel / cube.channels, c = channel % cube.channels;
    const std::size_t surface = n * cube.surfaces + c / cube.lanes;
    const std::size_t run = std::min(count - done, pixels - pixel);
    visit((surface * cube.surface_pixels + pixel) * cube.lanes * kElementBytes + c % cube.lanes * kElementBytes,
          done * kElementBytes, run);
    done += run;
  }
}

template <std::size_t kElementBytes>
void pack(const Cube& cube, std::size_t first, std::span<const std::byte> plain, std::byte* memory) {
  for_each_run<kElementBytes>(cube, first, plain.size() / kElementBytes,
                              [&](std::size_t m, std::size_t p, std::size_t run) {
                                for (std::size_t i = 0; i < run; ++i, m += cube.lanes * kElementBytes)
                                  std::memcpy(memory + m, plain.data() + p + i * kElementBytes, kElementBytes);
                              });
}

template <std::size_t kElementBytes>
void unpack(const Cube& cube, std::size_t first, const std::byte* memory, std::span<std::byte> plain) {
  for_each_run<kElementBytes>(cube, first, plain.size() / kElementBytes,
                              [&](std::size_t m, std::size_t p, std::size_t run) {
                                for (std::size_t i = 0; i < run; ++i, m += cube.lanes * kElementBytes)
                                  std::memcpy(plain.data() + p + i * kElementBytes, memory + m, kElementBytes);
                              });
}

}  // namespace

std::size_t usual_surface_pixels(const hw::Chip& chip, std::size_t height, std::size_t width) {
  const std::size_t pixels = height * width;
  return pixels == 1 ? 1 : align_up(pixels, chip.surface_align_pixels);
}

void clear_lanes(const Cube& cube, std::span<std::byte> memory) {
  if (cube.surfaces * cube.lanes == cube.channels) return;
  // Whole pixels: cheaper than picking lanes, and the real channels are written next.
  const std::size_t surface_bytes = cube.surface_pixels * cube.pixel_bytes();
  const std::size_t used_bytes = cube.height * cube.width * cube.pixel_bytes();
  for (std::size_t s = 0; s < cube.batch * cube.surfaces; ++s)
    std::ranges::fill(memory.subspan(s * surface_bytes, used_bytes), std::byte{0});
}

void pack_part(const Cube& cube, std::size_t first, std::span<const std::byte> plain, std::span<std::byte> memory) {
  assert(first + plain.size() / cube.element_bytes <= cube.elements() && memory.size() >= cube.bytes());
  switch (cube.element_bytes) {
    case 1: return pack<1>(cube, first, plain, memory.data());
    case 2: return pack<2>(cube, first, plain, memory.data());
    case 4: return pack<4>(cube, first, plain, memory.data());
    case 8: return pack<8>(cube, first, plain, memory.data());
  }
  assert(false && "element size of a cube");
}

void unpack_part(const Cube& cube, std::size_t first, std::span<const std::byte> memory, std::span<std::byte> plain) {
  assert(first + plain.size() / cube.element_bytes <= cube.elements() && memory.size() >= cube.bytes());
  switch (cube.element_bytes) {
    case 1: return unpack<1>(cube, first, memory.data(), plain);
    case 2: return unpack<2>(cube, first, memory.data(), plain);
    case 4: return unpack<4>(cube, first, memory.data(), plain);
    case 8: return unpack<8>(cube, first, memory.data(), plain);
  }
  assert(false && "element size of a cube");
}

}  // namespace mattock::layout
