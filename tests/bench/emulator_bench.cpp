// Speed of the emulator on one product: multiply-accumulates per second of wall-clock time, one thread.
//   ninja emulator_bench && tests/bench/emulator_bench [fp16|int8] [M K N]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "emulator/support/conv_cases.hpp"

int main(int argc, char** argv) {
  using namespace mattock::test;
  const bool integer = argc > 1 && std::string_view(argv[1]) == "int8";
  const auto size = [&](int index, int otherwise) {
    return argc > index ? std::clamp(std::atoi(argv[index]), 1, 2047) : otherwise;
  };
  Convolution conv{.arithmetic = integer ? Arithmetic::kInt8 : Arithmetic::kFp16};
  conv.wide_output = !integer;
  conv.width = size(2, 64), conv.channels = size(3, 512), conv.kernels = size(4, 512);

  Machine machine(std::size_t{64} << 20);
  Random random(1);
  const PlacedConvolution placed = place(conv, mattock::test::random_data(conv, random), machine);
  const auto submit = machine.link(std::span(&placed.task, 1));
  double best = 0, macs = 0;
  for (int run = 0; run < 5; ++run) {
    const auto start = std::chrono::steady_clock::now();
    const auto report = machine.submit(submit);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (!report) {
      std::fprintf(stderr, "%s\n", to_string(report.error()).c_str());
      return 1;
    }
    macs = static_cast<double>(report->tasks[0].macs);
    best = std::max(best, macs / seconds.count());
  }
  std::printf("%s %dx%dx%d: %.0f MACs, best of 5: %.3f GMAC/s\n", integer ? "int8" : "fp16", conv.width, conv.channels,
              conv.kernels, macs, best / 1e9);
}
