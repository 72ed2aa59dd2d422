// Matrix products and convolutions. Every output is one Dot: terms are fed in the order weights lie in the
// NPU's memory, because binary64 sums depend on it.
#include <algorithm>

#include "reference/number.hpp"
#include "reference/operators.hpp"
#include "reference/quantized.hpp"

namespace mattock::reference {
namespace {

/// Two operands of a product, element by element. Integers of both sides are multiplied as integers.
class Pair {
 public:
  Pair(const graph::Tensor& x, const Array& x_data, const graph::Tensor& w, const Array& w_data)
      : x_(x), w_(w), x_data_(x_data), w_data_(w_data), integers_(is_integer(x.dtype) && is_integer(w.dtype)) {
    if (integers_) return;
    x_reals_ = reals(x, x_data);
    w_reals_ = reals(w, w_data);
  }

  bool integers() const { return integers_; }
  double product(std::size_t i, std::size_t j) const { return x_reals_[i] * w_reals_[j]; }
  std::int64_t integer_product(std::size_t i, std::size_t j) const {
    return (load_integer(x_data_, i) - scale_of(x_, i).zero_point) *
           (load_integer(w_data_, j) - scale_of(w_, j).zero_point);
  }
  /// What one unit of the accumulator stands for. Scales are binary32 numbers: their product is exact.
  double unit(std::size_t i, std::size_t j) const { return scale_of(x_, i).scale * scale_of(w_, j).scale; }

 private:
  const graph::Tensor& x_;
  const graph::Tensor& w_;
  const Array& x_data_;
  const Array& w_data_;
  bool integers_;
  std::vector<double> x_reals_, w_reals_;
};

/// int32 as two's complement keeps it.
std::int64_t wrap_to_int32(std::int64_t value) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::uint64_t>(value)));
}

/// The accumulator of one output.
class Dot {
 public:
  explicit Dot(const Pair& pair) : pair_(pair) {}

  void add(std::size_t i, std::size_t j) {
    if (!pair_.integers()) {
      sum_ += pair_.product(i, j);
      return;
    }
    unit_ = pair_.unit(i, j);
    const std::int64_t exact = integer_sum_ + pair_.integer_product(i, j);
    integer_sum_ = wrap_to_int32(exact);
    wrapped_ = wrapped_ || integer_sum_ != exact;
  }

  double value(std::uint64_t& wrapped) const {
    if (wrapped_) ++wrapped;
    return pair_.integers() ? static_cast<double>(integer_sum_) * unit_ : sum_;
  }

 private:
  const Pair& pair_;
  double sum_ = 0;
  std::int64_t integer_sum_ = 0;
  double unit_ = 1;
  bool wrapped_ = false;
};

struct Cube {  // an NCHW shape
  std::int64_t n, c, h, w;
  explicit Cube(const Shape& shape) : n(shape[0]), c(shape[1]), h(shape[2]), w(shape[3]) {}
  std::size_t at(std::int64_t in, std::int64_t ic, std::int64_t iy, std::int64_t ix) const {
    return static_cast<std::size_t>(((in * c + ic) * h + iy) * w + ix);
  }
};

/// Channels of 32 bytes: what the hardware multiplies before it moves to the next tap of the kernel.
std::int64_t slice_channels(DType dtype) { return 32 / static_cast<std::int64_t>(element_bytes(dtype)); }

/// Calls tap(channel, ky, kx) in memory order: slice, kernel row, kernel column, channel.
template <class Tap>
void in_weight_order(std::int64_t channels, std::int64_t slice, std::int64_t rows, std::int64_t columns, Tap tap) {
  for (std::int64_t first = 0; first < channels; first += slice)
    for (std::int64_t ky = 0; ky < rows; ++ky)
      for (std::int64_t kx = 0; kx < columns; ++kx)
        for (std::int64_t c = first; c < std::min(channels, first + slice); ++c) tap(c, ky, kx);
}

std::vector<double> bias_of(const Operands& operands, std::int64_t kernels) {
  if (operands.node.inputs.size() < 3) return std::vector<double>(static_cast<std::size_t>(kernels), 0.0);
  return reals(operands.in(2), operands.data(2));
}

/// Leading dimensions of an operand, walked as those of the result: dimensions of 1 stand still.
std::size_t broadcast_index(std::size_t index, const Shape& result, const Shape& operand) {
  std::size_t position = 0;
  std::size_t step = 1;
  for (std::size_t back = 1; back <= operand.size(); ++back) {
    const auto extent = static_cast<std::size_t>(result[result.size() - back]);
    const auto own = static_cast<std::size_t>(operand[operand.size() - back]);
    if (own != 1) position += index % extent * step;
    index /= extent;
    step *= own;
  }
  return position;
}

}  // namespace

