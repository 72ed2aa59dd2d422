#include "hw/pack.hpp"

#include <fmt/format.h>

namespace mattock::hw {

namespace {

std::int64_t largest_raw(const FieldInfo& field) { return (std::int64_t{1} << field.width()) - 1; }

/// The bits that stand for `value`, whether they fit or not; -1 for values with no bits at all.
std::int64_t raw_of(const FieldInfo& field, std::int64_t value) {
  switch (field.encoding) {
    case Encoding::kMinusOne: return value - 1;
    case Encoding::kShifted: return (value >> field.shift) << field.shift == value ? value >> field.shift : -1;
    case Encoding::kSigned: {
      const std::int64_t limit = std::int64_t{1} << (field.width() - 1U);
      return value >= -limit && value < limit ? value & largest_raw(field) : -1;
    }
    default: return value;
  }
}

}  // namespace

std::string allowed_text(const FieldInfo& field) {
  const std::int64_t largest = largest_raw(field);
  switch (field.encoding) {
    case Encoding::kMinusOne: return fmt::format("1 to {}", largest + 1);
    case Encoding::kShifted:
      return fmt::format("a multiple of {} up to {:#x}", 1U << field.shift, largest << field.shift);
    case Encoding::kSigned: return fmt::format("{} to {}", -(largest + 1) / 2, largest / 2);
    case Encoding::kWord: return fmt::format("0 to {:#x}", largest);
    default: return fmt::format("0 to {}", largest);
  }
}

Error misfit_error(const RegisterInfo& reg, const FieldInfo& field, std::int64_t found) {
  const bool counts = !field.unit.empty() && field.unit != "address" && field.unit != "verbatim";
  return Error{Code::kBadInput,
               fmt::format("{}.{}.{} = {} does not fit bits [{}:{}]; allowed: {}{}{}", block_name(reg.block), reg.name,
                           field.name, found, field.high, field.low, allowed_text(field), counts ? " " : "",
                           counts ? field.unit : ""),
               {},
               {}};
}

Result<std::uint32_t> encode_field(const RegisterInfo& reg, const FieldInfo& field, std::int64_t value) {
  const std::int64_t raw = raw_of(field, value);
  if (raw < 0 || raw > largest_raw(field)) return tl::unexpected<Error>(misfit_error(reg, field, value));
  return static_cast<std::uint32_t>(raw) << field.low;
}

}  // namespace mattock::hw
