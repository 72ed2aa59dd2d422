#include "hw/disassemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/half.hpp"

namespace mattock::hw {

namespace {

constexpr std::size_t kNameColumns = 26;  // the longest name, dpu_rdma.data_cube_channel
constexpr std::string_view kStatusNames[] = {"verified", "observed", "assumed"};  // in the order of Status

std::string_view label_of(const FieldInfo& field, std::uint32_t raw) {
  const auto at = std::ranges::find(field.values, raw, &EnumValue::raw);
  return at == field.values.end() ? std::string_view() : at->name;
}

void decode_register(DecodedWord& out) {
  out.reg = find_register(*out.block, out.command.offset);
  if (out.reg == nullptr) {
    out.kind = WordKind::kUnknownRegister;
    return;
  }
  out.kind = WordKind::kRegister;
  out.unknown_bits = out.command.value & ~out.reg->known_bits;
  for (const FieldInfo& field : out.reg->fields) {
    const std::uint32_t raw = field.raw(out.command.value);
    out.fields.push_back({&field, raw, decode_field(field, raw), label_of(field, raw)});
  }
}

void decode_op_enable(DecodedWord& out) {
  out.kind = WordKind::kOpEnable;
  std::uint32_t known = 0;
  for (std::size_t i = 0; i < kBlockCount; ++i) {
    const auto block = static_cast<Block>(i);
    const std::optional<unsigned> bit = enable_bit(block);
    if (!bit) continue;
    known |= 1U << *bit;
    if ((out.command.value >> *bit & 1U) != 0) out.starts.push_back(block);
  }
  out.unknown_bits = out.command.value & ~known;
}

/// Both readings of an operand: its integer, and the float of the precision that fits its width.
std::string word_text(const FieldInfo& field, std::uint32_t raw) {
  const unsigned width = field.width();
  const std::int64_t sign = std::int64_t{1} << (width - 1U);
  const std::int64_t integer = (std::int64_t{raw} ^ sign) - sign;
  if (width == 32) {
    return fmt::format("0x{:08x}(int32:{},fp32:{})", raw, integer, std::bit_cast<float>(raw));
  }
  const float real = to_float(half{static_cast<std::uint16_t>(raw)});
  return fmt::format("{:#06x}(int{}:{},fp16:{})", raw, width, integer, real);
}

bool in_hexadecimal(const FieldInfo& field) { return field.unit == "address" || field.unit == "verbatim"; }

/// Names come from files: control characters and quotes must not break a listing.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f || c == '"' || c == '\\') {
      out += fmt::format("\\x{:02x}", code);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string evidence_text(const DecodedField& field) {
  const FieldInfo& info = *field.info;
  return fmt::format("      ; {} [{}:{}]{}{}: {} ({}){}{}", info.name, info.high, info.low,
                     info.unit.empty() ? "" : " ", info.unit, kStatusNames[static_cast<std::size_t>(info.status)],
                     info.evidence, info.doc.empty() ? "" : ", ", info.doc);
}

std::string blocks_text(const std::vector<Block>& blocks) {
  std::string out;
  for (const Block block : blocks) {
    if (!out.empty()) out += '+';
    out += block_name(block);
  }
  return out.empty() ? "none" : out;
}

/// Where the word points, if it is a pointer: to a tensor, or to the next task's words.
std::string target_text(const ListedWord& word) {
  if (word.relocation != nullptr) {
    return fmt::format("  ; -> {} + {:#x}", quoted(word.relocation->tensor), word.relocation->addend);
  }
  const Command& command = word.decoded.command;
  const bool next = word.decoded.block == Block::kPc && command.offset == kPcNextAddress && command.value != 0;
  return next ? fmt::format("  ; -> command words + {:#x}", command.value) : std::string();
}

std::string heading(const Program& program, std::size_t task) {
  const TaskRecord& record = program.tasks[task];
  return fmt::format("task {}: words at {:#x}, {} + {} tail, enable {:#x}, interrupt {:#x}, node {}\n", task,
                     record.regcmd_addr, record.regcfg_amount, kTailWords, record.enable_mask, record.int_mask,
                     record.op_index);
}

}  // namespace

DecodedWord decode_word(std::uint64_t word) {
  DecodedWord out;
  out.word = word;
  out.command = Command::decode(word);
  if (word == 0) return out;
  out.block = block_of_target(out.command.target);
  if (out.block) {
    decode_register(out);
  } else if (out.command.target == kTargetMarker && out.command.offset == kMarkerOffset) {
    out.kind = WordKind::kMarker;
    out.unknown_bits = out.command.value;
  } else if (out.command.target == kTargetOpEnable && out.command.offset == kOpEnableOffset) {
    decode_op_enable(out);
  } else {
    out.kind = WordKind::kUnknownTarget;
  }
  return out;
}

std::string register_text(const DecodedWord& decoded) {
  switch (decoded.kind) {
    case WordKind::kNothing: return "nothing";
    case WordKind::kRegister: return fmt::format("{}.{}", block_name(decoded.reg->block), decoded.reg->name);
    case WordKind::kMarker: return "tail.marker";
    case WordKind::kOpEnable: return "tail.op_enable";
    case WordKind::kUnknownRegister:
      return fmt::format("{}.{:#06x}", block_name(*decoded.block), decoded.command.offset);
    case WordKind::kUnknownTarget: break;
  }
  return fmt::format("{:#06x}.{:#06x}", decoded.command.target, decoded.command.offset);
}

std::string value_text(const DecodedField& field) {
  const FieldInfo& info = *field.info;
  if (info.encoding == Encoding::kWord) return word_text(info, field.raw);
  if (!field.label.empty()) return std::string(field.label);
  return in_hexadecimal(info) ? fmt::format("{:#x}", field.value) : fmt::format("{}", field.value);
}

std::string fields_text(const DecodedWord& decoded, const TextOptions& options) {
  if (decoded.kind == WordKind::kUnknownRegister) {
    return fmt::format("!unknown_register value=0x{:08x}", decoded.command.value);
  }
  if (decoded.kind == WordKind::kUnknownTarget) {
    return fmt::format("!unknown_target value=0x{:08x}", decoded.command.value);
  }
  std::string out;
  for (const DecodedField& field : decoded.fields) {
    const bool hidden = !options.show_addresses && field.info->unit == "address";
    out += fmt::format("{}{}={}", out.empty() ? "" : " ", field.info->name, hidden ? "*" : value_text(field));
  }
  if (decoded.kind == WordKind::kOpEnable) out = fmt::format("blocks={}", blocks_text(decoded.starts));
  if (decoded.unknown_bits != 0)
    out += fmt::format("{}!unknown=0x{:08x}", out.empty() ? "" : " ", decoded.unknown_bits);
  return out;
}

std::string line_text(const DecodedWord& decoded, std::size_t index, const TextOptions& options) {
  std::string out;
  if (options.show_index) out += fmt::format("{:04}  ", index);
  if (options.show_raw) {
    const Command& c = decoded.command;
    out += fmt::format("{:04x}'{:04x}'{:04x}'{:04x}  ", c.target, c.value >> 16U, c.value & 0xffffU, c.offset);
  }
  const std::string fields = fields_text(decoded, options);
  const std::string name = register_text(decoded);
  out += fields.empty() ? name : fmt::format("{:<{}}  {}", name, kNameColumns, fields);
  if (options.show_evidence) {
    for (const DecodedField& field : decoded.fields) out.append("\n").append(evidence_text(field));
  }
  return out;
}

Result<std::vector<ListedWord>> list_task(const Program& program, std::size_t task) {
  if (task >= program.tasks.size()) {
    return fail(Code::kBadInput, fmt::format("task {} does not exist", task),
                fmt::format("the program has tasks 0 to {}", static_cast<std::int64_t>(program.tasks.size()) - 1));
  }
  const TaskRecord& record = program.tasks[task];
  const std::uint64_t first = record.regcmd_addr / kWordBytes;
  const std::uint64_t count = std::uint64_t{record.regcfg_amount} + kTailWords;
  const std::uint64_t held = program.words.size();
  if (record.regcmd_addr % kWordBytes != 0 || first > held || count > held - first) {
    return fail(Code::kBadFile, fmt::format("task {}: {} words at byte {:#x} lie outside the program's {} words", task,
                                            count, record.regcmd_addr, held));
  }
  std::vector<ListedWord> out;
  out.reserve(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = static_cast<std::size_t>(first) + i;
    out.push_back({i, at, decode_word(program.words[at]), nullptr});
  }
  for (const Relocation& relocation : program.relocations) {
    if (relocation.word >= first && relocation.word - first < count) {
      out[relocation.word - static_cast<std::size_t>(first)].relocation = &relocation;
    }
  }
  return out;
}

Result<std::string> listing(const Program& program, TaskRange range, const TextOptions& options) {
  std::string out;
  for (std::size_t i = 0; i < range.count; ++i) {
    const auto words = list_task(program, range.first + i);
    if (!words) return propagate(words);
    out += heading(program, range.first + i);
    for (const ListedWord& word : *words) {
      // The evidence lines come after the line's own comment.
      TextOptions plain = options;
      plain.show_evidence = false;
      out += line_text(word.decoded, word.index, plain) + target_text(word) + '\n';
      if (!options.show_evidence) continue;
      for (const DecodedField& field : word.decoded.fields) out += evidence_text(field) + '\n';
    }
  }
  return out;
}

}  // namespace mattock::hw