std::vector<double> matmul(const Operands& operands, std::uint64_t& wrapped) {
  const Shape& a = operands.in(0).shape;
  const Shape& b = operands.in(1).shape;
  const Shape& out = operands.out(0).shape;
  const auto m = static_cast<std::size_t>(a[a.size() - 2]);
  const auto k = static_cast<std::size_t>(a.back());
  const auto n = static_cast<std::size_t>(b.back());
  const Shape lead(out.begin(), out.end() - 2);
  const Shape a_lead(a.begin(), a.end() - 2);
  const Shape b_lead(b.begin(), b.end() - 2);
  const Pair pair(operands.in(0), operands.data(0), operands.in(1), operands.data(1));
  std::vector<double> result;
  result.reserve(element_count(out));
  for (std::size_t matrix = 0; matrix < element_count(lead); ++matrix) {
    const std::size_t a_base = broadcast_index(matrix, lead, a_lead) * m * k;
    const std::size_t b_base = broadcast_index(matrix, lead, b_lead) * k * n;
    for (std::size_t row = 0; row < m; ++row)
      for (std::size_t column = 0; column < n; ++column) {
        Dot dot(pair);
        for (std::size_t i = 0; i < k; ++i) dot.add(a_base + row * k + i, b_base + i * n + column);
        result.push_back(dot.value(wrapped));
      }
  }
  return result;
}

std::vector<double> conv(const Operands& operands, const graph::Conv& op, std::uint64_t& wrapped) {
  const Cube x(operands.in(0).shape);
  const Cube w(operands.in(1).shape);  // kernels, channels of a group, rows, columns
  const Cube out(operands.out(0).shape);
  const Pair pair(operands.in(0), operands.data(0), operands.in(1), operands.data(1));
  const std::vector<double> bias = bias_of(operands, out.c);
  const std::int64_t slice = slice_channels(operands.in(0).dtype);
  std::vector<double> result(element_count(operands.out(0).shape));
  const auto one_output = [&](std::int64_t n, std::int64_t kernel, std::int64_t oy, std::int64_t ox) {
    const std::int64_t first_channel = kernel / (out.c / op.group) * w.c;
    Dot dot(pair);
    in_weight_order(w.c, slice, w.h, w.w, [&](std::int64_t c, std::int64_t ky, std::int64_t kx) {
      const std::int64_t y = oy * op.strides.y + ky * op.dilations.y - op.pads.top;
      const std::int64_t column = ox * op.strides.x + kx * op.dilations.x - op.pads.left;
      if (y < 0 || y >= x.h || column < 0 || column >= x.w) return;  // a padded pixel is the number 0
      dot.add(x.at(n, first_channel + c, y, column), w.at(kernel, c, ky, kx));
    });
    return dot.value(wrapped) + bias[static_cast<std::size_t>(kernel)];
  };
  for (std::int64_t n = 0; n < out.n; ++n)
    for (std::int64_t kernel = 0; kernel < out.c; ++kernel)
      for (std::int64_t y = 0; y < out.h; ++y)
        for (std::int64_t column = 0; column < out.w; ++column)
          result[out.at(n, kernel, y, column)] = one_output(n, kernel, y, column);
  return result;
}

// The input is spread by zeros, and the kernel, turned by half a turn, slides over it with stride 1; so the
// order of the sum is that of the turned kernel.
std::vector<double> conv_transpose(const Operands& operands, const graph::ConvTranspose& op, std::uint64_t& wrapped) {
  const Cube x(operands.in(0).shape);
  const Cube w(operands.in(1).shape);  // channels, kernels of a group, rows, columns
  const Cube out(operands.out(0).shape);
  const Pair pair(operands.in(0), operands.data(0), operands.in(1), operands.data(1));
  const std::vector<double> bias = bias_of(operands, out.c);
  const std::int64_t slice = slice_channels(operands.in(0).dtype);
  const std::int64_t group_channels = x.c / op.group;
  const std::int64_t top = (w.h - 1) * op.dilations.y - op.pads.top;
  const std::int64_t left = (w.w - 1) * op.dilations.x - op.pads.left;
  std::vector<double> result(element_count(operands.out(0).shape));
  const auto one_output = [&](std::int64_t n, std::int64_t kernel, std::int64_t oy, std::int64_t ox) {
    const std::int64_t first_channel = kernel / w.c * group_channels;
    Dot dot(pair);
    in_weight_order(group_channels, slice, w.h, w.w, [&](std::int64_t c, std::int64_t ky, std::int64_t kx) {
      const std::int64_t y = oy + ky * op.dilations.y - top;  // in the spread input
      const std::int64_t column = ox + kx * op.dilations.x - left;
      if (y < 0 || column < 0 || y % op.strides.y != 0 || column % op.strides.x != 0) return;
      if (y / op.strides.y >= x.h || column / op.strides.x >= x.w) return;
      dot.add(x.at(n, first_channel + c, y / op.strides.y, column / op.strides.x),
              w.at(first_channel + c, kernel % w.c, w.h - 1 - ky, w.w - 1 - kx));
    });
    return dot.value(wrapped) + bias[static_cast<std::size_t>(kernel)];
  };
  for (std::int64_t n = 0; n < out.n; ++n)
    for (std::int64_t kernel = 0; kernel < out.c; ++kernel)
      for (std::int64_t y = 0; y < out.h; ++y)
        for (std::int64_t column = 0; column < out.w; ++column)
          result[out.at(n, kernel, y, column)] = one_output(n, kernel, y, column);
  return result;
}

std::vector<double> broadcast_reals(const graph::Tensor& tensor, const Array& data, const Shape& shape) {
  const std::vector<double> own = reals(tensor, data);
  std::vector<double> result(element_count(shape));
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = own[broadcast_index(i, shape, tensor.shape)];
  return result;
}

}  // namespace mattock::reference
