// Constants, types and shapes: nothing here computes.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "onnx/operators.hpp"
#include "onnx/problem.hpp"
#include "onnx/tensors.hpp"

namespace mattock::onnx {
namespace {

template <class Number>
Array list_of(DType dtype, Shape shape, const std::vector<Number>& numbers) {
  Array array = Array::zeros(dtype, std::move(shape));
  for (std::size_t i = 0; i < numbers.size(); ++i) store_le(std::span(array.data), i * sizeof(Number), numbers[i]);
  return array;
}

std::int64_t count_of(std::span<const std::int64_t> dims) { return static_cast<std::int64_t>(element_count(dims)); }

bool is_float(DType dtype) { return dtype == DType::kFloat32 || dtype == DType::kFloat16; }

/// Which dimensions `axes` name, of `rank`. Errors: kBadFile (out of range, twice).
Result<std::vector<bool>> marked(const std::vector<std::int64_t>& axes, std::size_t rank) {
  std::vector<bool> marks(rank, false);
  for (const std::int64_t axis : axes) {
    const auto dim = from_front(axis, rank);
    if (!dim) return propagate(dim);
    if (marks[*dim]) return fail(Code::kBadFile, fmt::format("axis {} is named twice", axis));
    marks[*dim] = true;
  }
  return marks;
}

/// The one dimension given as -1, and 0 for those of the input.
Result<Shape> reshape_target(const Shape& from, const std::vector<std::int64_t>& wanted, bool zero_is_zero) {
  const auto wrong = [&] {
    return fail(Code::kBadFile, fmt::format("shape {} cannot become {}", shape_text(from), shape_text(wanted)));
  };
  Shape shape = wanted;
  auto rest = shape.end();
  const std::int64_t whole = count_of(from);
  std::int64_t count = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && !zero_is_zero) {
      if (i >= from.size()) return wrong();
      shape[i] = from[i];
    }
    if (shape[i] == -1 && rest == shape.end()) {
      rest = shape.begin() + static_cast<std::ptrdiff_t>(i);
      continue;
    }
    if (shape[i] < 1 || shape[i] > whole / count) return wrong();
    count *= shape[i];
  }
  if (rest != shape.end()) *rest = whole / count;
  if (rest != shape.end() ? whole % count != 0 : count != whole) return wrong();
  return shape;
}

}  // namespace

Result<Value> read_constant(Node& node) {
  std::vector<Array> found;
  auto tensor = node.tensor("value");
  if (!tensor) return propagate(tensor);
  if (*tensor) found.push_back(std::move(**tensor));
  const auto one_float = node.number("value_float");
  if (!one_float) return propagate(one_float);
  if (*one_float) found.push_back(list_of<float>(DType::kFloat32, {}, {static_cast<float>(**one_float)}));
  const auto one_int = node.integer("value_int");
  if (!one_int) return propagate(one_int);
  if (*one_int) found.push_back(list_of<std::int64_t>(DType::kInt64, {}, {**one_int}));
  const auto floats = node.numbers("value_floats");
  if (!floats) return propagate(floats);
  if (*floats) {
    const std::vector<float> numbers((*floats)->begin(), (*floats)->end());
    found.push_back(list_of(DType::kFloat32, {static_cast<std::int64_t>(numbers.size())}, numbers));
  }
  const auto ints = node.integers("value_ints");
  if (!ints) return propagate(ints);
  if (*ints) found.push_back(list_of(DType::kInt64, {static_cast<std::int64_t>((*ints)->size())}, **ints));
  if (found.size() != 1) return fail(Code::kBadFile, fmt::format("has {} values; a constant has one", found.size()));
  if (auto ok = check_shape(found[0].shape); !ok) return propagate(ok);
  return node.fold(std::move(found[0]));
}

// A step that changes nothing, so that both names remain.
Result<Value> read_identity(Node& node) { return node.reshaped(node.in(0), node.in(0).shape); }

