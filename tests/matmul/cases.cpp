#include "matmul/cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/bytes.hpp"
#include "base/half.hpp"

namespace mattock::test {
namespace {

using plan::Operand;
using plan::Output;

/// A matrix in its own memory, seen as [rows, columns] whatever way it lies.
struct Matrix {
  Array array;
  Shape shape;
  Strides strides;
  std::int64_t offset = 0;

  Matrix(DType dtype, std::size_t rows, std::size_t columns, bool transposed, bool reversed)
      : array(Array::zeros(dtype, transposed
                                      ? Shape{static_cast<std::int64_t>(columns), static_cast<std::int64_t>(rows)}
                                      : Shape{static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)})),
        shape{static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)},
        strides(dense_strides(dtype, array.shape)) {
    if (transposed) std::swap(strides[0], strides[1]);
    if (reversed) {
      offset = (shape[0] - 1) * strides[0];
      strides[0] = -strides[0];
    }
  }
  MutableView view() { return {array.dtype, shape, strides, array.data.data() + offset}; }
  std::size_t index(std::size_t row, std::size_t column) const {
    const std::int64_t at =
        offset + static_cast<std::int64_t>(row) * strides[0] + static_cast<std::int64_t>(column) * strides[1];
    return static_cast<std::size_t>(at) / element_bytes(array.dtype);
  }
};

void fill(Matrix& matrix, const Case& c, std::mt19937& random) {
  std::uniform_int_distribution<int> integers(-128, 127), small(-3, 3);
  std::normal_distribution<double> reals;
  for (std::size_t i = 0; i < matrix.array.size(); ++i) {
    if (c.small_integers)
      set_element(matrix.array, i, small(random));
    else if (c.operand == Operand::kInt8)
      set_element(matrix.array, i, integers(random));
    else
      set_element(matrix.array, i, to_double(half_from_double(reals(random))));
  }
}

enum class Order { kByRow, kByColumn };

/// The operand's numbers, rounded to the type the NPU multiplies.
std::vector<double> numbers(const Matrix& matrix, Operand operand, Order order) {
  const auto rows = static_cast<std::size_t>(matrix.shape[0]), columns = static_cast<std::size_t>(matrix.shape[1]);
  std::vector<double> result(rows * columns);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t col = 0; col < columns; ++col) {
      const double x = element_as_double(matrix.array, matrix.index(r, col));
      result[order == Order::kByRow ? r * columns + col : col * rows + r] =
          operand == Operand::kFp16 ? to_double(half_from_double(x)) : x;
    }
  return result;
}

std::size_t up(std::size_t number, std::size_t step) { return (number + step - 1) / step * step; }
std::int64_t signed_of(std::size_t number) { return static_cast<std::int64_t>(number); }

/// The NPU's layouts, as Rockchip's interface describes them (c-api.md): surfaces (C / s, rows, s) of A and C, and
/// blocks (N / n, K / k, n, k) of B.
struct NativeLayout {
  explicit NativeLayout(const Case& of)
      : half(of.operand == Operand::kFp16), slice(half ? 16 : 32), group(half ? 8 : 16), c(of) {}

  const bool half;
  const std::size_t slice, group;
  const Case& c;

  std::size_t a_lanes() const { return half ? 4 : 8; }
  std::size_t c_lanes() const { return c.output == Output::kInt8 ? 8 : 4; }
  Shape a_shape() const { return {signed_of(up(c.k, slice) / a_lanes()), signed_of(c.m), signed_of(a_lanes())}; }
  Shape b_shape() const {
    return {signed_of(up(c.n, group) / group), signed_of(up(c.k, slice) / slice), signed_of(group), signed_of(slice)};
  }
  Shape c_shape() const { return {signed_of(up(c.n, group) / c_lanes()), signed_of(c.m), signed_of(c_lanes())}; }
  std::size_t a_index(std::size_t m, std::size_t k) const {
    return (k / a_lanes() * c.m + m) * a_lanes() + k % a_lanes();
  }
  std::size_t b_index(std::size_t k, std::size_t n) const {
    const std::size_t slices = up(c.k, slice) / slice;
    return ((n / group * slices + k / slice) * group + n % group) * slice + k % slice;
  }
  std::size_t c_index(std::size_t m, std::size_t n) const {
    return (n / c_lanes() * c.m + m) * c_lanes() + n % c_lanes();
  }
};

/// `index(row, column)` in the native array of each number of the matrix.
template <class Index>
Array native_of(const Matrix& matrix, DType dtype, const Shape& shape, const Index& index) {
  Array native = Array::zeros(dtype, shape);
  for (std::size_t r = 0; r < static_cast<std::size_t>(matrix.shape[0]); ++r)
    for (std::size_t col = 0; col < static_cast<std::size_t>(matrix.shape[1]); ++col)
      set_element(native, index(r, col), element_as_double(matrix.array, matrix.index(r, col)));
  return native;
}

