#include "probe/product.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/half.hpp"
#include "base/math.hpp"

namespace mattock::probe {
namespace {

Array array_of(DType type, std::size_t rows, std::size_t columns, const std::vector<double>& numbers) {
  Array array = Array::zeros(type, {narrow<std::int64_t>(rows), narrow<std::int64_t>(columns)});
  for (std::size_t i = 0; i < numbers.size(); ++i) set_element(array, i, numbers[i]);
  return array;
}

std::uint32_t word_of(std::span<const std::byte> bytes, std::size_t index, std::size_t size) {
  switch (size) {
    case 1: return load_le<std::uint8_t>(bytes, index);
    case 2: return load_le<std::uint16_t>(bytes, index * 2);
    default: return load_le<std::uint32_t>(bytes, index * 4);
  }
}

std::uint32_t word_of(double value, plan::Output output) {
  switch (output) {
    case plan::Output::kFp32: return bits_of(static_cast<float>(value));
    case plan::Output::kFp16: return half_from_double(value).bits;
    case plan::Output::kInt32: return static_cast<std::uint32_t>(static_cast<std::int32_t>(value));
    case plan::Output::kInt8: return static_cast<std::uint8_t>(static_cast<std::int8_t>(value));
  }
  return 0;
}

}  // namespace

int most_exact(const plan::Types& types) {
  constexpr int kFp16ToFp32 = 4, kFp16ToFp16 = 2, kInt8 = 127;
  if (types.operand == plan::Operand::kInt8) return kInt8;
  return types.output == plan::Output::kFp16 ? kFp16ToFp16 : kFp16ToFp32;
}

Operands whole_numbers(const plan::Shape& shape, int most, std::uint32_t seed) {
  std::uint32_t state = seed * 2654435761U + 1;
  const auto next = [&] {
    state = state * 1664525U + 1013904223U;
    return static_cast<double>(static_cast<int>((state >> 16) % static_cast<std::uint32_t>(2 * most + 1)) - most);
  };
  Operands operands{shape, std::vector<double>(shape.m * shape.k), std::vector<double>(shape.k * shape.n)};
  for (double& number : operands.a) number = next();
  for (double& number : operands.b) number = next();
  return operands;
}

Words plain_product(const Operands& operands, plan::Output output) {
  const auto& [m, k, n] = operands.shape;
  Words words;
  words.reserve(m * n);
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double sum = 0;
      for (std::size_t x = 0; x < k; ++x) sum += operands.a[i * k + x] * operands.b[x * n + j];
      words.push_back(word_of(sum, output));
    }
  return words;
}

Result<Product> Product::create(Device& device, const Kind& kind, const plan::Shape& shape) {
  auto matmul = Matmul::create(device, {.m = shape.m,
                                        .k = shape.k,
                                        .n = shape.n,
                                        .types = kind.types,
                                        .options = kind.options,
                                        .requantisation = kind.requantisation});
  if (!matmul) return propagate(matmul);
  return Product(std::move(*matmul), kind);
}

Result<Words> Product::run(const Operands& operands) {
  const auto& [m, k, n] = operands.shape;
  const DType element = types_.operand == plan::Operand::kFp16 ? DType::kFloat16 : DType::kInt8;
  const Array a = array_of(element, m, k, operands.a), b = array_of(element, k, n, operands.b);
  Array c = array_of(dtype_of(types_.output), m, n, {});
  if (const auto set = matmul_.set_b(view_of(b)); !set) return propagate(set);
  if (const auto done = matmul_.run(view_of(a), view_of(c)); !done) return propagate(done);
  Words words;
  for (std::size_t i = 0; i < m * n; ++i) words.push_back(word_of(c.data, i, element_bytes(c.dtype)));
  return words;
}

Result<Words> multiply(Device& device, const Kind& kind, const Operands& operands) {
  auto product = Product::create(device, kind, operands.shape);
  if (!product) return propagate(product);
  return product->run(operands);
}

}  // namespace mattock::probe
