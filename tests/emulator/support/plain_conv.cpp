#include "emulator/support/plain_conv.hpp"

#include <algorithm>
#include <cmath>

#include "base/half.hpp"

namespace mattock::test {
namespace {

// Input of the multipliers at a position of the spread, padded map; what pixels hold after conversion.
double input_at(const Convolution& conv, const ConvolutionData& data, int c, int y, int x) {
  const bool inside = y >= 0 && x >= 0 && y < conv.spread_height() && x < conv.spread_width() &&
                      y % conv.spread_y == 0 && x % conv.spread_x == 0;
  if (!inside) return conv.pad_value;
  const double value =
      data.features[static_cast<std::size_t>((c * conv.height + y / conv.spread_y) * conv.width + x / conv.spread_x)];
  if (!conv.pixel_conversion) return value;
  const std::int64_t scaled = nearest_even(static_cast<std::int64_t>(value) * conv.pixel_scale[c], conv.pixel_shift[c]);
  return static_cast<double>(clamp_to_bits(scaled + conv.pixel_offset[c], 8));
}

struct Position {
  int kernel, y, x;
};

// Calls visit(input, weight) for each product of an output, in the order weights lie in memory.
template <class Visit>
void products(const Convolution& conv, const ConvolutionData& data, Position out, Visit visit) {
  const int slice = 32 / conv.element_bytes(), taps = conv.kernel_width * conv.kernel_height;
  const int begin = conv.depthwise ? out.kernel : 0, end = conv.depthwise ? out.kernel + 1 : conv.channels;
  for (int first = begin; first < end; first += slice)
    for (int ky = 0; ky < conv.kernel_height; ++ky)
      for (int kx = 0; kx < conv.kernel_width; ++kx)
        for (int c = first; c < std::min(end, first + slice); ++c) {
          const double input = input_at(conv, data, c, out.y * conv.stride_y - conv.pad_top + ky * conv.dilation_y,
                                        out.x * conv.stride_x - conv.pad_left + kx * conv.dilation_x);
          const int plane = conv.depthwise ? c : out.kernel * conv.channels + c;
          visit(input, data.weights[static_cast<std::size_t>(plane * taps + ky * conv.kernel_width + kx)]);
        }
}

double float_output(const Convolution& conv, const ConvolutionData& data, Position out) {
  double sum = 0;
  products(conv, data, out, [&](double input, double weight) { sum += input * weight; });
  if (conv.bias) sum += data.bias[static_cast<std::size_t>(out.kernel)];
  if (conv.wide_output) return static_cast<float>(sum);
  return conv.arithmetic == Arithmetic::kFp16 ? to_double(half_from_double(sum)) : to_double(bfloat16_from_double(sum));
}

double integer_output(const Convolution& conv, const ConvolutionData& data, Position out) {
  std::int64_t sum = 0;
  const auto n = static_cast<std::size_t>(out.kernel);
  const bool per_channel = conv.requantise == Requantise::kPerChannel;
  const int offset =
      per_channel ? data.weight_offsets[n] : (conv.requantise == Requantise::kPerLayer ? conv.weight_offset : 0);
  products(conv, data, out, [&](double input, double weight) {
    sum += static_cast<std::int64_t>(input) * (static_cast<std::int64_t>(weight) + offset);
  });
  if (conv.requantise == Requantise::kNone) return static_cast<double>(sum);
  sum += static_cast<std::int64_t>(data.bias[n]);
  if (per_channel) sum = nearest_even(sum * data.multipliers[n], 14);
  const int bits = conv.arithmetic == Arithmetic::kInt8 ? 8 : 16;
  const std::int64_t scaled = sum * conv.output_scale + (std::int64_t{conv.output_offset} << conv.output_shift);
  return static_cast<double>(clamp_to_bits(nearest_even(scaled, conv.output_shift), bits));
}

}  // namespace

std::int64_t nearest_even(std::int64_t value, int shift) {
  const std::int64_t unit = std::int64_t{1} << shift;
  std::int64_t quotient = value / unit, rest = value % unit;
  if (rest < 0) {
    rest += unit;
    --quotient;
  }
  if (2 * rest > unit || (2 * rest == unit && quotient % 2 != 0)) ++quotient;
  return quotient;
}

std::int64_t clamp_to_bits(std::int64_t value, int bits) {
  const std::int64_t limit = std::int64_t{1} << (bits - 1);
  return std::clamp(value, -limit, limit - 1);
}

std::vector<double> plain_convolution(const Convolution& conv, const ConvolutionData& data) {
  std::vector<double> result;
  for (int n = 0; n < conv.kernels; ++n)
    for (int y = 0; y < conv.output_height(); ++y)
      for (int x = 0; x < conv.output_width(); ++x)
        result.push_back(conv.is_float() ? float_output(conv, data, {n, y, x}) : integer_output(conv, data, {n, y, x}));
  return result;
}

}  // namespace mattock::test
