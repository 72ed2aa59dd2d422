// Packing against memcpy, on one thread, with more bytes than the last-level cache holds: ninja packing_bench.
//
// Bytes moved are those read plus those written, for packing and for memcpy alike. Every iteration times one packing
// and one memcpy right after it, so that both meet the same machine; "of_memcpy" is packing's bytes per second divided
// by memcpy's. The medians of five repetitions are printed.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "layout/features.hpp"
#include "layout/quantise.hpp"
#include "layout/results.hpp"
#include "layout/weights.hpp"

namespace mattock::layout {
namespace {

constexpr std::size_t kMemcpyBytes = std::size_t{96} << 20;  // three times the largest L3 slice of common servers
constexpr How kOneThread{1, true};

/// Page-aligned bytes that were written to, as device memory is.
class Memory {
 public:
  explicit Memory(std::size_t bytes)
      : bytes_(bytes), data_(static_cast<std::byte*>(std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096))) {
    std::memset(data_.get(), 1, bytes);
  }
  std::span<std::byte> span() { return {data_.get(), bytes_}; }

 private:
  struct Free {
    void operator()(std::byte* data) const { std::free(data); }
  };
  std::size_t bytes_;
  std::unique_ptr<std::byte, Free> data_;
};

/// A row-major matrix of small numbers, which every type holds.
struct Operand {
  DType dtype;
  std::size_t rows, columns;
  Memory memory;

  Operand(DType type, std::size_t r, std::size_t c)
      : dtype(type), rows(r), columns(c), memory(r * c * element_bytes(type)) {
    // One row of numbers by the library's rule, repeated: the values do not matter, that they are normal does.
    std::vector<float> row(c);
    for (std::size_t i = 0; i < c; ++i) row[i] = 0.25f * static_cast<float>(i % 199) - 20;
    const ArrayView view{
        DType::kFloat32, {1, static_cast<std::int64_t>(c)}, {0, 4}, std::as_bytes(std::span(row)).data()};
    const MutableView to{type,
                         {1, static_cast<std::int64_t>(c)},
                         {0, static_cast<std::int64_t>(element_bytes(type))},
                         memory.span().data()};
    unpack_results(std::span(view.data, c * 4), row_major(DType::kFloat32, c * 4), to, {0, 0, 1, c});
    for (std::size_t i = 1; i < r; ++i)
      std::memcpy(memory.span().data() + i * row_bytes(), memory.span().data(), row_bytes());
  }
  std::size_t row_bytes() const { return columns * element_bytes(dtype); }
  std::size_t bytes() const { return rows * row_bytes(); }
  Shape shape() const { return {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)}; }
  ArrayView view() { return {dtype, shape(), dense_strides(dtype, shape()), memory.span().data()}; }
  ArrayView transposed() {
    ArrayView turned = view();
    std::swap(turned.shape[0], turned.shape[1]);
    std::swap(turned.strides[0], turned.strides[1]);
    return turned;
  }
  MutableView writable() { return {dtype, shape(), dense_strides(dtype, shape()), memory.span().data()}; }
  Rectangle all() const { return {0, 0, rows, columns}; }
};

