#include "base/convert.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/bytes.hpp"
#include "base/half.hpp"

namespace mattock {
namespace {

// Every type passes through binary64 in pieces of this many elements. binary64 holds all types but the 64-bit
// integers exactly; load() says what happens to those.
constexpr std::size_t kPiece = 256;
using Numbers = std::array<double, kPiece>;

/// What is left of a 64-bit integer when binary64 cannot hold it: rounded to odd, so that a later rounding to a
/// narrower float sees on which side of a tie it was.
template <class Integer>
double to_odd_double(Integer value) {
  constexpr int kDigits = std::numeric_limits<double>::digits;
  const bool negative = value < 0;
  auto magnitude = static_cast<std::uint64_t>(value);
  if (negative) magnitude = 0 - magnitude;
  const int excess = 64 - std::countl_zero(magnitude) - kDigits;
  if (excess > 0) {
    const std::uint64_t lost = magnitude & ((std::uint64_t{1} << excess) - 1);
    magnitude = (magnitude >> excess | (lost != 0 ? 1 : 0)) << excess;
  }
  const auto real = static_cast<double>(magnitude);
  return negative ? -real : real;
}

template <class T>
double load(std::span<const std::byte> bytes, std::size_t index, bool narrower) {
  const T value = load_le<T>(bytes, index * sizeof(T));
  if constexpr (sizeof(T) == 8 && std::numeric_limits<T>::is_integer)
    if (narrower) return to_odd_double(value);
  return static_cast<double>(value);
}

/// `narrower`: the numbers go on to a float type below binary64.
void load_all(DType type, std::span<const std::byte> from, std::size_t n, bool narrower, Numbers& out) {
  const auto each = [&](auto&& one) {
    for (std::size_t i = 0; i < n; ++i) out[i] = one(i);
  };
  switch (type) {
    case DType::kFloat16: return each([&](auto i) { return to_double(half{load_le<std::uint16_t>(from, i * 2)}); });
    case DType::kBfloat16:
      return each([&](auto i) { return to_double(bfloat16{load_le<std::uint16_t>(from, i * 2)}); });
    case DType::kFloat32: return each([&](auto i) { return load<float>(from, i, narrower); });
    case DType::kFloat64: return each([&](auto i) { return load<double>(from, i, narrower); });
    case DType::kInt8: return each([&](auto i) { return load<std::int8_t>(from, i, narrower); });
    case DType::kUint8: return each([&](auto i) { return load<std::uint8_t>(from, i, narrower); });
    case DType::kInt16: return each([&](auto i) { return load<std::int16_t>(from, i, narrower); });
    case DType::kUint16: return each([&](auto i) { return load<std::uint16_t>(from, i, narrower); });
    case DType::kInt32: return each([&](auto i) { return load<std::int32_t>(from, i, narrower); });
    case DType::kUint32: return each([&](auto i) { return load<std::uint32_t>(from, i, narrower); });
    case DType::kInt64: return each([&](auto i) { return load<std::int64_t>(from, i, narrower); });
    case DType::kUint64: return each([&](auto i) { return load<std::uint64_t>(from, i, narrower); });
    case DType::kBool: return each([&](auto i) { return from[i] == std::byte{0} ? 0.0 : 1.0; });
  }
}

template <class T>
T to_integer(double value) {
  // 2^digits is exact in binary64 while max() of a 64-bit type is not: compare against the power of two.
  const double above = std::ldexp(1.0, std::numeric_limits<T>::digits);
  const double rounded = std::nearbyint(value);
  if (rounded >= above) return std::numeric_limits<T>::max();
  if (rounded <= static_cast<double>(std::numeric_limits<T>::min())) return std::numeric_limits<T>::min();
  return std::isnan(rounded) ? T{0} : static_cast<T>(rounded);
}

void store_all(DType type, const Numbers& in, std::size_t n, std::span<std::byte> to) {
  const auto each = [&](auto&& one) {
    for (std::size_t i = 0; i < n; ++i) {
      const auto value = one(in[i]);
      store_le(to, i * sizeof(value), value);
    }
  };
  switch (type) {
    case DType::kFloat16: return each([](double v) { return half_from_double(v).bits; });
    case DType::kBfloat16: return each([](double v) { return bfloat16_from_double(v).bits; });
    case DType::kFloat32: return each([](double v) { return static_cast<float>(v); });
    case DType::kFloat64: return each([](double v) { return v; });
    case DType::kInt8: return each(to_integer<std::int8_t>);
    case DType::kUint8: return each(to_integer<std::uint8_t>);
    case DType::kInt16: return each(to_integer<std::int16_t>);
    case DType::kUint16: return each(to_integer<std::uint16_t>);
    case DType::kInt32: return each(to_integer<std::int32_t>);
    case DType::kUint32: return each(to_integer<std::uint32_t>);
    case DType::kInt64: return each(to_integer<std::int64_t>);
    case DType::kUint64: return each(to_integer<std::uint64_t>);
    case DType::kBool: return each([](double v) { return v == 0 ? std::byte{0} : std::byte{1}; });
  }
}

bool is_narrow_float(DType type) {
  return type == DType::kFloat16 || type == DType::kBfloat16 || type == DType::kFloat32;
}

}  // namespace

void convert_elements(DType from_type, std::span<const std::byte> from, DType to_type, std::span<std::byte> to) {
  const std::size_t from_bytes = element_bytes(from_type), to_bytes = element_bytes(to_type);
  const std::size_t count = from.size() / from_bytes;
  assert(to.size() >= count * to_bytes);
  if (from_type == to_type) {
    std::ranges::copy(from, to.begin());
    return;
  }
  Numbers numbers;
  for (std::size_t first = 0; first < count; first += kPiece) {
    const std::size_t n = std::min(kPiece, count - first);
    load_all(from_type, from.subspan(first * from_bytes), n, is_narrow_float(to_type), numbers);
    store_all(to_type, numbers, n, to.subspan(first * to_bytes));
  }
}

std::size_t count_infinities(DType dtype, std::span<const std::byte> elements) {
  // The bits without the sign, compared with an exponent of ones and a fraction of zeros.
  const auto count_of = [&](auto infinity) {
    using Bits = decltype(infinity);
    std::size_t count = 0;
    for (std::size_t at = 0; at < elements.size(); at += sizeof(Bits))
      if (static_cast<Bits>(load_le<Bits>(elements, at) << 1) == static_cast<Bits>(infinity << 1)) ++count;
    return count;
  };
  switch (dtype) {
    case DType::kFloat16: return count_of(std::uint16_t{0x7c00});
    case DType::kBfloat16: return count_of(std::uint16_t{0x7f80});
    case DType::kFloat32: return count_of(std::uint32_t{0x7f80'0000});
    case DType::kFloat64: return count_of(std::uint64_t{0x7ff0'0000'0000'0000});
    default: return 0;
  }
}

}  // namespace mattock
