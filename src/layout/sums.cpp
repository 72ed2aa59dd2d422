#include "layout/sums.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "layout/kernels.hpp"

namespace mattock::layout {
namespace {

template <class T>
T load(const std::byte* at, std::size_t index) {
  T value;
  std::memcpy(&value, at + index * sizeof(T), sizeof(T));
  return value;
}

template <class T>
void store(std::byte* at, std::size_t index, T value) {
  std::memcpy(at + index * sizeof(T), &value, sizeof(T));
}

}  // namespace

void add_floats(const std::byte* terms, std::size_t n, bool first, std::byte* sums, bool vectors) {
  for (std::size_t i = vectors ? kernels::add_floats(terms, n, first, sums) : 0; i < n; ++i) {
    const auto term = static_cast<double>(load<float>(terms, i));
    store(sums, i, first ? term : load<double>(sums, i) + term);
  }
}

void add_integers(const std::byte* terms, std::size_t n, bool first, std::byte* sums, bool vectors) {
  for (std::size_t i = vectors ? kernels::add_integers(terms, n, first, sums) : 0; i < n; ++i)
    store(sums, i, (first ? 0u : load<std::uint32_t>(sums, i)) + load<std::uint32_t>(terms, i));
}

void scale_sums(const std::byte* sums, std::size_t n, float row_scale, const float* column_scales, std::byte* numbers,
                bool vectors) {
  const auto row = static_cast<double>(row_scale);
  for (std::size_t i = vectors ? kernels::scale_sums(sums, n, row_scale, column_scales, numbers) : 0; i < n; ++i)
    store(numbers, i, static_cast<double>(load<std::int32_t>(sums, i)) * row * static_cast<double>(column_scales[i]));
}

void settle_nans(std::byte* numbers, std::size_t n, bool vectors) {
  for (std::size_t i = vectors ? kernels::settle_nans(numbers, n) : 0; i < n; ++i)
    if (std::isnan(load<double>(numbers, i))) store(numbers, i, std::numeric_limits<double>::quiet_NaN());
}

}  // namespace mattock::layout
