#include "hw/assemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "hw/pack.hpp"
#include "hw/registers.hpp"

namespace mattock::hw {

namespace {

std::vector<std::string_view> split(std::string_view line) {
  line = line.substr(0, line.find(';'));
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t start = line.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return out;
    line.remove_prefix(start);
    const std::size_t length = std::min(line.find_first_of(" \t\r\n"), line.size());
    out.push_back(line.substr(0, length));
    line.remove_prefix(length);
  }
}

/// Decimal or 0x..., with an optional minus sign; the whole text must be the number.
std::optional<std::int64_t> parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const bool hex = text.starts_with("0x");
  if (hex) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size() || value > 0xffff'ffff'ffffU) return std::nullopt;
  return negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

Result<std::uint32_t> parse_bits(std::string_view text, std::uint32_t limit) {
  const auto value = parse_number(text);
  if (!value || *value < 0 || *value > limit) {
    return fail(Code::kBadInput, fmt::format("'{}' is not a number from 0 to {:#x}", text, limit));
  }
  return static_cast<std::uint32_t>(*value);
}

/// 0201'0040'0001'1020
Result<std::uint64_t> parse_raw(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '\'');
  std::uint64_t word = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), word, 16);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.size() != 16) {
    return fail(Code::kBadInput, fmt::format("'{}' is not a raw word of 16 hexadecimal digits", text));
  }
  return word;
}

std::optional<Block> find_block(std::string_view name) {
  for (std::size_t i = 0; i < kBlockCount; ++i) {
    if (block_name(static_cast<Block>(i)) == name) return static_cast<Block>(i);
  }
  return std::nullopt;
}

struct Setting {
  std::string_view name;
  std::string_view value;
};

Result<Setting> parse_setting(std::string_view token) {
  const std::size_t equals = token.find('=');
  if (equals == std::string_view::npos) {
    return fail(Code::kBadInput, fmt::format("'{}' is not of the form field=value", token));
  }
  const std::string_view value = token.substr(equals + 1);
  return Setting{token.substr(0, equals), value.substr(0, value.find('('))};  // readings in () are commentary
}

Result<std::uint32_t> parse_field(const RegisterInfo& reg, const FieldInfo& field, std::string_view text) {
  const auto named = std::ranges::find(field.values, text, &EnumValue::name);
  const auto value = named != field.values.end() ? std::optional<std::int64_t>(named->raw) : parse_number(text);
  if (!value) {
    return fail(Code::kBadInput, fmt::format("{}.{}.{}: '{}' is not a value of this field; allowed: {}",
                                             block_name(reg.block), reg.name, field.name, text, allowed_text(field)));
  }
  return encode_field(reg, field, *value);
}

/// Bits that no field describes, given as such.
Result<std::uint32_t> parse_unknown(const RegisterInfo& reg, std::string_view text) {
  auto bits = parse_bits(text, 0xffffffffU);
  if (bits && (*bits & reg.known_bits) != 0) {
    return fail(Code::kBadInput, fmt::format("!unknown={} holds bits {:#x} that belong to fields of {}.{}", text,
                                             *bits & reg.known_bits, block_name(reg.block), reg.name));
  }
  return bits;
}

Result<std::uint32_t> register_value(const RegisterInfo& reg, std::span<const std::string_view> tokens) {
  std::uint32_t value = 0;
  std::vector<std::string_view> seen;
  for (const std::string_view token : tokens) {
    const auto setting = parse_setting(token);
    if (!setting) return propagate(setting);
    const auto field = std::ranges::find(reg.fields, setting->name, &FieldInfo::name);
    const bool unknown = setting->name == "!unknown";
    if (!unknown && field == reg.fields.end()) {
      return fail(Code::kBadInput,
                  fmt::format("{}.{} has no field '{}'", block_name(reg.block), reg.name, setting->name));
    }
    if (std::ranges::find(seen, setting->name) != seen.end()) {
      return fail(Code::kBadInput, fmt::format("'{}' occurs twice", setting->name));
    }
    auto bits = unknown ? parse_unknown(reg, setting->value) : parse_field(reg, *field, setting->value);
    if (!bits) return bits;
    seen.push_back(setting->name);
    value |= *bits;
  }
  return value;
}