double seconds(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  benchmark::ClobberMemory();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void compare(benchmark::State& state, std::size_t bytes_moved, const auto& pack) {
  static Memory from(kMemcpyBytes), to(kMemcpyBytes);
  double packing = 0, copying = 0;
  for (auto _ : state) {
    const double time = seconds(pack);
    state.SetIterationTime(time);
    packing += time;
    copying += seconds([] { std::memcpy(to.span().data(), from.span().data(), kMemcpyBytes); });
  }
  const auto rounds = static_cast<double>(state.iterations());
  const double speed = rounds * static_cast<double>(bytes_moved) / packing;
  const double memcpy_speed = rounds * 2 * static_cast<double>(kMemcpyBytes) / copying;
  state.counters["GB/s"] = speed / 1e9;
  state.counters["memcpy_GB/s"] = memcpy_speed / 1e9;
  state.counters["of_memcpy"] = speed / memcpy_speed;
}

void weights(benchmark::State& state, DType input, DType element, bool turned) {
  const std::size_t size = element_bytes(input), n = 8192, k = (std::size_t{96} << 20) / size / n;
  Operand b(input, turned ? n : k, turned ? k : n);
  const WeightBlocks blocks = weight_blocks(*hw::find_chip("rk3566"), element, {k, n});
  Memory memory(blocks.bytes());
  const ArrayView view = turned ? b.transposed() : b.view();
  compare(state, b.bytes() + blocks.bytes(), [&] {
    pack_weights(view, {0, 0, k, n}, blocks, memory.span(), kOneThread);
  });
}

void features(benchmark::State& state, DType input, DType element, bool native) {
  const std::size_t size = element_bytes(input), k = 4090, padded = 4096, m = (std::size_t{96} << 20) / size / padded;
  Operand a(input, m, k);
  const Cells cells =
      native ? surfaces(element, 8 / element_bytes(element), m) : row_major(element, padded * element_bytes(element));
  Memory memory(cells.bytes({m, padded}));
  compare(state, a.bytes() + memory.span().size(), [&] {
    pack_features(a.view(), a.all(), cells, {m, padded}, memory.span(), kOneThread);
  });
}

void results(benchmark::State& state, DType output, bool native, std::size_t slices) {
  const std::size_t n = 4096, m = 6144;
  Operand c(output, m, n);
  const Cells cells = native ? surfaces(DType::kFloat32, 4, m) : row_major(DType::kFloat32, n * 4);
  std::vector<Memory> memories;
  std::vector<std::span<const std::byte>> spans;
  for (std::size_t s = 0; s < slices; ++s) spans.emplace_back(memories.emplace_back(m * n * 4).span());
  compare(state, slices * m * n * 4 + c.bytes(), [&] {
    if (slices == 1) return unpack_results(spans[0], cells, c.writable(), c.all(), kOneThread);
    join_results(spans, cells, c.writable(), c.all(), kOneThread);
  });
}

void quantised(benchmark::State& state, Axis axis) {
  Operand a(DType::kFloat32, 6144, 4096), codes(DType::kInt8, 6144, 4096);
  std::vector<float> scales(6144);
  compare(state, 2 * a.bytes() + codes.bytes(), [&] {
    find_scales(a.view(), axis, scales, kOneThread);
    quantise(a.view(), axis, scales, codes.writable(), kOneThread);
  });
}

void dequantised(benchmark::State& state) {
  Operand c(DType::kFloat32, 6144, 4096);
  Memory memory(c.bytes());
  const std::vector<float> scales(6144, 0.5f);
  const std::span<const std::byte> slices[] = {memory.span()};
  compare(state, 2 * c.bytes(), [&] {
    dequantise_results(slices, row_major(DType::kInt32, 4096 * 4), {scales, scales}, c.writable(), c.all(), kOneThread);
  });
}

void add(const char* name, auto... arguments) {
  benchmark::RegisterBenchmark(name, arguments...)
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond)
      ->MinTime(0.3)
      ->Repetitions(5)
      ->ReportAggregatesOnly();
}

void add_all() {
  constexpr DType f16 = DType::kFloat16, f32 = DType::kFloat32, f64 = DType::kFloat64, i8 = DType::kInt8;
  // Those with a target: 60 % of memcpy, int8 50 %.
  add("B fp16 row-major -> weights", weights, f16, f16, false);
  add("A fp16 -> rows with padding", features, f16, f16, false);
  add("C fp32 rows -> fp32", results, f32, false, 1);
  add("B fp32 row-major -> fp16 weights", weights, f32, f16, false);
  add("A fp32 -> fp16 rows", features, f32, f16, false);
  add("B int8 row-major -> weights", weights, i8, i8, false);
  // The rest.
  add("B fp16 transposed -> weights", weights, f16, f16, true);
  add("B int8 transposed -> weights", weights, i8, i8, true);
  add("A fp16 -> surfaces", features, f16, f16, true);
  add("A int8 -> surfaces", features, i8, i8, true);
  add("A fp64 -> fp16 rows", features, f64, f16, false);
  add("C fp32 surfaces -> fp32", results, f32, true, 1);
  add("C fp32 rows -> fp16", results, f16, false, 1);
  add("C fp32 2 slices of rows -> fp32", results, f32, false, 2);
  add("C fp32 2 slices of surfaces -> fp16", results, f16, true, 2);
  add("quantise rows of fp32", quantised, Axis::kRows);
  add("quantise columns of fp32", quantised, Axis::kColumns);
  add("dequantise rows of int32 -> fp32", dequantised);
}

}  // namespace
}  // namespace mattock::layout

int main(int argc, char** argv) {
  mattock::layout::add_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