Result<Value> read_cast(Node& node) {
  const auto to = node.integer("to");
  if (!to) return propagate(to);
  if (!*to) return fail(Code::kBadFile, "has no attribute 'to'");
  const auto type = static_cast<std::int32_t>(std::clamp<std::int64_t>(**to, 0, 1 << 16));
  const auto dtype = dtype_of(type);
  Value& x = node.in(0);
  const Array* array = node.constant(x);
  const bool to_float = dtype && is_float(*dtype);
  // Integers of a shape: exact.
  const bool widens = dtype == DType::kInt64 && (x.dtype == DType::kInt32 || x.dtype == DType::kInt64);
  if (array != nullptr && (to_float || widens)) return node.fold(converted(*array, *dtype));
  if (!to_float || !is_float(x.dtype))
    return fail(Code::kUnsupported,
                fmt::format("casts {} to {}; float32 and float16 are supported, and constants to "
                            "these",
                            dtype_name(x.dtype), type_text(type)),
                "cast outside the model");
  return node.emit(graph::Convert{}, {&x}, *dtype, x.shape);
}

Result<Value> read_reshape(Node& node) {
  const auto wanted = node.constant_integers(1);
  if (!wanted) return propagate(wanted);
  const auto zero_is_zero = node.integer("allowzero");
  if (!zero_is_zero) return propagate(zero_is_zero);
  auto shape = reshape_target(node.in(0).shape, *wanted, zero_is_zero->value_or(0) != 0);
  if (!shape) return propagate(shape);
  return node.reshaped(node.in(0), std::move(*shape));
}

Result<Value> read_flatten(Node& node) {
  const auto axis = node.integer("axis");
  if (!axis) return propagate(axis);
  const Shape& shape = node.in(0).shape;
  const std::int64_t wanted = axis->value_or(1);
  const bool at_end = wanted == static_cast<std::int64_t>(shape.size());
  const auto split = at_end ? Result<std::size_t>(shape.size()) : from_front(wanted, shape.size());
  if (!split) return propagate(split);
  const std::span dims(shape);
  return node.reshaped(node.in(0), {count_of(dims.first(*split)), count_of(dims.subspan(*split))});
}

Result<Value> read_transpose(Node& node) {
  const auto wanted = node.integers("perm");
  if (!wanted) return propagate(wanted);
  const std::size_t rank = node.in(0).shape.size();
  std::vector<std::size_t> perm(rank);
  for (std::size_t i = 0; i < rank; ++i) perm[i] = rank - 1 - i;
  if (*wanted) {
    const std::vector<std::int64_t>& dims = **wanted;
    if (dims.size() != rank || std::any_of(dims.begin(), dims.end(), [](std::int64_t dim) { return dim < 0; }))
      return fail(Code::kBadFile, fmt::format("perm does not name each of {} dimensions", rank));
    if (const auto once = marked(dims, rank); !once) return propagate(once);
    std::transform(dims.begin(), dims.end(), perm.begin(), [](std::int64_t dim) { return std::size_t(dim); });
  }
  return node.transposed(node.in(0), std::move(perm));
}

Result<Value> read_squeeze(Node& node) {
  const auto axes = node.integers_or_operand("axes", 1);
  if (!axes) return propagate(axes);
  const Shape& from = node.in(0).shape;
  const auto marks = marked(axes->value_or(std::vector<std::int64_t>{}), from.size());
  if (!marks) return propagate(marks);
  Shape shape;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const bool drops = *axes ? (*marks)[i] : from[i] == 1;
    if (drops && from[i] != 1)
      return fail(Code::kBadFile, fmt::format("dimension {} of {} is not 1", i, shape_text(from)));
    if (!drops) shape.push_back(from[i]);
  }
  return node.reshaped(node.in(0), std::move(shape));
}

Result<Value> read_unsqueeze(Node& node) {
  const auto axes = node.integers_or_operand("axes", 1);
  if (!axes) return propagate(axes);
  if (!*axes) return fail(Code::kBadFile, "has no axes");
  const Shape& from = node.in(0).shape;
  const auto marks = marked(**axes, from.size() + (*axes)->size());  // axes of the result
  if (!marks) return propagate(marks);
  Shape shape;
  auto next = from.begin();
  for (const bool is_new : *marks) shape.push_back(is_new ? 1 : *next++);
  if (auto ok = check_shape(shape); !ok) return propagate(ok);
  return node.reshaped(node.in(0), std::move(shape));
}

}  // namespace mattock::onnx
