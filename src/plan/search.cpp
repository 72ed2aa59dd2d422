// The search: every way to cut a product that the limits allow, costed by the model; the cheapest is taken, the first
// found among equals. A few hundred candidates, so nothing is pruned but what cannot be legal.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/math.hpp"
#include "plan/cost.hpp"
#include "plan/matmul.hpp"
#include "plan/tasks.hpp"

namespace mattock::plan {
namespace {

// Lengths that the inner dimension is cut to, in channels; parts are then made equal.
constexpr std::array<std::size_t, 10> kPartLengths{10240, 8192, 6144, 4096, 3072, 2048, 1536, 1024, 768, 512};

class Search {
 public:
  Search(const hw::Chip& chip, const Shape& shape, const Types& types, const Options& options)
      : chip_(chip),
        shape_(shape),
        types_(types),
        options_(options),
        slice_(slice_channels(chip, types.operand)),
        group_(group_kernels(chip, types.operand)) {}

  Result<MatmulPlan> run() {
    for (const std::vector<InnerPart>& parts : ways_to_cut_inner())
      for (const bool swapped : {false, true}) {
        // Records are per kernel, and what has a scale per column is B. Matrices that lie somewhere have their roles.
        if (swapped && (types_.output == Output::kInt8 || options_.native.any() || is_whole())) continue;
        MatmulPlan plan;
        plan.shape = shape_;
        plan.types = types_;
        plan.swapped = swapped;
        plan.pixels = swapped ? shape_.n : shape_.m;
        plan.kernels = swapped ? shape_.m : shape_.n;
        plan.native = (options_.native.a || options_.native.c) && plan.pixels > 1;  // one pixel lies one way
        plan.pixels_padded = plan.native ? align_up(plan.pixels, chip_.surface_align_pixels) : plan.pixels;
        plan.parts = parts;
        plan.in_place = options_.in_place;
        plan.stages = options_.stages;
        plan.tasks_per_submit = chip_.max_tasks;
        plan.written = parts.size() == 1 ? types_.output : sums_of(types_.operand);
        place(plan);
        // int8 results of parts are made by the CPU, from sums that do not wrap.
        if (parts.size() == 1 || !options_.allow_assumed || types_.output == Output::kInt8) continue;
        plan.npu_joins = true;
        plan.written = types_.output;
        place(std::move(plan));
      }
    if (!best_) return fail(Code::kUnsupported, refused_.empty() ? "no form covers this product" : refused_);
    return std::move(*best_);
  }

 private:
  std::vector<std::vector<InnerPart>> ways_to_cut_inner() const {
    if (is_whole()) return {{whole_inner()}};
    const std::size_t most = options_.allow_assumed ? chip_.max_inner : chip_.max_seen_inner;
    const std::size_t slices = ceil_div(shape_.k, slice_);
    std::vector<std::vector<InnerPart>> ways;
    std::size_t last = 0;
    for (const std::size_t length : kPartLengths) {
      if (length > most) continue;
      const std::size_t parts = ceil_div(slices, length / slice_);
      if (parts == last) continue;
      last = parts;
      ways.push_back(equal_parts(ceil_div(slices, parts) * slice_));
    }
    return ways;
  }

  /// Parts that are joined have no single end where stages could be, and rows in place are not packed part by part.
  bool is_whole() const { return options_.in_place.any() || options_.stages.any(); }

  /// In one part, with the channels that lie there.
  InnerPart whole_inner() const {
    const std::size_t in_rows = options_.in_place.channels();
    const std::size_t declared = in_rows != 0 ? in_rows : align_up(shape_.k, slice_), size = bytes_of(types_.operand);
    return {0, shape_.k, declared, stored_kernel_bytes(chip_, declared * size) / size - declared};
  }

  std::vector<InnerPart> equal_parts(std::size_t length) const {
    std::vector<InnerPart> parts;
    for (std::size_t first = 0; first < shape_.k; first += length) {
      const std::size_t count = std::min(length, shape_.k - first);
      parts.push_back({first, count, align_up(count, slice_)});
    }
    return parts;
  }

  /// Kernels padded to whole steps of the writer and cut into panels whose rows the writer can step over.
  void lay_out_results(MatmulPlan& plan) const {
    plan.kernels_padded = align_up(plan.kernels, group_);
    const std::size_t element = bytes_of(plan.written_by(0));  // no part writes wider
    // In place there is one panel, and the limits say whether its rows are too wide.
    const bool has_gaps = !plan.one_pixel && !plan.native && !plan.in_place.any();
    const std::size_t widest =
        has_gaps ? (chip_.max_notch_atoms * chip_.atom_bytes) / element / group_ * group_ : plan.kernels_padded;
    plan.panels.clear();
    for (std::size_t first = 0; first < plan.kernels_padded; first += widest)
      plan.panels.push_back({first, std::min(widest, plan.kernels_padded - first)});
  }

