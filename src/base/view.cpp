#include "base/view.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace mattock {
namespace {

/// Calls visit(first element of the run, its number of elements, distance) for the runs along the last
/// dimension that make up elements [first, first + count).
template <class Byte, class Visit>
void for_each_run(const BasicView<Byte>& view, std::size_t first, std::size_t count, const Visit& visit) {
  assert(first <= view.size() && count <= view.size() - first);
  const std::size_t rank = view.shape.size();
  const std::size_t row = rank == 0 ? 1 : static_cast<std::size_t>(view.shape.back());
  const std::int64_t step = rank == 0 ? 0 : view.strides.back();
  while (count > 0) {
    const std::size_t column = first % row;
    std::size_t rest = first / row;
    std::int64_t offset = static_cast<std::int64_t>(column) * step;
    for (std::size_t d = rank < 2 ? 0 : rank - 1; d-- > 0;) {
      const auto size = static_cast<std::size_t>(view.shape[d]);
      offset += static_cast<std::int64_t>(rest % size) * view.strides[d];
      rest /= size;
    }
    const std::size_t run = std::min(count, row - column);
    visit(view.data + offset, run, step);
    first += run;
    count -= run;
  }
}

/// Elements of a size known to the compiler, so that a copy is a load and a store.
template <std::size_t kBytes>
void copy_strided(const std::byte* from, std::int64_t from_step, std::byte* to, std::int64_t to_step, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i, from += from_step, to += to_step) std::memcpy(to, from, kBytes);
}

}  // namespace

void copy_elements(std::size_t bytes, const std::byte* from, std::int64_t from_step, std::byte* to,
                   std::int64_t to_step, std::size_t n) {
  const auto dense = static_cast<std::int64_t>(bytes);
  if (from_step == dense && to_step == dense) {
    std::memcpy(to, from, n * bytes);
    return;
  }
  switch (bytes) {
    case 1: return copy_strided<1>(from, from_step, to, to_step, n);
    case 2: return copy_strided<2>(from, from_step, to, to_step, n);
    case 4: return copy_strided<4>(from, from_step, to, to_step, n);
    case 8: return copy_strided<8>(from, from_step, to, to_step, n);
  }
  assert(false && "element size");
}

Strides dense_strides(DType dtype, const Shape& shape) {
  Strides strides(shape.size());
  auto step = static_cast<std::int64_t>(element_bytes(dtype));
  for (std::size_t d = shape.size(); d-- > 0;) {
    strides[d] = step;
    step *= shape[d];
  }
  return strides;
}

template <class Byte>
bool BasicView<Byte>::is_dense() const {
  if (size() == 0) return true;
  auto step = static_cast<std::int64_t>(element_bytes(dtype));
  for (std::size_t d = shape.size(); d-- > 0;) {
    if (shape[d] != 1 && strides[d] != step) return false;  // a dimension of 1 is never stepped along
    step *= shape[d];
  }
  return true;
}

template struct BasicView<const std::byte>;
template struct BasicView<std::byte>;

ArrayView view_of(const Array& array) {
  return {array.dtype, array.shape, dense_strides(array.dtype, array.shape), array.data.data()};
}

MutableView view_of(Array& array) {
  return {array.dtype, array.shape, dense_strides(array.dtype, array.shape), array.data.data()};
}

void gather(const ArrayView& view, std::size_t first, std::span<std::byte> into) {
  const std::size_t bytes = element_bytes(view.dtype);
  std::byte* to = into.data();
  for_each_run(view, first, into.size() / bytes, [&](const std::byte* from, std::size_t n, std::int64_t step) {
    copy_elements(bytes, from, step, to, static_cast<std::int64_t>(bytes), n);
    to += n * bytes;
  });
}

void scatter(std::span<const std::byte> from, const MutableView& view, std::size_t first) {
  const std::size_t bytes = element_bytes(view.dtype);
  const std::byte* source = from.data();
  for_each_run(view, first, from.size() / bytes, [&](std::byte* to, std::size_t n, std::int64_t step) {
    copy_elements(bytes, source, static_cast<std::int64_t>(bytes), to, step, n);
    source += n * bytes;
  });
}

}  // namespace mattock
