// NumPy's shapes around the product of two matrices: vectors, batches, broadcasting, sizes of 0.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/math.hpp"
#include "matmul/float_over_int8.hpp"
#include "matmul/matmul.hpp"

namespace mattock {
namespace {

/// An operand as a stack of matrices.
template <class View>
struct Stack {
  View matrices;  ///< rank 2 and more
  bool was_vector = false;
};

/// A vector becomes a row (left) or a column (right).
Stack<ArrayView> stack_of(ArrayView view, bool left) {
  if (view.shape.size() != 1) return {std::move(view), false};
  const std::int64_t size = view.shape[0], stride = view.strides[0];
  view.shape = left ? Shape{1, size} : Shape{size, 1};
  view.strides = left ? Strides{0, stride} : Strides{stride, 0};
  return {std::move(view), true};
}

Shape batch_of(const Shape& shape) { return {shape.begin(), shape.end() - 2}; }

Result<Shape> broadcast(const Shape& a, const Shape& b) {
  Shape result(std::max(a.size(), b.size()), 1);
  for (std::size_t d = 0; d < result.size(); ++d) {
    const std::int64_t in_a = d < a.size() ? a[a.size() - 1 - d] : 1, in_b = d < b.size() ? b[b.size() - 1 - d] : 1;
    if (in_a != in_b && in_a != 1 && in_b != 1)
      return fail(Code::kBadInput, fmt::format("batches of {} and {} do not go together", shape_text(a), shape_text(b)),
                  "each leading dimension must be the same in both, or 1 in one of them");
    result[result.size() - 1 - d] = in_a == 1 ? in_b : in_a;
  }
  return result;
}

/// Matrix `index` (row-major) of a stack that is broadcast to the batches `batch`.
template <class View>
View matrix_at(const View& stack, const Shape& batch, std::size_t index) {
  const std::size_t own = stack.shape.size() - 2;
  std::int64_t offset = 0;
  for (std::size_t d = batch.size(); d-- > 0;) {
    const auto size = static_cast<std::size_t>(batch[d]);
    const std::size_t behind = batch.size() - d;  // counted from the last batch dimension
    if (behind <= own && stack.shape[own - behind] != 1)
      offset += static_cast<std::int64_t>(index % size) * stack.strides[own - behind];
    index /= size;
  }
  return {stack.dtype,
          {stack.shape[own], stack.shape[own + 1]},
          {stack.strides[own], stack.strides[own + 1]},
          stack.data == nullptr ? nullptr : stack.data + offset};
}

/// A stack of A on one B is one tall matrix, if its rows lie evenly and are not too many for one.
template <class View>
bool is_tall(const View& stack) {
  const std::size_t rank = stack.shape.size();
  if (element_count({stack.shape.data(), rank - 1}) > plan::kMaxDimension) return false;
  for (std::size_t d = 0; d + 2 < rank; ++d)
    if (stack.shape[d] != 1 && stack.strides[d] != stack.strides[d + 1] * stack.shape[d + 1]) return false;
  return true;
}

template <class View>
View tall(const View& stack) {
  const std::size_t rank = stack.shape.size();
  std::int64_t rows = 1;
  for (std::size_t d = 0; d + 1 < rank; ++d) rows *= stack.shape[d];
  return {stack.dtype, {rows, stack.shape[rank - 1]}, {stack.strides[rank - 2], stack.strides[rank - 1]}, stack.data};
}

void fill_zero(const MutableView& view) {
  const std::array<std::byte, 8> zero{};
  for (std::size_t i = 0; i < view.size(); ++i) scatter(std::span(zero).first(element_bytes(view.dtype)), view, i);
}

std::size_t size_of(std::int64_t dimension) { return static_cast<std::size_t>(dimension); }

/// All products of two stacks into a third, whose batches are those of the broadcast. `create(m, k, n)` gives what
/// multiplies two matrices, `done` gets it after each product.
template <class Create, class Done>
Result<void> multiply_stacks(const ArrayView& a, const ArrayView& b, const MutableView& c, const Create& create,
                             const Done& done) {
  const Shape batch = batch_of(c.shape);
  const bool one_b = element_count(batch_of(b.shape)) == 1;
  if (one_b && !batch.empty() && is_tall(a) && is_tall(c) && batch_of(a.shape) == batch)
    return multiply_stacks(tall(a), matrix_at(b, batch, 0), tall(c), create, done);
  const std::size_t rank = a.shape.size();
  auto product = create(size_of(a.shape[rank - 2]), size_of(a.shape[rank - 1]), size_of(b.shape.back()));
  if (!product) return propagate(product);
  for (std::size_t i = 0; i < element_count(batch); ++i) {
    if (i == 0 || !one_b)
      if (const auto set = product->set_b(matrix_at(b, batch, i)); !set) return set;
    if (const auto run = product->run(matrix_at(a, batch, i), matrix_at(c, batch, i)); !run) return run;
    done(*product);
  }
  return {};
}

/// The result's view with the 1 of a vector operand put back in.
MutableView stack_of_result(MutableView c, bool a_vector, bool b_vector) {
  if (b_vector) {
    c.shape.push_back(1);
    c.strides.push_back(0);
  }
  if (a_vector) {
    c.shape.push_back(std::exchange(c.shape.back(), 1));
    c.strides.push_back(std::exchange(c.strides.back(), 0));
  }
  return c;
}

/// Any two arrays into a C of the type `wanted`; `create` and `done` as above.
template <class Create, class Done>
Result<void> multiply_arrays(const ArrayView& a, const ArrayView& b, const MutableView& c, DType wanted,
                             const plan::Options& options, const Create& create, const Done& done) {
  if (options.native.any())
    return fail(Code::kUsage, "arrays of any shape cannot be in the NPU's layout", "make a Matmul for one shape");
  const auto shape = matmul_shape(a.shape, b.shape);
  if (!shape) return propagate(shape);
  if (c.shape != *shape)
    return fail(Code::kBadInput,
                fmt::format("C has shape {}, this product gives {}", shape_text(c.shape), shape_text(*shape)));
  if (c.dtype != wanted)
    return fail(Code::kBadInput,
                fmt::format("C is {}, this product gives {}", dtype_name(c.dtype), dtype_name(wanted)));
  if (c.size() == 0) return {};
  const auto left = stack_of(a, true), right = stack_of(b, false);
  if (a.size() == 0) {  // nothing to add up
    fill_zero(c);
    return {};
  }
  return multiply_stacks(left.matrices, right.matrices, stack_of_result(c, left.was_vector, right.was_vector), create,
                         done);
}

}  // namespace

Result<Shape> matmul_shape(const Shape& a, const Shape& b) {
  for (const auto& [name, shape] : {std::pair{"A", &a}, std::pair{"B", &b}})
    if (shape->empty())
      return fail(Code::kBadInput, fmt::format("{} is a single number: a product takes vectors and matrices", name),
                  "multiply by a number with *");
  const bool a_vector = a.size() == 1, b_vector = b.size() == 1;
  const std::int64_t inner_a = a.back(), inner_b = b_vector ? b.back() : b[b.size() - 2];
  if (inner_a != inner_b)
    return fail(Code::kBadInput,
                fmt::format("A is {} and B is {}: the inner dimensions {} and {} differ", shape_text(a), shape_text(b),
                            inner_a, inner_b),
                "the last dimension of A must be the last but one of B");
  auto shape = broadcast(a_vector ? Shape{} : batch_of(a), b_vector ? Shape{} : batch_of(b));
  if (!shape) return shape;
  if (!a_vector) shape->push_back(a[a.size() - 2]);
  if (!b_vector) shape->push_back(b.back());
  return shape;
}

Result<void> matmul_into(Device& device, const ArrayView& a, const ArrayView& b, const MutableView& c,
                         const MatmulOptions& options) {
  const auto create = [&](std::size_t m, std::size_t k, std::size_t n) {
    return Matmul::create(device, {.m = m,
                                   .k = k,
                                   .n = n,
                                   .types = {options.operand, options.output},
                                   .options = options.plan,
                                   .requantisation = options.requantisation});
  };
  return multiply_arrays(a, b, c, dtype_of(options.output), options.plan, create, [](const Matmul&) {});
}

Result<double> matmul_over_int8(Device& device, const ArrayView& a, const ArrayView& b, const MutableView& c,
                                const plan::Options& options) {
  double bound = 0;
  const auto create = [&](std::size_t m, std::size_t k, std::size_t n) {
    return FloatOverInt8::create(device, {.m = m, .k = k, .n = n, .options = options});
  };
  const auto done = [&](const FloatOverInt8& product) { bound = std::max(bound, *product.error_bound()); };
  const auto multiplied = multiply_arrays(a, b, c, DType::kFloat32, options, create, done);
  if (!multiplied) return propagate(multiplied);
  return bound;
}

Result<Array> matmul(Device& device, const ArrayView& a, const ArrayView& b, const MatmulOptions& options) {
  const auto shape = matmul_shape(a.shape, b.shape);
  if (!shape) return propagate(shape);
  Array c = Array::zeros(dtype_of(options.output), *shape);
  if (const auto done = matmul_into(device, a, b, view_of(c), options); !done) return propagate(done);
  return c;
}

}  // namespace mattock
