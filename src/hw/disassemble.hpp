// Command words as something to read: first decoded into registers and fields, then as text, one line a word:
//
//   0012  0201'0040'0001'1020  cna.data_size0            datain_width=64 datain_height=1
//
// index in the task, raw word, block.register, every field with its meaning. What nobody has described is never
// left out: `!unknown=0x...` holds set bits without a field, `!unknown_register` and `!unknown_target` stand for
// the rest. Text after `;` is commentary. assemble.hpp turns a line back into its word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "hw/program.hpp"
#include "hw/registers.hpp"

namespace mattock::hw {

enum class WordKind : std::uint8_t {
  kNothing,          ///< all bits zero: padding, and the first tail word of a last task
  kRegister,         ///< a write to a register that is described
  kMarker,           ///< target 0x0041
  kOpEnable,         ///< target 0x0081: starts blocks
  kUnknownRegister,  ///< the block is known, the offset is not
  kUnknownTarget,
};

struct DecodedField {
  const FieldInfo* info;   ///< never null, lives for ever
  std::uint32_t raw;       ///< the field's bits
  std::int64_t value;      ///< what they stand for: real size, signed number, enum code
  std::string_view label;  ///< name of an enum value; empty if it has none
};

struct DecodedWord {
  std::uint64_t word = 0;
  Command command;
  WordKind kind = WordKind::kNothing;
  std::optional<Block> block;         ///< kRegister, kUnknownRegister
  const RegisterInfo* reg = nullptr;  ///< kRegister
  std::vector<DecodedField> fields;   ///< kRegister, in the order of the description
  std::vector<Block> starts;          ///< kOpEnable
  std::uint32_t unknown_bits = 0;     ///< set bits of the value that no field describes

  /// Every bit of the word has a meaning.
  bool fully_known() const {
    return unknown_bits == 0 && kind != WordKind::kUnknownRegister && kind != WordKind::kUnknownTarget;
  }
};

/// Any 64 bits are accepted.
DecodedWord decode_word(std::uint64_t word);

struct TextOptions {
  bool show_index = true;
  bool show_raw = true;
  bool show_addresses = true;  ///< false: values of address fields become `*`, for comparisons that must not move
  bool show_evidence = false;  ///< a comment line per field: bits, unit, status, evidence, meaning
};

/// "cna.data_size0", "tail.op_enable", "cna.0x1999", "0x1234.0x0010"; "nothing" for the zero word.
std::string register_text(const DecodedWord& decoded);

/// "datain_width=64 datain_height=1", with what is unknown at the end. Operands are shown in hexadecimal with
/// both readings: "bs_alu_operand=0x43000000(int32:1124073472,fp32:128)".
std::string fields_text(const DecodedWord& decoded, const TextOptions& options = {});

/// The meaning of one field: "64", "fp16", "0x7f000000".
std::string value_text(const DecodedField& field);

/// One line without line end; `index` is printed in front unless the options hide it.
std::string line_text(const DecodedWord& decoded, std::size_t index, const TextOptions& options = {});

struct ListedWord {
  std::size_t index;          ///< in its task
  std::size_t program_index;  ///< in Program::words, as relocations count
  DecodedWord decoded;
  const Relocation* relocation;  ///< of the program, if the word has one
};

/// The words of one task, tail included. Errors: kBadInput if there is no such task, kBadFile if its record
/// points outside the program. The result points into `program`.
Result<std::vector<ListedWord>> list_task(const Program& program, std::size_t task);

struct TaskRange {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// A heading and the lines of each task in the range; relocations follow their word as `; -> "tensor" + 0x80`.
Result<std::string> listing(const Program& program, TaskRange range, const TextOptions& options = {});

}  // namespace mattock::hw