  void place(MatmulPlan plan) {
    plan.one_pixel = plan.pixels == 1;
    lay_out_results(plan);
    if (plan.one_pixel) {
      plan.data_banks = 1;
      plan.weight_banks = chip_.cbuf_banks - 1;
      plan.tiling = {1, even_columns(plan, most_kernels()), false, false};
      return consider(std::move(plan));
    }
    for (std::size_t data = 1; data < chip_.cbuf_banks; ++data) {
      plan.data_banks = data;
      plan.weight_banks = chip_.cbuf_banks - data;
      tile(plan);
    }
  }

  /// Both loop orders, with columns as many as fit the banks and as many as stream.
  void tile(const MatmulPlan& bare) {
    const std::size_t row_bytes = bare.row_bytes(0), kernel_bytes = bare.kernel_bytes(0);  // the first is the longest
    const std::size_t entries = ceil_div(row_bytes, chip_.cbuf_entry_bytes);
    const std::size_t rows_held = bare.data_banks * chip_.cbuf_bank_bytes / chip_.cbuf_entry_bytes / entries;
    const std::size_t resident = bare.weight_banks * chip_.cbuf_bank_bytes / (group_ * kernel_bytes) * group_;
    if (rows_held == 0 || resident == 0) {
      if (is_whole()) refuse_smallest(bare);  // there is no other way to cut
      return;
    }
    const std::size_t rows_most = std::min({rows_held, chip_.max_width_px, bare.pixels});
    for (const std::size_t columns_most : {std::min(resident, most_kernels()), most_kernels()})
      for (const bool columns_outside : {false, true}) {
        MatmulPlan plan = bare;
        plan.tiling.rows = ceil_div(plan.pixels, ceil_div(plan.pixels, rows_most));
        plan.tiling.columns = even_columns(plan, columns_most);
        plan.tiling.columns_outside = columns_outside;
        plan.tiling.weights_resident = plan.tiling.columns <= resident;
        consider(std::move(plan));
      }
  }

  /// For the sentence of the limit that the smallest tile breaks.
  void refuse_smallest(MatmulPlan plan) {
    plan.tiling = {1, group_};
    consider(std::move(plan));
  }

  std::size_t most_kernels() const {
    return (options_.allow_assumed ? chip_.max_kernels : chip_.max_seen_kernels) / group_ * group_;
  }

  /// Tiles of equal width in whole groups, none wider than `most`.
  std::size_t even_columns(const MatmulPlan& plan, std::size_t most) const {
    std::size_t widest = 0;
    for (const Range& panel : plan.panels) widest = std::max(widest, panel.count);
    return align_up(ceil_div(widest, ceil_div(widest, most)), group_);
  }

  void consider(MatmulPlan plan) {
    if (const auto legal = check_limits(chip_, plan, options_); !legal) {
      if (refused_.empty()) refused_ = legal.error().message;
      return;
    }
    // Costing the tasks of a hopeless plan one by one takes as long as it is hopeless.
    if (best_ && least_seconds(plan) > seconds(*best_)) return;
    plan.cost = cost_of(chip_, plan, options_);
    if (best_ && !(seconds(plan) < seconds(*best_))) return;
    plan.grade = grade_of(plan);
    best_ = std::move(plan);
  }

  /// What the tasks take at least: each its own time, together that of the multipliers.
  double least_seconds(const MatmulPlan& plan) const {
    std::size_t columns = 0, slices = 0;
    for (const Range& panel : plan.panels) columns += ceil_div(panel.count, plan.tiling.columns);
    for (const InnerPart& part : plan.parts) slices += ceil_div(part.declared, slice_);
    const std::size_t tasks = plan.parts.size() * ceil_div(plan.pixels, plan.tiling.rows) * columns;
    const std::size_t cycles = plan.pixels * slices * (plan.kernels_padded / group_);
    const Rates rates = rates_of(chip_, options_);
    return static_cast<double>(tasks) * rates.task_seconds + static_cast<double>(cycles) / rates.cycles_per_second;
  }

  double seconds(const MatmulPlan& plan) const {
    const double all = options_.fill_hidden ? plan.cost.seconds_fill_hidden : plan.cost.seconds;
    return options_.weight_streaming ? all : all - plan.cost.host_seconds;
  }

