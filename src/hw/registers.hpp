// The registers as data: what src/hw/registers/*.toml says, for everyone who looks registers up by address
// (disassembler, checker, emulator). The packers, one struct per register, are in generated/registers_BLOCK.hpp
// and are included one by one; tools/generate_registers.py writes them and the tables.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "hw/command.hpp"

namespace mattock::hw {

/// How a field holds its value. Struct members and listings show the value, never the bits.
enum class Encoding : std::uint8_t {
  kPlain,
  kMinusOne,  ///< bits = value - 1
  kShifted,   ///< bits = value >> shift; the low bits of the value must be zero
  kSigned,    ///< two's complement
  kEnum,      ///< one of FieldInfo::values
  kWord,      ///< an operand, integer or float according to the precision in force: the bits as they are
};

/// How well a field is known.
enum class Status : std::uint8_t {
  kVerified,  ///< on a chip
  kObserved,  ///< in a stream or file of the vendor
  kAssumed,
};

struct EnumValue {
  std::string_view name;
  std::uint32_t raw;
};

struct FieldInfo {
  std::string_view name;
  std::uint8_t high;  ///< highest bit
  std::uint8_t low;   ///< lowest bit
  Encoding encoding;
  std::uint8_t shift;                 ///< for kShifted
  std::span<const EnumValue> values;  ///< for kEnum; other bit patterns are legal but have no name
  std::string_view unit;              ///< "pixels"; "address" and "verbatim" are shown in hexadecimal; may be empty
  Status status;
  std::string_view evidence;  ///< "recording:NAME", "manual", ...
  std::string_view doc;       ///< may be empty

  constexpr unsigned width() const { return high - low + 1U; }
  constexpr std::uint32_t mask() const { return (0xffffffffU >> (32U - width())) << low; }
  constexpr std::uint32_t raw(std::uint32_t value) const { return (value & mask()) >> low; }
};

struct RegisterInfo {
  Block block;
  std::uint16_t offset;  ///< as in the command word: 0x1020
  std::string_view name;
  std::uint32_t reset;
  std::uint32_t known_bits;
  bool doubled;  ///< one copy in each of the two register groups
  std::span<const FieldInfo> fields;
  std::string_view doc;
};

/// Nothing (nullptr) for an address without a register.
const RegisterInfo* find_register(Block block, std::uint16_t offset);
/// All registers of a block, by offset.
std::span<const RegisterInfo> registers(Block block);

/// The number that raw bits of this field stand for: size, signed number, or the bits (enum, word, plain).
constexpr std::int64_t decode_field(const FieldInfo& field, std::uint32_t raw) {
  switch (field.encoding) {
    case Encoding::kMinusOne: return std::int64_t{raw} + 1;
    case Encoding::kShifted: return std::int64_t{raw} << field.shift;
    case Encoding::kSigned: {
      const std::int64_t sign = std::int64_t{1} << (field.width() - 1U);
      return (std::int64_t{raw} ^ sign) - sign;
    }
    default: return raw;
  }
}

/// What pack() gives: the register's value, or the first member whose value its field cannot hold.
struct PackResult {
  std::uint32_t value = 0;
  const FieldInfo* misfit = nullptr;
  std::int64_t found = 0;  ///< the misfitting value

  constexpr explicit operator bool() const { return misfit == nullptr; }
};

/// The register's value at compile time: a member that does not fit does not compile.
template <class Register>
consteval std::uint32_t packed(const Register& reg) {
  const PackResult result = reg.pack();
  // Not a constant when something does not fit: the compiler stops here and shows the register.
  if (result.misfit != nullptr) throw "a value does not fit its field";
  return result.value;
}

// Building blocks of the generated structs.
namespace detail {

struct Bits {
  unsigned low;
  unsigned width;
};

/// Puts `raw` into its bits if it fits; `value` is what the member held, for the message.
constexpr void put(PackResult& out, std::int64_t raw, std::int64_t value, Bits bits, const FieldInfo* field) {
  if (out.misfit != nullptr) return;
  if (raw < 0 || raw >> bits.width != 0) {
    out.misfit = field;
    out.found = value;
    return;
  }
  out.value |= static_cast<std::uint32_t>(raw) << bits.low;
}

constexpr void put_plain(PackResult& out, std::uint32_t value, Bits bits, const FieldInfo* field) {
  put(out, value, value, bits, field);
}

constexpr void put_minus_one(PackResult& out, std::uint32_t value, Bits bits, const FieldInfo* field) {
  put(out, std::int64_t{value} - 1, value, bits, field);
}

constexpr void put_shifted(PackResult& out, std::uint32_t value, unsigned shift, Bits bits, const FieldInfo* field) {
  const std::uint32_t lost = value & ((1U << shift) - 1U);
  put(out, lost != 0 ? -1 : std::int64_t{value} >> shift, value, bits, field);
}

constexpr void put_signed(PackResult& out, std::int32_t value, Bits bits, const FieldInfo* field) {
  const std::int64_t limit = std::int64_t{1} << (bits.width - 1U);
  const bool fits = value >= -limit && value < limit;
  put(out, fits ? std::int64_t{value} & (2 * limit - 1) : -1, value, bits, field);
}

constexpr std::uint32_t get(std::uint32_t value, Bits bits) {
  return (value >> bits.low) & (0xffffffffU >> (32U - bits.width));
}

constexpr std::int32_t get_signed(std::uint32_t value, Bits bits) {
  const std::int64_t sign = std::int64_t{1} << (bits.width - 1U);
  return static_cast<std::int32_t>((std::int64_t{get(value, bits)} ^ sign) - sign);
}

}  // namespace detail

}  // namespace mattock::hw
