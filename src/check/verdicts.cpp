#include "check/verdicts.hpp"

#include <algorithm>
#include <cstring>

namespace mattock::check {
namespace {

constexpr std::size_t kMostKeptBytes = std::size_t{64} << 20;  // some ten thousand tasks; beyond it all is forgotten

/// The task's words, tail included; empty when they do not lie in one buffer.
std::span<const std::byte> words_of(const Job& job, const hw::TaskRecord& task) {
  const std::size_t bytes = (std::size_t{task.regcfg_amount} + hw::kTailWords) * hw::kWordBytes;
  for (const Memory& buffer : job.buffers) {
    if (task.regcmd_addr < buffer.address) continue;
    const std::uint64_t offset = task.regcmd_addr - buffer.address;
    if (offset < buffer.bytes.size() && bytes <= buffer.bytes.size() - offset)
      return buffer.bytes.subspan(static_cast<std::size_t>(offset), bytes);
  }
  return {};
}

}  // namespace

bool Verdicts::is_known(const Job& job) const {
  if (job.tasks.empty()) return false;
  const auto found = accepted_.find({job.tasks.front().regcmd_addr, job.tasks.size()});
  if (found == accepted_.end() || !std::ranges::equal(found->second.tasks, job.tasks)) return false;
  auto kept = std::span<const std::byte>(found->second.words);
  for (const hw::TaskRecord& task : job.tasks) {
    const auto words = words_of(job, task);
    if (words.empty() || words.size() > kept.size()) return false;
    if (std::memcmp(words.data(), kept.data(), words.size()) != 0) return false;
    kept = kept.subspan(words.size());
  }
  return true;
}

void Verdicts::keep(const Job& job) {
  Accepted accepted{{job.tasks.begin(), job.tasks.end()}, {}};
  for (const hw::TaskRecord& task : job.tasks) {
    const auto words = words_of(job, task);
    accepted.words.insert(accepted.words.end(), words.begin(), words.end());
  }
  const std::size_t bytes = accepted.words.size() + accepted.tasks.size() * sizeof(hw::TaskRecord);
  if (bytes > kMostKeptBytes) return;
  const Key key{job.tasks.front().regcmd_addr, job.tasks.size()};
  if (kept_bytes_ + bytes > kMostKeptBytes) accepted_.clear(), kept_bytes_ = 0;
  kept_bytes_ += bytes;  // what it replaces stays counted: the sum only grows until all is forgotten
  accepted_[key] = std::move(accepted);
}

Result<void> Verdicts::check(const Job& job) {
  const auto same = [](const Memory& buffer, const Place& known) {
    return known == Place{buffer.address, buffer.bytes.size()};
  };
  if (chip_ != &job.chip || !std::ranges::equal(job.buffers, buffers_, same)) {
    accepted_.clear();
    kept_bytes_ = 0;
    chip_ = &job.chip;
    buffers_.clear();
    for (const Memory& buffer : job.buffers) buffers_.emplace_back(buffer.address, buffer.bytes.size());
  }
  if (is_known(job)) return {};
  ++checks_;
  if (const auto good = check::check(job); !good) return good;
  keep(job);
  return {};
}

}  // namespace mattock::check
