#include "check/words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/registers.hpp"

namespace mattock::check {
namespace {

struct Write {
  const hw::Command& command;
  const hw::RegisterInfo& info;
  std::size_t word;
};

tl::unexpected<Error> refuse(const Write& write, std::string_view sentence) {
  return fail(Code::kBadInput, fmt::format("word {}: {}.{} = {:#x}: {}", write.word, hw::block_name(write.info.block),
                                           write.info.name, write.command.value, sentence));
}

/// Blocks start together by the last word: single starts desynchronise the pipeline (board report).
Result<void> is_written_by_commands(const Write& write) {
  const std::uint16_t at = write.command.offset & 0xfffU;
  if (at == kStatusOffset) return refuse(write, "the register is read only");
  if (at == kStartOffset) return refuse(write, "blocks start together by the op-enable word, never alone");
  return {};
}

Result<void> has_known_bits(const Write& write) {
  if (const std::uint32_t unknown = write.command.value & ~write.info.known_bits; unknown != 0)
    return refuse(write, fmt::format("bits {:#x} are not described", unknown));
  return {};
}

Result<void> moves_the_pointer_as_known(const Write& write) {
  if ((write.command.offset & 0xfffU) != kPointerOffset || write.command.value == kAlternate ||
      write.command.value == kGroupZero)
    return {};
  return refuse(write, fmt::format("groups alternate ({:#x}) or go back to 0 ({:#x})", kAlternate, kGroupZero));
}

Result<void> has_named_values(const Write& write) {
  for (const hw::FieldInfo& field : write.info.fields) {
    if (field.encoding != hw::Encoding::kEnum) continue;
    const std::uint32_t raw = field.raw(write.command.value);
    if (std::ranges::find(field.values, raw, &hw::EnumValue::raw) == field.values.end())
      return refuse(write, fmt::format("{} = {} has no meaning", field.name, raw));
  }
  return {};
}

/// 0 means: not in use.
Result<void> points_into_a_buffer(const Write& write, const Space& space) {
  for (const hw::FieldInfo& field : write.info.fields) {
    if (field.unit != "address") continue;
    const auto address = static_cast<std::uint64_t>(hw::decode_field(field, field.raw(write.command.value)));
    if (address != 0 && !space.points_into_a_buffer(address))
      return refuse(write, "the address is in no buffer of the job");
  }
  return {};
}

}  // namespace

Result<void> check_word(const hw::Command& write, std::size_t word, const Space& space) {
  const auto block = hw::block_of_target(write.target);
  const hw::RegisterInfo* info = block && *block != hw::Block::kPc ? hw::find_register(*block, write.offset) : nullptr;
  if (info == nullptr)
    return fail(Code::kBadInput, fmt::format("word {}: target {:#06x} has no register {:#06x} to write (value {:#x})",
                                             word, write.target, write.offset, write.value));
  const Write checked{write, *info, word};
  if (const auto good = is_written_by_commands(checked); !good) return good;
  if (const auto good = has_known_bits(checked); !good) return good;
  if (const auto good = moves_the_pointer_as_known(checked); !good) return good;
  if (const auto good = has_named_values(checked); !good) return good;
  return points_into_a_buffer(checked, space);
}

}  // namespace mattock::check
