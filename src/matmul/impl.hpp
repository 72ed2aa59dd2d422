// Private to the room: what a Matmul keeps. program.cpp makes the program and its memory, operands.cpp packs and
// unpacks, matmul.cpp runs.
#pragma once

#include <future>
#include <optional>
#include <span>
#include <vector>

#include "matmul/cpu_requantise.hpp"
#include "matmul/matmul.hpp"

namespace mattock {

struct Matmul::Impl {
  Impl(Device on, const plan::MatmulPlan& what, const MatmulSpec& spec);

  /// Of int8 results only.
  std::size_t record_bytes() const { return plan.requantises() ? plan.kernels_padded * plan::kRecordBytes : 0; }
  Result<void> allocate();
  Result<void> load_program();

  /// A and B as the caller's arrays of the shapes below into device memory, and C out of it.
  Result<void> pack_a(const ArrayView& a);
  Result<void> pack_b(const ArrayView& b);
  void unpack_c(const MutableView& c);

  Result<void> check_run(const ArrayView& a, const MutableView& c) const;
  Result<void> finish(const MutableView& c);
  Result<void> submit();
  void settle() {
    if (pending.valid()) pending.wait();
  }

  Device device;
  plan::MatmulPlan plan;
  plan::Native native;
  Requantisation requantisation;
  std::optional<matmul_detail::CpuRequantiser> cpu_requantiser;  ///< int8 results of several parts
  MatmulShapes shapes;
  Buffer features, weights, results, kernel_records, commands, task_records;
  bool has_b = false;
  std::vector<SubmitReport> reports;
  // For runs, which use their memory again: A and C turned over, and the memories of partial sums.
  ArrayView turned_a;
  MutableView turned_c;
  std::vector<std::span<const std::byte>> sums;
  std::vector<std::int64_t> row_sums;  // of A, for the CPU's requantiser
  std::vector<std::byte> row;
  std::future<Result<void>> pending;  ///< last: its destructor waits for what uses the rest

 private:
  void pack_as_features(const ArrayView& matrix);  // [pixels, inner]
  void pack_as_kernels(const ArrayView& matrix);   // [inner, kernels]
  void copy_features(const ArrayView& native_a);
  void copy_kernels(const ArrayView& native_b);
  Result<void> prepare_int8_results(const ArrayView& b);
  Result<void> write_int8_scales(const ArrayView& matrix);  // B, not native
  void add_up_rows();
  void unpack_to_int8(const MutableView& c);
  void requantise_row(std::size_t pixel);
  void unpack(const MutableView& result);  // [pixels, kernels]
  void copy_results(const MutableView& native_c);
  /// Kernels [first, first + columns) of a panel into `result` [pixels, columns].
  void unpack_columns(const plan::Range& panel, std::size_t first, std::size_t columns, const MutableView& result,
                      std::size_t column);
};

}  // namespace mattock
