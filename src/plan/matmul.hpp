// A plan: how one product becomes tasks of the NPU, down to tiles, banks and places in memory, but without addresses.
//
//   features [pixels, inner]      kernels [kernels, inner]          result [pixels, kernels]
//   +--------- inner --------+    +--------- inner --------+        +----- kernels -----+
//   | rows of a task         |    | columns of a task      |        |  rows x columns   |
//   | (fit the data banks)   |    | (fit the weight banks, |   ->  |  of the task      |
//   +------------------------+    |  or stream through)    |        +-------------------+
//   slice 0 | slice 1 | ...       slice 0 | slice 1 | ...           one per slice, joined by the CPU or the NPU
//
// Every task is a 1x1 convolution of `rows` pixels with `columns` kernels over one slice of the inner dimension.
// Features and result lie row-major (pixels are the lines of a map of width 1), or native (pixels are one line). A
// product of one pixel has a form of its own, in which all kernels stream past it. place.hpp says where all lies.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "hw/chip.hpp"
#include "plan/stages.hpp"
#include "plan/types.hpp"

namespace mattock::plan {

/// How much is known about a programming form (docs/provenance.md).
enum class Grade { kStream, kModel, kAssumed };
std::string_view name_of(Grade grade);

/// Matrices that the caller has, or wants, in the NPU's own layout (matmul.hpp of the room matmul says how they lie).
/// A native A or B fixes the roles; a native A or C makes both features and results lie in surfaces.
struct Native {
  bool a = false, b = false, c = false;
  bool any() const { return a || b || c; }
  friend bool operator==(const Native&, const Native&) = default;
};

/// Features and results that lie in rows where they are, instead of packed for the plan alone. Elements from row to
/// row; 0: as the plan likes. One part, unswapped, one panel, row-major, fp16 to fp16.
struct InPlace {
  std::size_t feature_pitch = 0;     ///< in whole atoms
  std::size_t result_pitch = 0;      ///< at least the padded kernels, in whole atoms
  std::size_t feature_channels = 0;  ///< declared, in whole atoms, of a product with a part of each row; 0: the pitch
  bool any() const { return feature_pitch != 0 || result_pitch != 0; }
  std::size_t channels() const { return feature_channels != 0 ? feature_channels : feature_pitch; }
  friend bool operator==(const InPlace&, const InPlace&) = default;
};

struct Options {
  bool allow_assumed = false;  ///< forms that no vendor stream or model shows
  /// Kernels may exceed their banks. Otherwise plans are compared by the NPU's time alone, so that parts of the inner
  /// dimension, joined on the CPU, take the place of many small tasks.
  bool weight_streaming = true;
  bool fill_hidden = false;       ///< what is minimised: loading features hidden behind the work before, or exposed
  bool count_reordering = false;  ///< add the CPU's time for reordering A as kernels in every run
  double bytes_per_second = 0;    ///< 0: the chip row's
  double task_seconds = -1;       ///< negative: the chip row's
  double submit_seconds = -1;     ///< likewise
  double cycles_per_second = 0;   ///< 0: the chip row's
  Native native = {};
  InPlace in_place = {};
  Stages stages = {};  ///< behind the product: fp16 to fp16, in one part, unswapped
  friend bool operator==(const Options&, const Options&) = default;
};

/// Bytes of a kernel's record for int8 results: int32 bias, int16 weight offset, uint16 multiplier.
inline constexpr std::size_t kRecordBytes = 8;

struct Range {
  std::size_t first = 0, count = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

/// A part of the inner dimension. `declared`: count rounded up to whole slices of the multipliers, and the rest is 0;
/// or the pitch of features in place, and the rest is not read as data.
struct InnerPart {
  std::size_t first = 0, count = 0, declared = 0;
  std::size_t kernel_padding = 0;  ///< channels behind the declared ones of a kernel in memory
};

/// One task. `columns` are whole kernel groups; rows and columns lie inside the padded result.
struct Task {
  std::size_t part = 0;  ///< index in MatmulPlan.parts
  Range rows, columns;
  bool data_stay = false;        ///< the features of the task before are still in their banks
  bool weights_stay = false;     ///< the kernels of the task before are still in their banks
  bool first_of_submit = false;  ///< begins a chain; nothing stays from the chain before
};

/// Sizes of the tiles and the order of the loops; the tasks follow from them (tasks.hpp).
struct Tiling {
  std::size_t rows = 1, columns = 1;  ///< of a task, the last ones shorter
  bool columns_outside = false;       ///< loop over columns outside that over rows
  bool weights_resident = false;      ///< the kernels of a task fit their banks, so a next task may use them again
};

/// What a plan costs, by the cost model (cost.hpp). Bytes are those through the memory port.
struct Cost {
  double seconds = 0;              ///< features loaded before the work begins
  double seconds_fill_hidden = 0;  ///< features loaded behind the work of the task before
  double host_seconds = 0;         ///< packing slices and joining their sums; part of both
  std::uint64_t cycles = 0;        ///< of the multipliers
  std::uint64_t feature_bytes = 0, weight_bytes = 0, result_bytes = 0, command_bytes = 0;
  std::uint64_t record_bytes = 0;   ///< of kernels: records of int8 results, streams of stages
  std::uint64_t sum_bytes = 0;      ///< of parts before
  std::uint64_t operand_bytes = 0;  ///< of EW
  std::size_t tasks = 0, submits = 0;

