// An array in somebody else's memory: type, shape and distances in bytes, which may be anything NumPy allows
// (gaps, 0, negative, unaligned). Elements are counted row-major, whatever the strides.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "base/array.hpp"

namespace mattock {

/// Distances in bytes from one element to the next of its dimension.
using Strides = std::vector<std::int64_t>;

/// Those of a row-major array without gaps.
Strides dense_strides(DType dtype, const Shape& shape);

/// `Byte` is `const std::byte` for arrays that are only read.
template <class Byte>
struct BasicView {
  DType dtype = DType::kFloat32;
  Shape shape;
  Strides strides;       ///< as many as dimensions
  Byte* data = nullptr;  ///< element [0, 0, ...]; may be null when there are no elements

  std::size_t size() const { return element_count(shape); }
  std::size_t bytes() const { return size() * element_bytes(dtype); }
  /// Row-major without gaps: all elements are bytes() bytes in a row from `data`.
  bool is_dense() const;

  /// What can be written can be read.
  operator BasicView<const std::byte>() const requires(!std::is_const_v<Byte>) { return {dtype, shape, strides, data}; }
};

using ArrayView = BasicView<const std::byte>;
using MutableView = BasicView<std::byte>;

ArrayView view_of(const Array& array);
MutableView view_of(Array& array);

/// Copies `n` elements of 1, 2, 4 or 8 bytes (asserted); steps are bytes from one element to the next.
void copy_elements(std::size_t bytes, const std::byte* from, std::int64_t from_step, std::byte* to,
                   std::int64_t to_step, std::size_t n);

/// Copies elements [first, first + n) of the view into `into`, where they lie without gaps; n is
/// into.size() / element_bytes. All must exist (asserted).
void gather(const ArrayView& view, std::size_t first, std::span<std::byte> into);

/// The way back.
void scatter(std::span<const std::byte> from, const MutableView& view, std::size_t first);

}  // namespace mattock
