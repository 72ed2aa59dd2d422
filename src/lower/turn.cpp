// Values with their dimensions exchanged: made when somebody asks, and not at all where two exchanges meet.
#include <algorithm>
#include <cassert>

#include "base/view.hpp"
#include "lower/values.hpp"

namespace mattock::lower {
namespace {

bool only_moves_ones(const Shape& shape, std::span<const std::size_t> perm) {
  std::vector<std::size_t> kept;
  for (const std::size_t axis : perm)
    if (shape[axis] != 1) kept.push_back(axis);
  return std::ranges::is_sorted(kept);
}

std::vector<std::size_t> last_two_exchanged(std::size_t rank) {
  std::vector<std::size_t> perm(rank);
  for (std::size_t i = 0; i < rank; ++i) perm[i] = i;
  std::swap(perm[rank - 1], perm[rank - 2]);
  return perm;
}

Shape permuted(const Shape& shape, std::span<const std::size_t> perm) {
  Shape result;
  for (const std::size_t axis : perm) result.push_back(shape[axis]);
  return result;
}

Array turned_array(const Array& array, std::span<const std::size_t> perm) {
  ArrayView view = view_of(array);
  ArrayView turned = view;
  for (std::size_t i = 0; i < perm.size(); ++i) {
    turned.shape[i] = view.shape[perm[i]];
    turned.strides[i] = view.strides[perm[i]];
  }
  Array result = Array::zeros(array.dtype, turned.shape);
  gather(turned, 0, result.data);
  return result;
}

}  // namespace

/// A transposition that somebody asks for at last.
void Values::realise(ValueId id) {
  if (!values_[id].turned_from || !values_[id].storages.empty()) return;
  const ValueId source = *values_[id].turned_from;
  const std::size_t from = plain(source);
  Value& value = values_[id];
  const Storage place = this->place(id, value.columns());
  Node& node = add_node("Transpose", value.name, {from}, {place.tensor});
  node.perm = value.perm;
}

ValueId Values::turned(ValueId id) {
  if (values_[id].turned) return *values_[id].turned;
  const std::size_t rank = values_[id].shape.size();
  assert(rank >= 2);
  const std::vector<std::size_t> perm = last_two_exchanged(rank);
  if (values_[id].turned_from && values_[id].perm == perm) return *values_[id].turned_from;
  const std::string name = values_[id].name + "_tp";
  const Shape shape = permuted(values_[id].shape, perm);
  ValueId result = 0;
  if (const Array* constant = values_[id].constant) {
    result = make_constant(name, turned_array(*constant, perm));
  } else if (only_moves_ones(values_[id].shape, perm)) {
    result = make(name, shape);
    alias(result, id);
  } else {
    result = make(name, shape);
    values_[result].turned_from = id;
    values_[result].perm = perm;
  }
  values_[id].turned = result;
  values_[result].turned = id;
  return result;
}

void Values::transpose(ValueId id, ValueId source, const std::vector<std::size_t>& perm) {
  if (const Array* constant = values_[source].constant) {
    values_[id].constant = keep(turned_array(*constant, perm));
  } else if (only_moves_ones(values_[source].shape, perm)) {
    alias(id, source);
  } else if (perm.size() >= 2 && perm == last_two_exchanged(perm.size())) {
    const ValueId other = turned(source);
    if (other != id && values_[other].exists() && !values_[other].turned_from) return alias(id, other);
    turn_back(id, source);
  } else {
    values_[id].turned_from = source;
    values_[id].perm = perm;
  }
}

void Values::turn_back(ValueId id, ValueId other) {
  const std::vector<std::size_t> perm = last_two_exchanged(values_[id].shape.size());
  values_[id].turned = other;
  values_[other].turned = id;
  if (only_moves_ones(values_[other].shape, perm)) return alias(id, other);
  values_[id].turned_from = other;
  values_[id].perm = perm;
}

ValueId Values::turned_operand(ValueId id, std::size_t rank) {
  if (element_count(values_[id].shape) == 1 || rank < 2) return id;
  if (values_[id].shape.size() >= 2) return turned(id);
  // A row becomes a column.
  const ValueId row = make(values_[id].name + "_row", {1, values_[id].shape.front()});
  alias(row, id);
  return turned(row);
}

}  // namespace mattock::lower
