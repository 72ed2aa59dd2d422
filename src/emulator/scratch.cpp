#include "emulator/scratch.hpp"

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>  // nothing in a build without it
#else
#define ASAN_POISON_MEMORY_REGION(address, size)
#define ASAN_UNPOISON_MEMORY_REGION(address, size)
#endif

#include "base/math.hpp"

namespace mattock::emulator {

void* Scratch::take_bytes(std::size_t bytes) {
  const std::size_t lines = ceil_div(bytes, kLine) + 1;
  if (blocks_.empty() || lines > blocks_.back().size() - used_) add_block(lines);
  Line* first = blocks_.back().data() + used_;
  used_ += lines;
  ASAN_UNPOISON_MEMORY_REGION(first, bytes);
  return first;
}

void Scratch::add_block(std::size_t lines) {
  blocks_.emplace_back(lines);
  ASAN_POISON_MEMORY_REGION(blocks_.back().data(), lines * kLine);
  used_ = 0;
}

void Scratch::reset() {
  std::size_t lines = 0;
  for (const auto& block : blocks_) lines += block.size();
  if (blocks_.size() > 1) {
    blocks_.clear();  // before the one block that takes their place
    add_block(lines);
  } else if (lines > 0) {
    ASAN_POISON_MEMORY_REGION(blocks_.back().data(), lines * kLine);
  }
  used_ = 0;
}

}  // namespace mattock::emulator