  /// The weakest form that the plan needs.
  Grade grade_of(const MatmulPlan& plan) const {
    bool assumed = plan.npu_joins || plan.tiling.columns > chip_.max_seen_kernels;
    for (const InnerPart& part : plan.parts) assumed |= part.declared > chip_.max_seen_inner;
    if (assumed) return Grade::kAssumed;
    const bool narrow = bytes_of(plan.written) < 4;
    const bool streams = !plan.one_pixel && !plan.tiling.weights_resident;
    return narrow || streams ? Grade::kModel : Grade::kStream;
  }

  const hw::Chip& chip_;
  const Shape shape_;
  const Types types_;
  const Options options_;
  const std::size_t slice_, group_;
  std::optional<MatmulPlan> best_;
  std::string refused_;  // why the first candidate was not legal
};

Result<void> check_request(const hw::Chip& chip, const Shape& shape, const Types& types) {
  struct Dimension {
    const char* name;
    std::size_t size;
  };
  for (const auto& [name, size] : {Dimension{"M", shape.m}, Dimension{"K", shape.k}, Dimension{"N", shape.n}})
    if (size == 0 || size > kMaxDimension)
      return fail(Code::kBadInput, fmt::format("{} is {}; it can be 1 to {}", name, size, kMaxDimension));
  const std::uint64_t bytes =
      (std::uint64_t{shape.m} * shape.k + std::uint64_t{shape.k} * shape.n) * bytes_of(types.operand) +
      std::uint64_t{shape.m} * shape.n * bytes_of(types.output);
  if (bytes > chip.dma_limit)
    return fail(Code::kDevice,
                fmt::format("A, B and C take {} bytes; DMA of the {} reaches {}", bytes, chip.name, chip.dma_limit));
  const bool fp16 = types.operand == Operand::kFp16;
  const bool fits = fp16 ? types.output == Output::kFp32 || types.output == Output::kFp16
                         : types.output == Output::kInt32 || types.output == Output::kInt8;
  if (!fits)
    return fail(Code::kUnsupported,
                fmt::format("{} x {} to {}: the {} multiplies fp16 to fp32 or fp16, and int8 to int32 or int8",
                            name_of(types.operand), name_of(types.operand), name_of(types.output), chip.name));
  return {};
}

Result<void> check_in_place(const hw::Chip& chip, const Shape& shape, const Types& types, const Options& options) {
  const InPlace& in_place = options.in_place;
  if (in_place.feature_channels != 0 && in_place.feature_pitch == 0)
    return fail(Code::kBadInput,
                fmt::format("{} features of each row, and no pitch of rows", in_place.feature_channels));
  if (!in_place.any()) return {};
  if (types != Types{Operand::kFp16, Output::kFp16})
    return fail(Code::kUnsupported,
                fmt::format("{} to {} in place: rows that are not packed are known for fp16 to fp16",
                            name_of(types.operand), name_of(types.output)));
  if (options.native.any()) return fail(Code::kBadInput, "matrices in place are row-major, not native");
  struct Pitch {
    const char* name;
    std::size_t elements, least;
  };
  const std::size_t atom = chip.atom_bytes / bytes_of(types.operand);
  for (const auto& [name, elements, least] :
       {Pitch{"features", in_place.feature_pitch, std::max(shape.k, in_place.feature_channels)},
        Pitch{"features to read", in_place.feature_channels, shape.k},
        Pitch{"results", in_place.result_pitch, align_up(shape.n, group_kernels(chip, types.operand))}})
    if (elements != 0 && (elements < least || elements % atom != 0 || elements > kMaxDimension))
      return fail(Code::kBadInput, fmt::format("{} with rows of {} elements: a row takes a multiple of {}, {} to {}",
                                               name, elements, atom, least, kMaxDimension));
  return {};
}

Result<void> check_stages(const Types& types, const Stages& stages) {
  if (!stages.any() || types == Types{Operand::kFp16, Output::kFp16}) return {};
  return fail(Code::kUnsupported, fmt::format("stages behind {} to {}: they are known behind fp16 to fp16",
                                              name_of(types.operand), name_of(types.output)));
}

}  // namespace

Result<MatmulPlan> plan_matmul(const hw::Chip& chip, const Shape& shape, const Types& types, const Options& options) {
  if (const auto good = check_request(chip, shape, types); !good) return propagate(good);
  if (const auto good = check_in_place(chip, shape, types, options); !good) return propagate(good);
  if (const auto good = check_stages(types, options.stages); !good) return propagate(good);
  return Search(chip, shape, types, options).run();
}

}  // namespace mattock::plan