struct Sum {
  double exact = 0;     ///< the sum, far more exact than fp32
  double absolute = 0;  ///< of the absolute products
  std::uint32_t wrapped = 0;
};

Sum sum_of(const std::vector<double>& a, const std::vector<double>& b, const Case& c, std::size_t row,
           std::size_t column) {
  Sum sum;
  for (std::size_t k = 0; k < c.k; ++k) {
    const double product = a[row * c.k + k] * b[column * c.k + k];
    sum.exact += product;
    sum.absolute += std::abs(product);
    if (c.operand == Operand::kInt8) sum.wrapped += static_cast<std::uint32_t>(static_cast<std::int32_t>(product));
  }
  return sum;
}

/// Largest error of an fp16 or fp32 result: one rounding of the sum, and one of each part's sum.
double allowed(const Case& c, const Sum& sum, std::size_t parts) {
  if (c.small_integers) return 0;
  constexpr double kU32 = 0x1p-24;
  const double joined = static_cast<double>(parts) * kU32 * sum.absolute;
  if (c.output == Output::kFp32) return kU32 * std::abs(sum.exact) + joined;
  // One unit of fp16 (2^-24 where it is subnormal).
  return std::max(0x1p-24, std::ldexp(std::abs(sum.exact), -10)) + joined;
}

bool is_right(const Case& c, const Array& result, std::size_t index, const Sum& sum, std::size_t parts) {
  if (c.output == Output::kInt32) return load_le<std::uint32_t>(result.data, index * 4) == sum.wrapped;
  return std::abs(element_as_double(result, index) - sum.exact) <= allowed(c, sum, parts);
}

}  // namespace

std::string name_of(const Case& c) {
  return fmt::format("{}x{}x{} {} to {}, A {}{}{}, B {}, C {}", c.m, c.k, c.n, plan::name_of(c.operand),
                     plan::name_of(c.output), dtype_name(c.a_type), c.a_transposed ? " transposed" : "",
                     c.a_reversed ? " reversed" : "", c.b_transposed ? "transposed" : "as it is",
                     c.c_transposed ? "transposed" : "as it is");
}

std::string run_case(Device& device, const Case& c, std::uint32_t seed, const plan::Options& options) {
  std::mt19937 random(seed);
  const DType b_type = c.operand == Operand::kFp16 ? DType::kFloat16 : DType::kInt8;
  Matrix a(c.operand == Operand::kInt8 ? DType::kInt8 : c.a_type, c.m, c.k, c.a_transposed, c.a_reversed);
  Matrix b(b_type, c.k, c.n, c.b_transposed, false), result(dtype_of(c.output), c.m, c.n, c.c_transposed, false);
  fill(a, c, random);
  fill(b, c, random);
  const std::string what = fmt::format("seed {}, {}", seed, name_of(c));
  auto product = Matmul::create(device, {c.m, c.k, c.n, {c.operand, c.output}, options});
  if (!product) return what + ": " + to_string(product.error());
  const NativeLayout layout(c);
  Array native_a, native_b, native_c;
  if (options.native.a)
    native_a = native_of(a, b_type, layout.a_shape(), [&](auto m, auto k) { return layout.a_index(m, k); });
  if (options.native.b)
    native_b = native_of(b, b_type, layout.b_shape(), [&](auto k, auto n) { return layout.b_index(k, n); });
  if (options.native.c) native_c = Array::zeros(dtype_of(c.output), layout.c_shape());
  const auto set = product->set_b(options.native.b ? view_of(std::as_const(native_b)) : b.view());
  if (!set) return what + ": " + to_string(set.error());
  const auto run = product->run(options.native.a ? view_of(std::as_const(native_a)) : a.view(),
                                options.native.c ? view_of(native_c) : result.view());
  if (!run) return what + ": " + to_string(run.error());

  const auto a_numbers = numbers(a, c.operand, Order::kByRow), b_numbers = numbers(b, c.operand, Order::kByColumn);
  for (std::size_t row = 0; row < c.m; ++row)
    for (std::size_t column = 0; column < c.n; ++column) {
      const Sum sum = sum_of(a_numbers, b_numbers, c, row, column);
      const std::size_t index = options.native.c ? layout.c_index(row, column) : result.index(row, column);
      const Array& found = options.native.c ? native_c : result.array;
      if (!is_right(c, found, index, sum, product->plan().parts.size()))
        return fmt::format("{}: element [{}, {}] is {}, not {}", what, row, column, element_as_double(found, index),
                           sum.exact);
    }
  return {};
}

}  // namespace mattock::test