  std::uint64_t bytes() const {
    return feature_bytes + weight_bytes + record_bytes + sum_bytes + operand_bytes + result_bytes + command_bytes;
  }
};

struct MatmulPlan {
  Shape shape;
  Types types;
  bool swapped = false;  ///< features are the columns of B and kernels the rows of A; the result is C transposed
  bool native = false;   ///< features and results lie in surfaces, not row-major
  std::size_t pixels = 0, kernels = 0;  ///< m and n, or n and m when swapped
  std::size_t pixels_padded = 0;        ///< of a surface; equal to `pixels` if not native
  std::size_t kernels_padded = 0;       ///< to whole groups: columns of the result in memory
  Output written = Output::kFp32;       ///< what the NPU writes last; wider than types.output when the CPU joins parts
  bool one_pixel = false;               ///< the form for a single pixel
  std::vector<InnerPart> parts;
  InPlace in_place;  ///< features and results lie in rows of somebody else's pitch
  Stages stages;
  /// The NPU joins the parts: each adds the sums of the part before, which EW reads, and takes its slice of every row
  /// of features where it lies. Otherwise every part is packed by itself and the CPU joins.
  bool npu_joins = false;
  std::size_t data_banks = 0, weight_banks = 0;
  std::vector<Range> panels;  ///< of kernels; each is row-major memory of its own, as wide rows exceed a register
  Tiling tiling;
  std::size_t tasks_per_submit = 1;  ///< at most
  Grade grade = Grade::kStream;
  Cost cost;

  /// int8 results are scaled in the DPU, from a record of 8 bytes for each kernel.
  bool requantises() const { return written == Output::kInt8; }
  /// Tasks of this part add the sums of the part before.
  bool adds_sums(std::size_t part) const { return npu_joins && part > 0; }
  /// What this part writes: whole sums for a part to come, or for the CPU.
  Output written_by(std::size_t part) const {
    return npu_joins && part + 1 < parts.size() ? sums_of(types.operand) : written;
  }
  /// Tasks of this part need DPU_RDMA.
  bool reads(std::size_t part) const { return requantises() || adds_sums(part) || stages.reads(); }
  /// Words of a task without its tail: all registers of the blocks it uses, so that every task is whole.
  std::size_t task_words(std::size_t part) const { return reads(part) ? 132 : 112; }
  /// Bytes of a row of features of this part.
  std::size_t row_bytes(std::size_t part) const { return parts[part].declared * bytes_of(types.operand); }
  /// Bytes of a kernel of this part.
  std::size_t kernel_bytes(std::size_t part) const {
    return row_bytes(part) + parts[part].kernel_padding * bytes_of(types.operand);
  }
  /// Elements from row to row of the results of a panel; row-major ones.
  std::size_t result_pitch(const Range& panel) const {
    return in_place.result_pitch != 0 ? in_place.result_pitch : panel.count;
  }
  /// Bytes of all features, all kernels, all results.
  std::size_t features_bytes() const;
  std::size_t weights_bytes() const { return weights_offset(parts.size()); }
  std::size_t results_bytes() const;
  /// Of these the bytes the CPU reads: what the NPU joined lies first.
  std::size_t wanted_results_bytes() const;
  /// Where the kernels of a part begin; in each part, group after group.
  std::size_t weights_offset(std::size_t part) const;
  /// The panel that these columns lie in.
  const Range& panel_of(const Range& columns) const;
};

/// The plan of least modelled time that the options allow. Deterministic. Errors: kBadInput for a dimension of 0 or
/// beyond kMaxDimension or a pitch that its rows do not fit, kUnsupported for a pair of types or a shape that no form
/// covers, with the reason.
Result<MatmulPlan> plan_matmul(const hw::Chip& chip, const Shape& shape, const Types& types,
                               const Options& options = {});

inline constexpr std::size_t kMaxDimension = std::size_t{1} << 20;

/// Every limit of the chip that a plan must respect; `search` asks before it costs a plan, tests ask afterwards.
/// Errors: kUnsupported, with the sentence of the first rule that is broken.
Result<void> check_limits(const hw::Chip& chip, const MatmulPlan& plan, const Options& options);

/// The plan in words, a fact a line.
/// `calibration`: where the numbers of the cost model come from.
std::string to_text(const hw::Chip& chip, const MatmulPlan& plan, std::string_view calibration = "uncalibrated",
                    const Options& options = {});

}  // namespace mattock::plan
