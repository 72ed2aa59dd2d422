#include "reference/number.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "base/bytes.hpp"

namespace mattock::reference {
namespace {

struct Range {
  std::int64_t low, high;
};

template <class T>
Range range_of() {
  return {static_cast<std::int64_t>(std::numeric_limits<T>::min()),
          static_cast<std::int64_t>(std::numeric_limits<T>::max())};
}

/// uint64 is cut to the non-negative int64: the graphs use 64 bits for shapes only.
Range integer_range(DType dtype) {
  switch (dtype) {
    case DType::kInt8: return range_of<std::int8_t>();
    case DType::kUint8: return range_of<std::uint8_t>();
    case DType::kInt16: return range_of<std::int16_t>();
    case DType::kUint16: return range_of<std::uint16_t>();
    case DType::kInt32: return range_of<std::int32_t>();
    case DType::kUint32: return range_of<std::uint32_t>();
    case DType::kInt64: return range_of<std::int64_t>();
    case DType::kUint64: return {0, std::numeric_limits<std::int64_t>::max()};
    default: return {0, 1};
  }
}

int exponent_bits(const FloatFormat& format) { return 16 - format.precision; }
int mantissa_bits(const FloatFormat& format) { return format.precision - 1; }

}  // namespace

double round_to(const FloatFormat& format, double value) {
  if (value == 0 || !std::isfinite(value)) return value;
  int exponent = 0;
  std::frexp(value, &exponent);  // |value| in [2^(exponent-1), 2^exponent)
  const int last_place = std::max(exponent - 1, format.least_exponent) - mantissa_bits(format);
  const double places = std::ldexp(value, -last_place);
  double whole = std::floor(places);
  const double rest = places - whole;  // exact: both have at most 53 bits and the same exponent range
  if (rest > 0.5 || (rest == 0.5 && std::fmod(whole, 2) != 0)) whole += 1;
  const double rounded = std::ldexp(whole, last_place);
  if (std::fabs(rounded) >= std::ldexp(1.0, format.most_exponent + 1))
    return std::copysign(std::numeric_limits<double>::infinity(), value);
  return std::copysign(rounded, value);
}

std::uint16_t encode(const FloatFormat& format, double value) {
  const int mantissa = mantissa_bits(format);
  const unsigned sign = std::signbit(value) ? 0x8000u : 0u;
  const unsigned top = (1u << exponent_bits(format)) - 1;
  if (std::isnan(value)) return static_cast<std::uint16_t>((top << mantissa) | (1u << (mantissa - 1)));
  if (std::isinf(value)) return static_cast<std::uint16_t>(sign | (top << mantissa));
  // Places of the smallest subnormal: below 2^mantissa it is the pattern itself.
  int exponent = 0;
  std::frexp(value, &exponent);
  exponent = value == 0 ? format.least_exponent : std::max(exponent - 1, format.least_exponent);
  const double places = std::ldexp(std::fabs(value), mantissa - exponent);
  assert(places == std::floor(places));
  const unsigned field = static_cast<unsigned>(exponent - format.least_exponent) << mantissa;
  return static_cast<std::uint16_t>(sign | (field + static_cast<unsigned>(places)));
}

double decode(const FloatFormat& format, std::uint16_t bits) {
  const int mantissa = mantissa_bits(format);
  const unsigned fraction = bits & ((1u << mantissa) - 1);
  const unsigned top = (1u << exponent_bits(format)) - 1;
  const unsigned field = (static_cast<unsigned>(bits) >> mantissa) & top;
  const double sign = (bits & 0x8000u) != 0 ? -1.0 : 1.0;
  if (field == top)
    return fraction != 0 ? std::numeric_limits<double>::quiet_NaN() : sign * std::numeric_limits<double>::infinity();
  if (field == 0) return sign * std::ldexp(fraction, format.least_exponent - mantissa);
  return sign * std::ldexp(fraction + (1u << mantissa), static_cast<int>(field) - 1 + format.least_exponent - mantissa);
}

bool is_integer(DType dtype) {
  return dtype != DType::kFloat16 && dtype != DType::kFloat32 && dtype != DType::kFloat64 && dtype != DType::kBfloat16;
}

double load_number(const Array& array, std::size_t index) {
  switch (array.dtype) {
    case DType::kFloat16: return decode(kBinary16, load_le<std::uint16_t>(array.data, index * 2));
    case DType::kBfloat16: return decode(kBrain16, load_le<std::uint16_t>(array.data, index * 2));
    case DType::kFloat32: return load_le<float>(array.data, index * 4);
    case DType::kFloat64: return load_le<double>(array.data, index * 8);
    default: return static_cast<double>(load_integer(array, index));
  }
}

std::int64_t load_integer(const Array& array, std::size_t index) {
  switch (array.dtype) {
    case DType::kInt8: return load_le<std::int8_t>(array.data, index);
    case DType::kUint8: return load_le<std::uint8_t>(array.data, index);
    case DType::kInt16: return load_le<std::int16_t>(array.data, index * 2);
    case DType::kUint16: return load_le<std::uint16_t>(array.data, index * 2);
    case DType::kInt32: return load_le<std::int32_t>(array.data, index * 4);
    case DType::kUint32: return load_le<std::uint32_t>(array.data, index * 4);
    case DType::kInt64:
    case DType::kUint64: return load_le<std::int64_t>(array.data, index * 8);
    case DType::kBool: return array.data[index] == std::byte{0} ? 0 : 1;
    default: assert(is_integer(array.dtype)); return 0;
  }
}

void store_number(Array& array, std::size_t index, double value) {
  switch (array.dtype) {
    case DType::kFloat16: return store_le(array.data, index * 2, encode(kBinary16, round_to(kBinary16, value)));
    case DType::kBfloat16: return store_le(array.data, index * 2, encode(kBrain16, round_to(kBrain16, value)));
    case DType::kFloat32: return store_le(array.data, index * 4, static_cast<float>(value));
    case DType::kFloat64: return store_le(array.data, index * 8, value);
    default: {
      const Range range = integer_range(array.dtype);
      return store_integer(array, index, round_to_integer(value, range.low, range.high));
    }
  }
}

void store_integer(Array& array, std::size_t index, std::int64_t value) {
  const Range range = integer_range(array.dtype);
  const std::int64_t stored = std::clamp(value, range.low, range.high);
  switch (element_bytes(array.dtype)) {
    case 1: return store_le(array.data, index, static_cast<std::uint8_t>(stored));
    case 2: return store_le(array.data, index * 2, static_cast<std::uint16_t>(stored));
    case 4: return store_le(array.data, index * 4, static_cast<std::uint32_t>(stored));
    default: return store_le(array.data, index * 8, stored);
  }
}

std::int64_t round_to_integer(double value, std::int64_t low, std::int64_t high) {
  if (std::isnan(value)) return 0;
  if (value <= static_cast<double>(low)) return low;
  if (value >= static_cast<double>(high)) return high;
  const double whole = std::floor(value);
  const double rest = value - whole;
  const auto below = static_cast<std::int64_t>(whole);
  if (rest > 0.5 || (rest == 0.5 && below % 2 != 0)) return below + 1;
  return below;
}

}  // namespace mattock::reference
