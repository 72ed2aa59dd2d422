#include "layout/block.hpp"

#include <algorithm>
#include <span>

#include "base/convert.hpp"
#include "base/parallel.hpp"
#include "base/view.hpp"
#include "layout/kernels.hpp"

namespace mattock::layout {
namespace {

// Starting a thread costs tens of microseconds, in which one core of a PC moves this much; below some times as much a
// second thread gains nothing.
constexpr std::size_t kBytesWorthAThread = std::size_t{1} << 20;
constexpr std::size_t kBytesWorthThreads = 8 * kBytesWorthAThread;

// Columns of a matrix that lies column by column are loaded in bands of so many, so that the rows they are
// scattered to stay in the cache until they are filled.
constexpr std::size_t kBandColumns = 64;

/// Elements of any steps and types, at most kRunElements at once in between.
void move_run(DType from_type, const std::byte* from, std::int64_t from_step, DType to_type, std::byte* to,
              std::int64_t to_step, std::size_t n, bool vectors) {
  const auto from_bytes = static_cast<std::int64_t>(element_bytes(from_type));
  const auto to_bytes = static_cast<std::int64_t>(element_bytes(to_type));
  if (from_type == to_type) return copy_elements(element_bytes(from_type), from, from_step, to, to_step, n);
  if (from_step == from_bytes && to_step == to_bytes) return convert_run(from_type, from, n, to_type, to, vectors);

  alignas(64) std::byte gathered[kRunElements * kLargestElement], converted[kRunElements * kLargestElement];
  while (n > 0) {
    const std::size_t run = std::min(n, kRunElements);
    const std::byte* dense = from;
    if (from_step != from_bytes) {
      copy_elements(element_bytes(from_type), from, from_step, gathered, from_bytes, run);
      dense = gathered;
    }
    if (to_step == to_bytes) {
      convert_run(from_type, dense, run, to_type, to, vectors);
    } else {
      convert_run(from_type, dense, run, to_type, converted, vectors);
      copy_elements(element_bytes(to_type), converted, to_bytes, to, to_step, run);
    }
    n -= run;
    if (n == 0) return;  // the steps below might leave the array
    from += static_cast<std::int64_t>(run) * from_step;
    to += static_cast<std::int64_t>(run) * to_step;
  }
}

/// Row by row, or in bands of columns where `down` says that columns are the runs.
void move_block(const ReadPlane& from, const WritePlane& to, const Extent& extent, bool down, bool vectors) {
  if (!down) {
    for (std::size_t r = 0; r < extent.rows; ++r)
      move_run(from.dtype, from.at(r, 0).data, from.column_step, to.dtype, to.at(r, 0).data, to.column_step,
               extent.columns, vectors);
    return;
  }
  for (std::size_t band = 0; band < extent.columns; band += kBandColumns)
    for (std::size_t r = 0; r < extent.rows; r += kBandColumns)
      for (std::size_t c = band; c < std::min(band + kBandColumns, extent.columns); ++c)
        move_run(from.dtype, from.at(r, c).data, from.row_step, to.dtype, to.at(r, c).data, to.row_step,
                 std::min(kBandColumns, extent.rows - r), vectors);
}

using Kernel = std::size_t (*)(const std::byte* from, std::size_t n, std::byte* to);

/// Nothing where there is none.
Kernel kernel_for(DType from, DType to) {
  const auto is = [&](DType f, DType t) { return from == f && to == t; };
  if (is(DType::kFloat32, DType::kFloat16)) return kernels::half_from_float;
  if (is(DType::kFloat16, DType::kFloat32)) return kernels::float_from_half;
  if (is(DType::kFloat64, DType::kFloat16)) return kernels::half_from_double;
  if (is(DType::kFloat64, DType::kFloat32)) return kernels::float_from_double;
  if (is(DType::kFloat32, DType::kFloat64)) return kernels::double_from_float;
  if (is(DType::kInt32, DType::kFloat64)) return kernels::double_from_int32;
  return nullptr;
}

}  // namespace

void convert_run(DType from_type, const std::byte* from, std::size_t n, DType to_type, std::byte* to, bool vectors) {
  std::size_t done = 0;
  if (vectors)
    if (const Kernel kernel = kernel_for(from_type, to_type)) done = kernel(from, n, to);
  const std::size_t from_bytes = element_bytes(from_type), to_bytes = element_bytes(to_type);
  convert_elements(from_type, std::span(from, n * from_bytes).subspan(done * from_bytes), to_type,
                   std::span(to, n * to_bytes).subspan(done * to_bytes));
}

void load_block(const ReadPlane& from, const Extent& extent, DType to_type, std::byte* to, std::size_t to_pitch,
                bool vectors) {
  if (extent.columns == 0) return;
  const WritePlane rows{to_type, to, static_cast<std::int64_t>(to_pitch),
                        static_cast<std::int64_t>(element_bytes(to_type))};
  move_block(from, rows, extent, from.runs_down(), vectors);
}

void store_block(DType from_type, const std::byte* from, std::size_t from_pitch, const Extent& extent,
                 const WritePlane& to, bool vectors) {
  if (extent.columns == 0) return;
  const ReadPlane rows{from_type, from, static_cast<std::int64_t>(from_pitch),
                       static_cast<std::int64_t>(element_bytes(from_type))};
  move_block(rows, to, extent, to.runs_down(), vectors);
}

std::size_t threads_for(const How& how, std::size_t bytes) {
  if (how.threads != 0) return how.threads;
  return bytes < kBytesWorthThreads ? 1 : std::min(usable_cores(), bytes / kBytesWorthAThread);
}

}  // namespace mattock::layout
