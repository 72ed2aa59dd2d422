// Operators that move elements. Where both sides store numbers alike the bits move unchanged, else each number
// is converted.
#include <cstring>

#include "reference/operators.hpp"
#include "reference/quantized.hpp"

namespace mattock::reference {
namespace {

/// Elements picked from `data` in the order of the output.
Array gather(const graph::Tensor& from, const Array& data, const graph::Tensor& to,
             const std::vector<std::size_t>& picked) {
  if (same_storage(from, to)) {
    Array result = Array::zeros(to.dtype, to.shape);
    const std::size_t bytes = element_bytes(to.dtype);
    for (std::size_t i = 0; i < picked.size(); ++i)
      std::memcpy(&result.data[i * bytes], &data.data[picked[i] * bytes], bytes);
    return result;
  }
  const std::vector<double> values = reals(from, data);
  std::vector<double> moved(picked.size());
  for (std::size_t i = 0; i < picked.size(); ++i) moved[i] = values[picked[i]];
  return stored(to, moved);
}

std::vector<std::size_t> in_order(std::size_t count) {
  std::vector<std::size_t> picked(count);
  for (std::size_t i = 0; i < count; ++i) picked[i] = i;
  return picked;
}

/// Where the elements of `part` lie in `whole`, if the part begins at `start` along `axis`.
std::vector<std::size_t> places_in(const Shape& whole, const Shape& part, std::size_t axis, std::size_t start) {
  const std::size_t inner = element_count(std::span(whole).subspan(axis + 1));
  const std::size_t part_line = static_cast<std::size_t>(part[axis]) * inner;
  const std::size_t whole_line = static_cast<std::size_t>(whole[axis]) * inner;
  std::vector<std::size_t> places(element_count(part));
  for (std::size_t i = 0; i < places.size(); ++i)
    places[i] = i / part_line * whole_line + start * inner + i % part_line;
  return places;
}

}  // namespace

std::vector<Array> reshape(const Operands& operands) {
  return {gather(operands.in(0), operands.data(0), operands.out(0), in_order(operands.data(0).size()))};
}

std::vector<Array> transpose(const Operands& operands, const graph::Transpose& op) {
  const Shape& in = operands.in(0).shape;
  const Shape& out = operands.out(0).shape;
  std::vector<std::size_t> steps(in.size(), 1);
  for (std::size_t dim = in.size(); dim-- > 1;) steps[dim - 1] = steps[dim] * static_cast<std::size_t>(in[dim]);
  std::vector<std::size_t> picked(element_count(out));
  for (std::size_t i = 0; i < picked.size(); ++i) {
    std::size_t rest = i;
    for (std::size_t dim = out.size(); dim-- > 0;) {
      const auto extent = static_cast<std::size_t>(out[dim]);
      picked[i] += rest % extent * steps[op.perm[dim]];
      rest /= extent;
    }
  }
  return {gather(operands.in(0), operands.data(0), operands.out(0), picked)};
}

std::vector<Array> split(const Operands& operands, const graph::Split& op) {
  std::vector<Array> parts;
  std::size_t start = 0;
  for (std::size_t i = 0; i < operands.node.outputs.size(); ++i) {
    const Shape& part = operands.out(i).shape;
    parts.push_back(gather(operands.in(0), operands.data(0), operands.out(i),
                           places_in(operands.in(0).shape, part, op.axis, start)));
    start += static_cast<std::size_t>(part[op.axis]);
  }
  return parts;
}

std::vector<Array> concat(const Operands& operands, const graph::Concat& op) {
  const graph::Tensor& to = operands.out(0);
  Array whole = Array::zeros(to.dtype, to.shape);
  const std::size_t bytes = element_bytes(to.dtype);
  std::size_t start = 0;
  for (std::size_t i = 0; i < operands.node.inputs.size(); ++i) {
    graph::Tensor as_output = to;  // the part, stored as the output stores it
    as_output.shape = operands.in(i).shape;
    const Array part = gather(operands.in(i), operands.data(i), as_output, in_order(operands.data(i).size()));
    const std::vector<std::size_t> places = places_in(to.shape, as_output.shape, op.axis, start);
    for (std::size_t j = 0; j < places.size(); ++j)
      std::memcpy(&whole.data[places[j] * bytes], &part.data[j * bytes], bytes);
    start += static_cast<std::size_t>(as_output.shape[op.axis]);
  }
  return {std::move(whole)};
}

}  // namespace mattock::reference
