#include "check/space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace mattock::check {
namespace {

std::int64_t begin_of(const Memory& buffer) { return static_cast<std::int64_t>(buffer.address); }
std::int64_t end_of(const Memory& buffer) { return begin_of(buffer) + static_cast<std::int64_t>(buffer.bytes.size()); }

}  // namespace

Space::Space(const Job& job) {
  for (const Memory& buffer : job.buffers) buffers_.push_back(&buffer);
  std::ranges::sort(buffers_, {}, [](const Memory* buffer) { return buffer->address; });

  std::vector<Range> ranges;
  for (const hw::TaskRecord& task : job.tasks) {
    if (task.regcmd_addr >= job.chip.dma_limit) continue;  // refused when its turn comes
    const auto begin = static_cast<std::int64_t>(task.regcmd_addr);
    ranges.push_back({begin, begin + (std::int64_t{task.regcfg_amount} + std::int64_t{hw::kTailWords}) *
                                         std::int64_t{hw::kWordBytes}});
  }
  std::ranges::sort(ranges, {}, &Range::begin);
  for (const Range& range : ranges) {
    if (!words_.empty() && range.begin <= words_.back().end)
      words_.back().end = std::max(words_.back().end, range.end);
    else
      words_.push_back(range);
  }
}

std::string Space::flaw(std::uint64_t limit) const {
  std::uint64_t end = 0;  // of the buffer before
  for (const Memory* buffer : buffers_) {
    if (buffer->address >= limit || buffer->bytes.size() > limit - buffer->address)
      return fmt::format("buffer '{}' at {:#x} with {} bytes reaches beyond {:#x}", buffer->name, buffer->address,
                         buffer->bytes.size(), limit);
    if (buffer->address < end)
      return fmt::format("buffer '{}' at {:#x} overlaps the one before it, which ends at {:#x}", buffer->name,
                         buffer->address, end);
    end = buffer->address + buffer->bytes.size();
  }
  return {};
}

const Memory* Space::buffer_at(std::int64_t address) const {
  const auto next =
      std::ranges::upper_bound(buffers_, address, {}, [](const Memory* buffer) { return begin_of(*buffer); });
  if (next == buffers_.begin()) return nullptr;
  const Memory* buffer = *std::prev(next);
  return address < end_of(*buffer) ? buffer : nullptr;
}

bool Space::points_into_a_buffer(std::uint64_t address) const {
  return buffer_at(static_cast<std::int64_t>(address)) != nullptr;
}

const Memory* Space::buffer_of(Range range) const {
  const Memory* buffer = buffer_at(range.begin);
  return buffer != nullptr && range.end <= end_of(*buffer) ? buffer : nullptr;
}

std::string Space::outside(Range range) const {
  if (buffer_of(range) != nullptr) return {};
  if (range.begin < 0) return fmt::format("bytes from -{:#x} on are below every address", -range.begin);
  const Memory* buffer = buffer_at(range.begin);
  if (buffer == nullptr) return fmt::format("bytes {:#x} to {:#x} begin in no buffer", range.begin, range.end);
  return fmt::format("bytes {:#x} to {:#x} reach beyond buffer '{}', which ends at {:#x}", range.begin, range.end,
                     buffer->name, end_of(*buffer));
}

bool Space::touches_words(Range range) const {
  const auto next = std::ranges::lower_bound(words_, range.end, {}, &Range::begin);
  return next != words_.begin() && std::prev(next)->end > range.begin;
}

}  // namespace mattock::check
