#include "faults/jobs.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

namespace mattock::test {
namespace {

constexpr std::int64_t kZeroA = 3, kZeroB = -5;  // of int8 operands

constexpr std::size_t kModelM = 17, kModelK = 31, kModelN = 33;

Shape shape(std::size_t rows, std::size_t columns) {
  return {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)};
}

Array clamped(DType dtype, std::size_t rows, std::size_t columns) {
  // NaN, or what no sum reaches: a result that nobody wrote is no zero.
  Array array = Array::zeros(dtype, shape(rows, columns));
  for (std::size_t i = 0; i < array.size(); ++i) set_element(array, i, dtype == DType::kInt8 ? -128 : std::nan(""));
  return array;
}

}  // namespace

Array matrix(DType dtype, Shape shape, int least, int most, unsigned seed) {
  Array array = Array::zeros(dtype, std::move(shape));
  std::mt19937 random(seed);
  for (std::size_t i = 0; i < array.size(); ++i)
    set_element(array, i, least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1)));
  return array;
}

std::vector<double> product_of(const Array& a, const Array& b, double za, double zb) {
  const auto rows = static_cast<std::size_t>(a.shape[0]), inner = static_cast<std::size_t>(a.shape[1]),
             columns = static_cast<std::size_t>(b.shape[1]);
  const std::vector<double> left = numbers_in(a), right = numbers_in(b);
  std::vector<double> sums(rows * columns);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t k = 0; k < inner; ++k)
      for (std::size_t j = 0; j < columns; ++j)
        sums[i * columns + j] += (left[i * inner + k] - za) * (right[k * columns + j] - zb);
  return sums;
}

std::vector<double> numbers_in(const Array& array) {
  std::vector<double> numbers(array.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = element_as_double(array, i);
  return numbers;
}

Result<Device> open_npu(const std::shared_ptr<device::kernel::System>& system) {
  return Device::open("rknpu", {.threads = 1, .system = system});
}

MatmulSpec ProductJob::spec() const {
  switch (kind_) {
    case Kind::kFp16: return {.m = 3, .k = 9000, .n = 9};
    case Kind::kInt8:
      return {.m = 9,
              .k = 40,
              .n = 20,
              .types = {plan::Operand::kInt8, plan::Output::kInt8},
              .requantisation = {.a_zero_point = kZeroA, .b_zero_point = {kZeroB}}};
    case Kind::kSwapped: return {.m = 90, .k = 40, .n = 1};
  }
  return {};
}

Result<void> ProductJob::create(Device& device) {
  auto made = Matmul::create(device, spec());
  if (!made) return propagate(made);
  matmul_ = std::make_unique<Matmul>(std::move(*made));
  return {};
}

Result<void> ProductJob::set_b(unsigned seed) {
  const MatmulSpec what = spec();
  b_ = kind_ == Kind::kInt8 ? matrix(DType::kInt8, shape(what.k, what.n), kZeroB - 1, kZeroB + 1, seed)
                            : matrix(DType::kFloat16, shape(what.k, what.n), -8, 8, seed);
  return matmul_->set_b(view_of(b_));
}

void ProductJob::fill_a(unsigned seed) {
  const MatmulSpec what = spec();
  a_ = kind_ == Kind::kInt8 ? matrix(DType::kInt8, shape(what.m, what.k), kZeroA - 1, kZeroA + 1, seed)
                            : matrix(DType::kFloat32, shape(what.m, what.k), -8, 8, seed);
  c_ = clamped(dtype_of(what.types.output), what.m, what.n);
  a_view_ = view_of(std::as_const(a_));
  c_view_ = view_of(c_);
}

Result<void> ProductJob::multiply() { return matmul_->run(a_view_, c_view_); }

bool ProductJob::exact() const {
  const bool int8 = kind_ == Kind::kInt8;
  return numbers_in(c_) == product_of(a_, b_, int8 ? kZeroA : 0, int8 ? kZeroB : 0);
}

Result<void> ModelJob::load(Device& device) {
  auto loaded = Session::load(device, std::filesystem::path(MATTOCK_TEST_DATA) / "vendor/mm_17x31x33.rknn");
  if (!loaded) return propagate(loaded);
  session_ = std::make_unique<Session>(std::move(*loaded));
  return {};
}

void ModelJob::fill(unsigned seed) {
  a_ = matrix(DType::kFloat16, shape(kModelM, kModelK), -8, 8, seed);
  b_ = matrix(DType::kFloat16, shape(kModelK, kModelN), -8, 8, seed + 1);
}

std::vector<InputArray> ModelJob::inputs(unsigned seed) {
  fill(seed);
  return {{view_of(std::as_const(a_))}, {view_of(std::as_const(b_))}};
}

Result<void> ModelJob::run(unsigned seed) {
  c_ = {};
  fill(seed);
  auto result = session_->run(std::vector{a_, b_});
  if (!result) return propagate(result);
  c_ = std::move(result->outputs[0].values);
  return {};
}

bool ModelJob::exact() const { return numbers_in(c_) == product_of(a_, b_); }

}  // namespace mattock::test
