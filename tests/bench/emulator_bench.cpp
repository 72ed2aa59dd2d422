// Speed of the emulator on matrix products, the whole of a submit with all its checks: multiply-accumulates per
// second of wall-clock time. Arguments of a benchmark: M, K, N, threads.
//   ninja emulator_bench && tests/bench/emulator_bench [--benchmark_filter=...] [--kernels=avx2]
#include <benchmark/benchmark.h>

#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include "emulator/mac/kernels.hpp"
#include "emulator/support/conv_cases.hpp"
#include "emulator/support/matmul.hpp"
#ifdef MATTOCK_OPENBLAS
#include <cblas.h>
extern "C" void openblas_set_num_threads(int threads);
#endif

namespace {

using namespace mattock;

std::string kernels;  // by option --kernels; empty: the fastest

std::vector<float> random_values(std::size_t count, bool integer, unsigned seed) {
  test::Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(test::draw(random, -127, 127)) / (integer ? 1.0f : 64.0f);
  return values;
}

test::Matmul matmul_of(const benchmark::State& state, bool integer) {
  const auto size = [&](int index) { return static_cast<std::uint32_t>(state.range(static_cast<std::size_t>(index))); };
  return {.integer = integer, .rows = size(0), .inner = size(1), .columns = size(2)};
}

/// Seconds of the fastest call; 20 calls.
template <class Call>
double fastest(const Call& call) {
  double best = 1e9;
  for (int i = 0; i < 20; ++i) {
    const auto start = std::chrono::steady_clock::now();
    call();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

/// "the emulator takes 3.1 times as long as sgemm", measured side by side.
std::string compared_with_blas([[maybe_unused]] const test::Matmul& matmul,
                               [[maybe_unused]] const std::vector<float>& a,
                               [[maybe_unused]] const std::vector<float>& b, [[maybe_unused]] double seconds,
                               [[maybe_unused]] int threads) {
#ifdef MATTOCK_OPENBLAS
  const int m = static_cast<int>(matmul.rows), k = static_cast<int>(matmul.inner), n = static_cast<int>(matmul.columns);
  std::vector<float> c(std::size_t{matmul.rows} * matmul.columns);
  openblas_set_num_threads(threads);
  const double blas = fastest([&] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a.data(), k, b.data(), n, 0, c.data(), n);
  });
  char text[80];
  std::snprintf(text, sizeof text, "%.2f times the time of OpenBLAS sgemm", seconds / blas);
  return text;
#else
  return "no OpenBLAS to compare with";
#endif
}

void product(benchmark::State& state, bool integer) {
  const test::Matmul matmul = matmul_of(state, integer);
  const auto threads = static_cast<unsigned>(state.range(3));
  const auto a = random_values(std::size_t{matmul.rows} * matmul.inner, integer, 1);
  const auto b = random_values(std::size_t{matmul.inner} * matmul.columns, integer, 2);
  test::Machine machine(test::machine_bytes(matmul), {.threads = threads, .kernels = kernels});
  const test::PlacedMatmul placed = test::place(matmul, a, b, machine);
  const auto submit = machine.link(placed.tasks);
  const auto run = [&] {
    if (const auto report = machine.submit(submit); !report) state.SkipWithError(to_string(report.error()).c_str());
  };
  for (auto _ : state) run();
  const double macs = static_cast<double>(matmul.rows) * matmul.inner * matmul.columns;
  const double seconds = fastest(run);
  state.counters["best_GMAC/s"] = macs / seconds / 1e9;
  state.counters["MMAC"] = macs / 1e6;
  state.counters["tasks"] = static_cast<double>(placed.tasks.size());
  state.SetLabel(compared_with_blas(matmul, a, b, seconds, static_cast<int>(threads)));
}

void int8_product(benchmark::State& state) { product(state, true); }
void fp16_product(benchmark::State& state) { product(state, false); }

void sizes(benchmark::internal::Benchmark* bench) {
  bench->UseRealTime()->Unit(benchmark::kMillisecond);
  for (const int rows : {1, 2, 4, 56}) bench->Args({rows, 2048, 1024, 1});
  bench->Args({1024, 1024, 1024, 1});
  bench->Args({1024, 1024, 1024, 2});
}
BENCHMARK(int8_product)->Apply(sizes);
BENCHMARK(fp16_product)->Apply(sizes);

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (!std::string_view(argv[i]).starts_with("--kernels=")) continue;
    kernels = std::string_view(argv[i]).substr(sizeof "--kernels=" - 1);
    std::move(argv + i + 1, argv + argc--, argv + i);
    break;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("inner loops", std::string(emulator::choose_kernels(kernels).name));
  benchmark::RunSpecifiedBenchmarks();
}
