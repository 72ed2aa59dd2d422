#include "emulator/scratch.hpp"

#include "base/math.hpp"

namespace mattock::emulator {

void* Scratch::take_bytes(std::size_t bytes) {
  const std::size_t lines = ceil_div(bytes, kLine);
  if (blocks_.empty() || lines > blocks_.back().size() - used_) {
    blocks_.emplace_back(lines);
    used_ = 0;
  }
  Line* first = blocks_.back().data() + used_;
  used_ += lines;
  return first;
}

void Scratch::reset() {
  used_ = 0;
  if (blocks_.size() <= 1) return;
  std::size_t lines = 0;
  for (const auto& block : blocks_) lines += block.size();
  blocks_.clear();  // before the one block that takes their place
  blocks_.emplace_back(lines);
}

}  // namespace mattock::emulator
