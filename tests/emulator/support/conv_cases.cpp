#include "emulator/support/conv_cases.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/half.hpp"
#include "emulator/support/plain_conv.hpp"

namespace mattock::test {

int draw(Random& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<std::uint32_t>(high - low + 1));
}

double draw_value(Random& random, Arithmetic type, int exponents) {
  if (type == Arithmetic::kInt8) return draw(random, -128, 127);
  if (type == Arithmetic::kInt16) return draw(random, -256, 255);
  const double value = std::ldexp(draw(random, -2047, 2047), draw(random, -exponents, exponents) - 11);
  return type == Arithmetic::kFp16 ? to_double(half_from_double(value)) : to_double(bfloat16_from_double(value));
}

ConvolutionData random_data(const Convolution& conv, Random& random, int exponents) {
  ConvolutionData data;
  const int taps = conv.kernel_width * conv.kernel_height;
  for (int i = 0; i < conv.channels * conv.height * conv.width; ++i)
    data.features.push_back(conv.pixel_conversion ? draw(random, 0, 255)
                                                  : draw_value(random, conv.arithmetic, exponents));
  for (int i = 0; i < (conv.depthwise ? 1 : conv.kernels) * conv.channels * taps; ++i)
    data.weights.push_back(draw_value(random, conv.arithmetic, exponents));
  for (int n = 0; n < conv.kernels; ++n) {
    data.bias.push_back(conv.is_float() ? draw(random, -4096, 4096) / 64.0 : draw(random, -50000, 50000));
    data.weight_offsets.push_back(draw(random, -128, 128));
    data.multipliers.push_back(draw(random, 1, 16384));
  }
  return data;
}

testing::AssertionResult same_values(const Convolution& conv, const std::vector<double>& expected,
                                     const std::vector<double>& found) {
  if (expected.size() != found.size()) return testing::AssertionFailure() << "sizes differ: " << conv.text();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] == found[i]) continue;
    const auto count = std::inner_product(expected.begin(), expected.end(), found.begin(), 0, std::plus<>(),
                                          [](double a, double b) { return a == b ? 0 : 1; });
    const auto width = static_cast<std::size_t>(conv.output_width());
    const auto height = static_cast<std::size_t>(conv.output_height());
    return testing::AssertionFailure() << conv.text() << ": " << count << " of " << expected.size()
                                       << " elements differ, first at channel " << i / (width * height) << ", line "
                                       << i / width % height << ", pixel " << i % width << ": " << found[i]
                                       << ", must be " << expected[i];
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult same_as_plain(const Convolution& conv, const ConvolutionData& data) {
  Machine machine(std::size_t{1} << 19);
  const PlacedConvolution placed = place(conv, data, machine);
  const emulator::Submit submit = machine.link(std::span(&placed.task, 1));
  const std::vector<std::byte> before(machine.memory().begin(), machine.memory().end());
  const auto report = machine.submit(submit);
  if (!report) return testing::AssertionFailure() << conv.text() << ": " << to_string(report.error());

  const std::size_t first = placed.output - Machine::kBase, last = first + placed.output_bytes;
  for (std::size_t i = 0; i < before.size(); ++i)
    if ((i < first || i >= last) && machine.memory()[i] != before[i])
      return testing::AssertionFailure() << conv.text() << ": wrote outside of its output, at byte "
                                         << static_cast<std::int64_t>(i) - static_cast<std::int64_t>(first)
                                         << " of a cube of " << placed.output_bytes;
  return same_values(conv, plain_convolution(conv, data), load_output(conv, placed, machine));
}

}  // namespace mattock::test
