#include "emulator/formats.hpp"

#include <cassert>

#include "base/bytes.hpp"
#include "base/half.hpp"

namespace mattock::emulator {

using hw::Precision;

std::size_t element_bytes(Precision precision) {
  switch (precision) {
    case Precision::kInt8: return 1;
    case Precision::kInt16:
    case Precision::kFp16:
    case Precision::kBf16: return 2;
    case Precision::kInt32:
    case Precision::kFp32: return 4;
    default: return 0;
  }
}

bool is_float(Precision precision) {
  return precision == Precision::kFp16 || precision == Precision::kBf16 || precision == Precision::kFp32;
}

double load_float(std::span<const std::byte> bytes, std::size_t index, Precision precision, Precision work) {
  const Precision pattern = precision == Precision::kInt16 ? work : precision;
  if (pattern == Precision::kFp32) return static_cast<double>(load_le<float>(bytes, index * 4));
  const auto bits = load_le<std::uint16_t>(bytes, index * 2);
  return pattern == Precision::kBf16 ? to_double(bfloat16{bits}) : to_double(half{bits});
}

std::int32_t load_integer(std::span<const std::byte> bytes, std::size_t index, Precision precision) {
  switch (precision) {
    case Precision::kInt8: return load_le<std::int8_t>(bytes, index);
    case Precision::kInt16: return load_le<std::int16_t>(bytes, index * 2);
    default: assert(precision == Precision::kInt32); return load_le<std::int32_t>(bytes, index * 4);
  }
}

}  // namespace mattock::emulator
