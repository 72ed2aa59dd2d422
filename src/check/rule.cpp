#include "check/rule.hpp"

#include <algorithm>

#include "hw/registers.hpp"

namespace mattock::check {
namespace {

std::string value_text(const hw::FieldInfo& field, std::uint32_t value) {
  const std::uint32_t raw = field.raw(value);
  if (field.encoding == hw::Encoding::kEnum) {
    const auto named = std::ranges::find(field.values, raw, &hw::EnumValue::raw);
    if (named != field.values.end()) return std::string(named->name);
  }
  const bool bits = field.unit == "address" || field.unit == "verbatim" || field.encoding == hw::Encoding::kWord;
  return bits ? fmt::format("{:#x}", raw) : fmt::format("{}", hw::decode_field(field, raw));
}

std::string origin_text(Origin origin, std::uint32_t task) {
  if (!origin.written) return "never written";
  if (origin.task == task) return fmt::format("word {}", origin.word);
  return fmt::format("task {} word {}", origin.task, origin.word);
}

}  // namespace

Error refusal(const Started& started, const Finding& finding, std::string_view sentence) {
  const hw::RegisterInfo* info = hw::find_register(finding.block, finding.offset);
  const Group& group = started.group(finding.block);
  const std::uint32_t value = group.value(finding.offset);
  std::string place = fmt::format("{}.{}", hw::block_name(finding.block), info != nullptr ? info->name : "?");
  std::string found = fmt::format("{:#x}", value);
  if (info != nullptr) {
    const auto field = std::ranges::find(info->fields, finding.field, &hw::FieldInfo::name);
    if (field != info->fields.end()) {
      place += fmt::format(".{}", field->name);
      found = value_text(*field, value);
    }
  }
  return {Code::kBadInput,
          fmt::format("task {}: {} = {} ({}): {}{}{}", started.task, place, found,
                      origin_text(group.origin(finding.offset), started.task), sentence,
                      finding.limit.empty() ? "" : "; ", finding.limit),
          {},
          {}};
}

std::int64_t type_bytes(hw::Precision type) {
  switch (type) {
    case hw::Precision::kInt8: return 1;
    case hw::Precision::kInt16:
    case hw::Precision::kFp16:
    case hw::Precision::kBf16: return 2;
    case hw::Precision::kInt32:
    case hw::Precision::kFp32: return 4;
    default: return 0;
  }
}

bool is_float(hw::Precision type) {
  return type == hw::Precision::kFp16 || type == hw::Precision::kBf16 || type == hw::Precision::kFp32;
}

}  // namespace mattock::check
