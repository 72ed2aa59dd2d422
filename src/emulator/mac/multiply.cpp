#include "emulator/mac/multiply.hpp"

#include "emulator/formats.hpp"
#include "emulator/mac/depthwise.hpp"
#include "emulator/mac/direct.hpp"

namespace mattock::emulator {

void multiply(const Convolution& conv, const Multipliers& multipliers, Cbuf& cbuf, WeightReader& weights,
              bool window_sums, TaskReport& report, const StepSink& sink) {
  const std::size_t kernels = conv.depthwise ? 1 : conv.kernels;
  report.macs += conv.output.pixels() * conv.taps() * conv.channels_real * kernels;
  report.cycles += conv.output.pixels() * conv.taps() * (conv.depthwise ? 1 : conv.slices()) * conv.groups();
  const auto data = cbuf.data(conv.data_banks);
  if (conv.depthwise)
    multiply_depthwise(conv, multipliers, data, weights, sink);
  else
    multiply_direct(conv, multipliers, data, weights, window_sums && !is_float(conv.precision), sink);
}

}  // namespace mattock::emulator
