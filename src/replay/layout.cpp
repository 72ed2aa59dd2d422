#include "replay/layout.hpp"

#include <fmt/format.h>

#include "base/math.hpp"

namespace mattock::replay {
namespace {

std::string text(const Tensor& tensor) {
  std::string shape;
  for (const std::uint64_t dimension : tensor.shape) shape += fmt::format("{}{}", shape.empty() ? "" : "x", dimension);
  return fmt::format("{} {} {}", tensor.name, shape, tensor.type);
}

}  // namespace

std::size_t Product::row_pitch() const { return m == 1 ? 1 : align_up(m, std::size_t{4}); }

std::size_t Product::a_bytes() const { return (native_ac ? row_pitch() : m) * k * element_bytes(); }

std::size_t Product::c_bytes() const { return (native_ac ? row_pitch() : m) * n * 4; }

std::size_t Product::a_offset(std::size_t row, std::size_t inner) const {
  const std::size_t es = element_bytes(), c2 = 8 / es;
  if (!native_ac) return (row * k + inner) * es;
  return (inner / c2 * row_pitch() + row) * 8 + inner % c2 * es;
}

std::size_t Product::b_offset(std::size_t inner, std::size_t column) const {
  const std::size_t es = element_bytes(), kb = 32 / es, nb = 16 / es;
  return (((column / nb * (k / kb) + inner / kb) * nb + column % nb) * kb + inner % kb) * es;
}

std::size_t Product::c_offset(std::size_t row, std::size_t column) const {
  if (!native_ac) return (row * n + column) * 4;
  return (column / 4 * row_pitch() + row) * 16 + column % 4 * 4;
}

Result<Product> product_of(const Recording& recording) { return product_of(recording.tensors); }

Result<Product> product_of(std::span<const Tensor> tensors) {
  const Tensor *a = nullptr, *b = nullptr, *c = nullptr;
  for (const Tensor& tensor : tensors) (tensor.name == "A" ? a : tensor.name == "B" ? b : c) = &tensor;
  if (a == nullptr || b == nullptr || c == nullptr)
    return fail(Code::kBadFile, "the recording must name its tensors A, B and C");

  Product product;
  product.fp16 = a->type == "FP16";
  product.native_ac = a->shape.size() == 3;
  const std::size_t c2 = 8 / product.element_bytes();
  const std::size_t kb = 32 / product.element_bytes(), nb = 16 / product.element_bytes();
  const auto refuse = [&] {
    return fail(Code::kBadFile,
                fmt::format("{}, {} and {} make no product; expected fp16 to fp32 or int8 to int32 with A (M, K) or "
                            "(K/{}, M, {}), B (K, N) or (N/{}, K/{}, {}, {}), C (M, N) or (N/4, M, 4)",
                            text(*a), text(*b), text(*c), c2, c2, nb, kb, nb, kb));
  };
  const bool types = product.fp16 ? b->type == "FP16" && c->type == "FP32"
                                  : a->type == "INT8" && b->type == "INT8" && c->type == "INT32";
  const bool ranks = (a->shape.size() == 2 && c->shape.size() == 2) || (a->shape.size() == 3 && c->shape.size() == 3);
  if (!types || !ranks || (b->shape.size() != 2 && b->shape.size() != 4)) return refuse();

  product.m = product.native_ac ? a->shape[1] : a->shape[0];
  product.k = product.native_ac ? a->shape[0] * a->shape[2] : a->shape[1];
  product.n = b->shape.size() == 2 ? b->shape[1] : b->shape[0] * b->shape[2];
  const std::uint64_t b_inner = b->shape.size() == 2 ? b->shape[0] : b->shape[1] * b->shape[3];
  const bool native_parts = !product.native_ac || (a->shape[2] == c2 && c->shape[2] == 4);
  const bool b_parts = b->shape.size() == 2 || (b->shape[2] == nb && b->shape[3] == kb);
  const std::uint64_t c_rows = product.native_ac ? c->shape[1] : c->shape[0];
  const std::uint64_t c_columns = product.native_ac ? c->shape[0] * c->shape[2] : c->shape[1];
  if (!native_parts || !b_parts || b_inner != product.k || c_rows != product.m || c_columns != product.n ||
      product.k % kb != 0 || product.n % nb != 0)
    return refuse();
  return product;
}

}  // namespace mattock::replay
