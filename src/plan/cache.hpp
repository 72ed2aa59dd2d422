// Plans that were searched before: a search takes up to a second for large products, and programs ask for the same few
// shapes again and again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "plan/matmul.hpp"

namespace mattock::plan {

/// Threads: any; two that ask for the same new shape at the same time may both search it.
class PlanCache {
 public:
  explicit PlanCache(std::size_t capacity) : capacity_(capacity) {}

  /// plan_matmul(), or what it gave for the same arguments. The plan used least recently gives way.
  /// Errors: those of plan_matmul(), which are not kept.
  Result<std::shared_ptr<const MatmulPlan>> plan(const hw::Chip& chip, const Shape& shape, const Types& types,
                                                 const Options& options);

  /// How often it had to search.
  std::uint64_t searches() const;

  /// The one that products of this process share.
  static PlanCache& shared();

 private:
  struct Key {
    std::string_view chip;  ///< of a row of the chip table, which lives as long as the program
    Shape shape;
    Types types;
    Options options;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Entry {
    Key key;
    std::shared_ptr<const MatmulPlan> plan;
    std::uint64_t used = 0;
  };

  std::shared_ptr<const MatmulPlan> find(const Key& key);
  void keep(const Key& key, std::shared_ptr<const MatmulPlan> plan);

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  std::uint64_t clock_ = 0, searches_ = 0;
};

}  // namespace mattock::plan
