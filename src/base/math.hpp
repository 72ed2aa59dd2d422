// Integer helpers that every room needs: rounding up, and the one checked narrowing cast.
#pragma once

#include <cassert>
#include <type_traits>
#include <utility>

namespace mattock {

template <class T>
constexpr T ceil_div(T value, std::type_identity_t<T> step) {
  return (value + step - 1) / step;
}

template <class T>
constexpr T align_up(T value, std::type_identity_t<T> step) {
  return ceil_div(value, step) * step;
}

/// The value in another integer type. It must fit (asserted): a check of data belongs before the call.
template <class To, class From>
constexpr To narrow(From value) {
  assert(std::in_range<To>(value));
  return static_cast<To>(value);
}

}  // namespace mattock