/// "cna+cmac+core+dpu" or "none".
Result<std::uint32_t> blocks_value(std::string_view text) {
  std::uint32_t value = 0;
  if (text == "none") return value;
  while (true) {
    const std::string_view name = text.substr(0, text.find('+'));
    const auto block = find_block(name);
    const auto bit = block ? enable_bit(*block) : std::nullopt;
    if (!bit) return fail(Code::kBadInput, fmt::format("'{}' is not a block that can be started", name));
    value |= 1U << *bit;
    if (name.size() == text.size()) return value;
    text.remove_prefix(name.size() + 1);
  }
}

/// The value of a word without described fields: `accepted` names the settings it may have.
Result<std::uint32_t> plain_value(std::span<const std::string_view> tokens, std::string_view accepted) {
  std::uint32_t value = 0;
  for (const std::string_view token : tokens) {
    if (token == "!unknown_register" || token == "!unknown_target") continue;
    const auto setting = parse_setting(token);
    if (!setting) return propagate(setting);
    if (setting->name != "!unknown" && setting->name != accepted) {
      return fail(Code::kBadInput, fmt::format("'{}' is not understood here", token));
    }
    auto bits = setting->name == "blocks" ? blocks_value(setting->value) : parse_bits(setting->value, 0xffffffffU);
    if (!bits) return bits;
    value |= *bits;
  }
  return value;
}

Result<std::uint64_t> with_value(Command command, const Result<std::uint32_t>& value) {
  if (!value) return propagate(value);
  command.value = *value;
  return command.encode();
}

Result<std::uint64_t> assemble_named(std::string_view name, std::span<const std::string_view> tokens) {
  if (name == "nothing") return std::uint64_t{0};
  if (name == "tail.marker") return with_value({kTargetMarker, 0, kMarkerOffset}, plain_value(tokens, ""));
  if (name == "tail.op_enable") return with_value({kTargetOpEnable, 0, kOpEnableOffset}, plain_value(tokens, "blocks"));

  const std::size_t dot = std::min(name.find('.'), name.size());
  const std::string_view left = name.substr(0, dot);
  const std::string_view right = name.substr(std::min(dot + 1, name.size()));
  const auto block = find_block(left);
  const auto offset = right.starts_with("0x") ? parse_bits(right, 0xffff) : Result<std::uint32_t>(0);
  if (!offset) return propagate(offset);
  const auto number = static_cast<std::uint16_t>(*offset);
  if (right.starts_with("0x") && left.starts_with("0x")) {
    const auto target = parse_bits(left, 0xffff);
    if (!target) return propagate(target);
    return with_value({static_cast<std::uint16_t>(*target), 0, number}, plain_value(tokens, "value"));
  }
  if (!block) return fail(Code::kBadInput, fmt::format("'{}' does not begin with a block", name));
  if (right.starts_with("0x")) return with_value({target_of(*block), 0, number}, plain_value(tokens, "value"));
  const std::span<const RegisterInfo> all = registers(*block);
  const auto reg = std::ranges::find(all, right, &RegisterInfo::name);
  if (reg == all.end()) return fail(Code::kBadInput, fmt::format("{} has no register '{}'", left, right));
  return with_value({target_of(*block), 0, reg->offset}, register_value(*reg, tokens));
}

}  // namespace

Result<std::uint64_t> assemble_line(std::string_view line) {
  const std::vector<std::string_view> tokens = split(line);
  std::span<const std::string_view> rest = tokens;
  if (!rest.empty() && rest[0].find_first_not_of("0123456789") == std::string_view::npos) rest = rest.subspan(1);
  std::optional<std::uint64_t> raw;
  if (!rest.empty() && rest[0].find('\'') != std::string_view::npos) {
    auto word = parse_raw(rest[0]);
    if (!word) return word;
    raw = *word;
    rest = rest.subspan(1);
  }
  if (rest.empty()) return fail(Code::kBadInput, "the line names no register");
  auto word = assemble_named(rest[0], rest.subspan(1));
  if (word && raw && *word != *raw) {
    return fail(Code::kBadInput, fmt::format("raw word {:016x} and fields ({:016x}) disagree", *raw, *word),
                "leave the raw word out to assemble the fields");
  }
  return word;
}

}  // namespace mattock::hw
