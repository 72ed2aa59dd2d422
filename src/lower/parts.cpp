// Products beyond what one task takes: long sums in parts, each of which adds the one before, and wide results in
// panels of columns.
#include <algorithm>

#include "base/math.hpp"
#include "lower/lowering.hpp"

namespace mattock::lower {
namespace {

constexpr std::size_t kElementBytes = 2;

/// `all` in as few equal parts of at most `most` as there can be, each but the last a multiple of `unit`.
std::vector<plan::Range> parts_of(std::size_t all, std::size_t most, std::size_t unit) {
  const std::size_t count = ceil_div(all, most), length = align_up(ceil_div(all, count), unit);
  std::vector<plan::Range> parts;
  for (std::size_t first = 0; first < all; first += length) parts.push_back({first, std::min(length, all - first)});
  return parts;
}

/// Input channels of a task, in whole slices; one pixel is read as a line of atoms.
std::size_t most_channels(const hw::Chip& chip, bool one_pixel, bool allow_assumed) {
  const std::size_t known = allow_assumed ? chip.max_inner : chip.max_seen_inner;
  const std::size_t line = chip.max_width_px * chip.atom_bytes / kElementBytes;
  const std::size_t slice = chip.slice_bytes / kElementBytes;
  return (one_pixel ? std::min(known, line) : known) / slice * slice;
}

/// Columns of a result of several rows, in whole groups: a row is an atom and the gap behind it.
std::size_t most_columns(const hw::Chip& chip) {
  const std::size_t group = chip.kernels_per_group_16bit;
  return (chip.max_notch_atoms + 1) * chip.atom_bytes / kElementBytes / group * group;
}

}  // namespace

/// All but the last part of a product whose rows are too long. What is left of the chain adds their sum, which was
/// rounded to fp16 after each part.
Result<void> Lowering::sum_of_parts(Chain& chain) {
  const std::size_t inner = chain.channels.count, unit = chip_.slice_bytes / kElementBytes;
  const bool one_pixel = values_[chain.value].rows() == batch_of(chain);
  const std::size_t most = most_channels(chip_, one_pixel, options_.allow_assumed);
  // Rows end on a whole group where a product wrote them.
  if (align_up(inner, chip_.kernels_per_group_16bit) <= most) return {};
  std::vector<plan::Range> parts = parts_of(inner, most, unit);
  const plan::Range last = parts.back();
  parts.pop_back();
  std::optional<ValueId> before;
  const auto add_before = [&](Chain& part) {
    return !before || take(part, CombineStep{plan::Combination::kAdd, *before});
  };
  for (const plan::Range& range : parts) {
    Chain part = chain;
    part.channels = range;
    part.value = values_.make(values_[chain.value].name + "_sum", values_[chain.value].shape);
    const ValueId sum = part.value;
    if (!add_before(part)) return fail(Code::kInternal, "a part of a sum does not take the part before it");
    if (const auto flushed = flush(part); !flushed) return flushed;
    before = sum;
  }
  chain.channels = last;
  if (!add_before(chain)) return fail(Code::kInternal, "the last part of a sum does not take the part before it");
  return {};
}

bool Lowering::is_too_wide(const Chain& chain) {
  return values_[chain.value].rows() > 1 &&
         align_up(chain.columns.count, chip_.kernels_per_group_16bit) > most_columns(chip_);
}

/// A result whose rows the writer cannot step over: panels of its columns, which the host joins. They are all there is
/// to the chain's value, or what is left of the chain is a pass over them.
Result<void> Lowering::join_panels(Chain& chain, bool is_all) {
  std::vector<std::size_t> tensors;
  for (const plan::Range& range : parts_of(chain.columns.count, most_columns(chip_), chip_.kernels_per_group_16bit)) {
    Chain panel = chain;
    panel.columns = range;
    panel.value = values_.make(values_[chain.value].name + "_panel", values_[chain.value].shape);
    values_[panel.value].shape.back() = narrow<std::int64_t>(range.count);
    const ValueId result = panel.value;
    if (const auto begun = sum_of_parts(panel); !begun) return begun;
    if (const auto flushed = flush(panel); !flushed) return flushed;
    tensors.push_back(values_.plain(result));
  }
  const ValueId into =
      is_all ? chain.value : values_.make(values_[chain.value].name + "_joined", values_[chain.value].shape);
  const Storage to = values_.place(into, values_[into].columns());
  Node& node = values_.add_node("Concat", values_[into].name, tensors, {to.tensor});
  node.axis = narrow<std::int64_t>(values_[into].shape.size() - 1);
  chain.is_product = false;
  chain.main = into;
  return {};
}

}  // namespace mattock::lower
