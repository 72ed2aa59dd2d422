#include "matmul/self_test.hpp"

#include <fmt/format.h>

#include "base/array.hpp"
#include "matmul/matmul.hpp"

namespace mattock {
namespace {

constexpr std::size_t kSize = 9;

/// Whole numbers from -3 to 3, in no order.
Array whole_numbers(std::size_t step) {
  constexpr std::size_t kSpread = 7;
  constexpr double kMiddle = 3;
  Array array = Array::zeros(DType::kFloat32, {kSize, kSize});
  for (std::size_t i = 0; i < array.size(); ++i)
    set_element(array, i, static_cast<double>(i * step % kSpread) - kMiddle);
  return array;
}

Array product_of(const Array& a, const Array& b) {
  Array c = Array::zeros(DType::kFloat32, {kSize, kSize});
  for (std::size_t i = 0; i < kSize; ++i)
    for (std::size_t j = 0; j < kSize; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < kSize; ++k)
        sum += element_as_double(a, i * kSize + k) * element_as_double(b, k * kSize + j);
      set_element(c, i * kSize + j, sum);
    }
  return c;
}

}  // namespace

Result<SelfTest> self_test(Device& device, unsigned runs) {
  constexpr std::size_t kStepA = 5, kStepB = 3;
  auto product = Matmul::create(device, {.m = kSize, .k = kSize, .n = kSize});
  if (!product) return propagate(product);
  const Array a = whole_numbers(kStepA), b = whole_numbers(kStepB), expected = product_of(a, b);
  if (const auto set = product->set_b(view_of(b)); !set) return propagate(set);
  SelfTest result{.shape = fmt::format("{0}x{0} by {0}x{0} in fp16", kSize)};
  for (; result.runs < runs; ++result.runs) {
    Array c = Array::zeros(DType::kFloat32, a.shape);
    if (const auto ran = product->run(view_of(a), view_of(c)); !ran) return propagate(ran);
    if (c.data != expected.data) ++result.wrong;
  }
  return result;
}

}  // namespace mattock
