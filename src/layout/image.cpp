#include "layout/image.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace mattock::layout {
namespace {

/// Calls visit(offset in memory, offset in plain, pixels) for the runs of neighbouring pixels of one line that
/// make up elements [first, first + count); offsets are bytes.
template <class Visit>
void for_each_run(const Image& image, std::size_t first, std::size_t count, const Visit& visit) {
  std::size_t line = first / image.width;  // counted through channels and batch
  std::size_t x = first % image.width;
  for (std::size_t done = 0; done < count; ++line, x = 0) {
    const std::size_t y = line % image.height, c = line / image.height % image.channels;
    const std::size_t n = line / image.height / image.channels;
    const std::size_t run = std::min(count - done, image.width - x);
    visit((n * image.height + y) * image.line_bytes + (x * image.channels + c) * image.element_bytes,
          done * image.element_bytes, run);
    done += run;
  }
}

}  // namespace

void pack_part(const Image& image, std::size_t first, std::span<const std::byte> plain, std::span<std::byte> memory) {
  const std::size_t size = image.element_bytes;
  assert(first + plain.size() / size <= image.elements() && memory.size() >= image.bytes());
  for_each_run(image, first, plain.size() / size, [&](std::size_t m, std::size_t p, std::size_t run) {
    for (std::size_t i = 0; i < run; ++i, m += image.channels * size, p += size)
      std::memcpy(memory.data() + m, plain.data() + p, size);
  });
}

void unpack_part(const Image& image, std::size_t first, std::span<const std::byte> memory, std::span<std::byte> plain) {
  const std::size_t size = image.element_bytes;
  assert(first + plain.size() / size <= image.elements() && memory.size() >= image.bytes());
  for_each_run(image, first, plain.size() / size, [&](std::size_t m, std::size_t p, std::size_t run) {
    for (std::size_t i = 0; i < run; ++i, m += image.channels * size, p += size)
      std::memcpy(plain.data() + p, memory.data() + m, size);
  });
}

void clear_lines(const Image& image, std::span<std::byte> memory, std::byte padding) {
  std::ranges::fill(memory.first(image.bytes()), padding);
}

}  // namespace mattock::layout
