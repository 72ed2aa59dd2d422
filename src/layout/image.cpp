#include "layout/image.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace mattock::layout {
namespace {

/// Calls visit(offset in memory, offset in plain), in bytes, for every element.
template <class Visit>
void for_each_element(const Image& image, const Visit& visit) {
  const std::size_t size = image.element_bytes;
  std::size_t plain = 0;
  for (std::size_t n = 0; n < image.batch; ++n)
    for (std::size_t c = 0; c < image.channels; ++c)
      for (std::size_t y = 0; y < image.height; ++y) {
        std::size_t memory = (n * image.height + y) * image.line_bytes + c * size;
        for (std::size_t x = 0; x < image.width; ++x, plain += size, memory += image.channels * size)
          visit(memory, plain);
      }
}

}  // namespace

void pack_image(const Image& image, std::span<const std::byte> plain, std::span<std::byte> memory, std::byte padding) {
  assert(plain.size() >= image.elements() * image.element_bytes && memory.size() >= image.bytes());
  std::ranges::fill(memory.first(image.bytes()), padding);
  for_each_element(image, [&](std::size_t m, std::size_t p) {
    std::memcpy(memory.data() + m, plain.data() + p, image.element_bytes);
  });
}

void unpack_image(const Image& image, std::span<const std::byte> memory, std::span<std::byte> plain) {
  assert(plain.size() >= image.elements() * image.element_bytes && memory.size() >= image.bytes());
  for_each_element(image, [&](std::size_t m, std::size_t p) {
    std::memcpy(plain.data() + p, memory.data() + m, image.element_bytes);
  });
}

}  // namespace mattock::layout
