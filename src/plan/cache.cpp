#include "plan/cache.hpp"

#include <algorithm>
#include <utility>

namespace mattock::plan {

Result<std::shared_ptr<const MatmulPlan>> PlanCache::plan(const hw::Chip& chip, const Shape& shape, const Types& types,
                                                          const Options& options) {
  const Key key{chip.name, shape, types, options};
  if (auto kept = find(key)) return kept;
  auto searched = plan_matmul(chip, shape, types, options);
  if (!searched) return propagate(searched);
  auto plan = std::make_shared<const MatmulPlan>(std::move(*searched));
  keep(key, plan);
  return plan;
}

std::shared_ptr<const MatmulPlan> PlanCache::find(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(entries_, key, &Entry::key);
  if (found == entries_.end()) {
    ++searches_;
    return nullptr;
  }
  found->used = ++clock_;
  return found->plan;
}

void PlanCache::keep(const Key& key, std::shared_ptr<const MatmulPlan> plan) {
  const std::lock_guard lock(mutex_);
  if (std::ranges::find(entries_, key, &Entry::key) != entries_.end()) return;
  if (entries_.size() >= capacity_) entries_.erase(std::ranges::min_element(entries_, {}, &Entry::used));
  entries_.push_back({key, std::move(plan), ++clock_});
}

std::uint64_t PlanCache::searches() const {
  const std::lock_guard lock(mutex_);
  return searches_;
}

PlanCache& PlanCache::shared() {
  constexpr std::size_t kPlans = 64;
  static PlanCache cache(kPlans);
  return cache;
}

}  // namespace mattock::plan
