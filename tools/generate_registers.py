#!/usr/bin/env python3
"""Writes the register packers, tables and docs/registers.md from src/hw/registers/*.toml.

    tools/generate_registers.py           writes the files
    tools/generate_registers.py --check   writes nothing; says what differs and exits 1

Keys of a [[register]]: name, offset, reset, doubled (a copy in each of the two register groups), doc, fields.
Keys of a field: name; bits = [high, low]; encoding = plain (default), minus_one, shifted (with shift = N), signed,
enum (with values = a name of enums.toml) or word (an operand: integer or float, by the precision in force); unit
("address" and "verbatim" are shown in hexadecimal); status = verified (on a chip), observed (in a vendor stream or
file) or assumed; evidence; doc. Bits that no field describes cannot be set by a packer. Standard library only.
"""

import argparse
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "hw" / "registers"
GENERATED = ROOT / "src" / "hw" / "generated"
BLOCKS = ["pc", "cna", "cmac", "core", "dpu", "dpu_rdma", "ppu", "ppu_rdma"]
ENCODINGS = {"plain": "kPlain", "minus_one": "kMinusOne", "shifted": "kShifted", "signed": "kSigned",
             "enum": "kEnum", "word": "kWord"}
STATUSES = {"verified": "kVerified", "observed": "kObserved", "assumed": "kAssumed"}
EVIDENCE = re.compile(r"(recording|vendor-stream|vendor-model):[A-Za-z0-9_-]+|board-report|manual|inferred")
REGISTER_KEYS = {"name", "offset", "reset", "doubled", "doc", "fields"}
FIELD_KEYS = {"name", "bits", "encoding", "shift", "values", "unit", "status", "evidence", "doc"}
NAME = re.compile(r"[a-z][a-z0-9_]*")
BANNER = "// Written by tools/generate_registers.py from src/hw/registers/{source}: change that, not this.\n"


def pascal(name):
    return "".join(part.capitalize() for part in name.split("_"))


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Fault(Exception):
    """The description is wrong; the message says where."""


def require(condition, where, what):
    if not condition:
        raise Fault(f"{where}: {what}")


# --- reading and judging the description -------------------------------------------------------------------


def check_field(field, where, enums):
    require(not set(field) - FIELD_KEYS, where, f"unknown keys {sorted(set(field) - FIELD_KEYS)}")
    field.setdefault("encoding", "plain")
    field.setdefault("unit", "")
    field.setdefault("doc", "")
    field.setdefault("shift", 0)
    require(NAME.fullmatch(field["name"]), where, "not a snake_case name")
    high, low = field["bits"]
    require(31 >= high >= low >= 0, where, f"bits [{high}, {low}] are not in a 32-bit register, high first")
    field["high"], field["low"], field["width"] = high, low, high - low + 1
    encoding = field["encoding"]
    require(encoding in ENCODINGS, where, f"encoding '{encoding}' is not one of {', '.join(ENCODINGS)}")
    require((encoding == "shifted") == (field["shift"] > 0), where, "shift and encoding = shifted belong together")
    require((encoding == "enum") == ("values" in field), where, "values and encoding = enum belong together")
    require(encoding != "minus_one" or field["width"] < 32, where, "the largest value would not fit 32 bits")
    require(field["width"] + field["shift"] <= 32, where, "the largest value would not fit 32 bits")
    if encoding == "enum":
        require(field["values"] in enums, where, f"no enum '{field['values']}' in enums.toml")
    require(field["status"] in STATUSES, where, f"status '{field['status']}' is not one of {', '.join(STATUSES)}")
    require(EVIDENCE.fullmatch(field["evidence"]), where, f"evidence '{field['evidence']}' has no known form")


def check_register(register, where, enums):
    require(set(register) == REGISTER_KEYS, where, f"keys must be {sorted(REGISTER_KEYS)}")
    require(NAME.fullmatch(register["name"]), where, "not a snake_case name")
    known, names = 0, set()
    for field in register["fields"]:
        field_where = f"{where}.{field['name']}"
        check_field(field, field_where, enums)
        mask = ((1 << field["width"]) - 1) << field["low"]
        require(not known & mask, field_where, "overlaps another field")
        require(field["name"] not in names, field_where, "the name occurs twice")
        known |= mask
        names.add(field["name"])
    require(not register["reset"] & ~known, where, "the reset value sets bits that no field describes")
    register["known_bits"] = known
    register["struct"] = pascal(register["name"])


def load():
    enums = tomllib.loads((SOURCE / "enums.toml").read_text())
    blocks = {}
    for block in BLOCKS:
        data = tomllib.loads((SOURCE / f"{block}.toml").read_text())
        require(data["block"] == block, f"{block}.toml", f"block is '{data['block']}'")
        registers = data["register"]
        for register in registers:
            check_register(register, f"{block}.{register['name']}", enums)
        offsets = [r["offset"] for r in registers]
        require(offsets == sorted(set(offsets)), f"{block}.toml", "offsets must rise and not repeat")
        require(all(o % 4 == 0 and o < 0x10000 for o in offsets), f"{block}.toml", "an offset is not a register's")
        require(len({r["name"] for r in registers}) == len(registers), f"{block}.toml", "a name occurs twice")
        blocks[block] = registers
    for name, enum in enums.items():
        check_enum(name, enum, blocks)
    return enums, blocks


def check_enum(name, enum, blocks):
    """A field may be too narrow for codes that never occur in it, but its widest one holds them all."""
    fields = [f for registers in blocks.values() for r in registers for f in r["fields"] if f.get("values") == name]
    require(fields, f"enums.toml, {name}", "no field uses it")
    require(len(set(enum["values"].values())) == len(enum["values"]), f"enums.toml, {name}", "a value occurs twice")
    widest = max(field["width"] for field in fields)
    for label, value in enum["values"].items():
        require(0 <= value < 1 << widest, f"enums.toml, {name}", f"{label} = {value} fits none of its fields")


# --- C++ ---------------------------------------------------------------------------------------------------


def member_type(field):
    if field["encoding"] == "enum":
        return pascal(field["values"])
    return "std::int32_t" if field["encoding"] == "signed" else "std::uint32_t"


def reset_value(register, field):
    raw = register["reset"] >> field["low"] & (1 << field["width"]) - 1
    if field["encoding"] == "minus_one":
        return raw + 1
    if field["encoding"] == "signed" and raw >> field["width"] - 1:
        return raw - (1 << field["width"])
    return raw << field["shift"]


def bits_text(field):
    return f"{{{field['low']}, {field['width']}}}"


def field_comment(field):
    bits = f"[{field['high']}:{field['low']}]" if field["width"] > 1 else f"[{field['low']}]"
    return ", ".join(part for part in (f"{bits} {field['unit']}".rstrip(), field["doc"]) if part)


def pack_line(register, field, index):
    kind = {"minus_one": "put_minus_one", "shifted": "put_shifted", "signed": "put_signed"}.get(field["encoding"],
                                                                                              "put_plain")
    value = f"static_cast<std::uint32_t>({field['name']})" if field["encoding"] == "enum" else field["name"]
    shift = f"{field['shift']}, " if field["encoding"] == "shifted" else ""
    return f"    detail::{kind}(out, {value}, {shift}{bits_text(field)}, &tables::k{register['struct']}[{index}]);"


def unpack_line(field):
    get = f"detail::get(value, {bits_text(field)})"
    expression = {"minus_one": f"{get} + 1U", "shifted": f"{get} << {field['shift']}U",
                  "signed": f"detail::get_signed(value, {bits_text(field)})"}.get(field["encoding"], get)
    if field["encoding"] == "enum":
        expression = f"static_cast<{member_type(field)}>({get})"
    return f"    out.{field['name']} = {expression};"


def struct_text(block, register):
    fields, name = register["fields"], register["struct"]
    lines = [f"/// {register['doc']}", f"struct {name} {{"]
    for field in fields:
        value = reset_value(register, field)
        if field["encoding"] == "enum":
            value = f"{member_type(field)}{{{value}}}"
        lines.append(f"  {member_type(field)} {field['name']} = {value};  ///< {field_comment(field)}")
    if fields:
        lines.append("")
    lines += [f"  static constexpr Block kBlock = Block::k{pascal(block)};",
              f"  static constexpr std::uint16_t kOffset = 0x{register['offset']:04x};",
              f"  static constexpr std::uint32_t kKnownBits = 0x{register['known_bits']:08x};"]
    if not fields:
        lines += ["  static constexpr std::span<const FieldInfo> fields() { return {}; }",
                  "  constexpr PackResult pack() const { return {}; }",
                  f"  static constexpr {name} unpack(std::uint32_t) {{ return {{}}; }}"]
    else:
        lines += [f"  static constexpr std::span<const FieldInfo> fields() {{ return tables::k{name}; }}",
                  "  constexpr PackResult pack() const {", "    PackResult out;"]
        lines += [pack_line(register, field, i) for i, field in enumerate(fields)]
        lines += ["    return out;", "  }", f"  static constexpr {name} unpack(std::uint32_t value) {{",
                  f"    {name} out;"]
        lines += [unpack_line(field) for field in fields]
        lines += ["    return out;", "  }"]
    lines += [f"  friend constexpr bool operator==(const {name}&, const {name}&) = default;", "};", ""]
    return "\n".join(lines)


def block_header(block, registers):
    parts = [BANNER.format(source=f"{block}.toml"), "// clang-format off\n#pragma once\n",
             "#include <cstdint>\n#include <span>\n", '#include "hw/generated/enums.hpp"\n#include "hw/registers.hpp"\n',
             f"namespace mattock::hw::{block} {{\n", "namespace tables {"]
    parts += [f"extern const FieldInfo k{r['struct']}[{len(r['fields'])}];" for r in registers if r["fields"]]
    parts += ["}  // namespace tables\n"]
    parts += [struct_text(block, register) for register in registers]
    parts += [f"}}  // namespace mattock::hw::{block}\n"]
    return "\n".join(parts)


def enums_header(enums):
    parts = [BANNER.format(source="enums.toml"), "// clang-format off\n#pragma once\n", "#include <cstdint>\n",
             "namespace mattock::hw {\n"]
    for name, enum in enums.items():
        values = ", ".join(f"k{pascal(value)} = {raw}" for value, raw in enum["values"].items())
        parts += [f"/// {enum['doc']}", f"enum class {pascal(name)} : std::uint32_t {{ {values} }};\n"]
    parts.append("}  // namespace mattock::hw\n")
    return "\n".join(parts)


def field_row(field):
    values = f"k{pascal(field['values'])}Values" if field["encoding"] == "enum" else "{}"
    return (f"    {{{quoted(field['name'])}, {field['high']}, {field['low']}, Encoding::{ENCODINGS[field['encoding']]}, "
            f"{field['shift']}, {values}, {quoted(field['unit'])}, Status::{STATUSES[field['status']]}, "
            f"{quoted(field['evidence'])}, {quoted(field['doc'])}}},")


def register_row(block, register):
    fields = f"{block}::tables::k{register['struct']}" if register["fields"] else "{}"
    return (f"    {{Block::k{pascal(block)}, 0x{register['offset']:04x}, {quoted(register['name'])}, "
            f"0x{register['reset']:08x}, 0x{register['known_bits']:08x}, {str(register['doubled']).lower()}, {fields}, "
            f"{quoted(register['doc'])}}},")


def tables_source(enums, blocks):
    parts = [BANNER.format(source="*.toml"), "// clang-format off\n", "#include <array>\n", '#include "hw/registers.hpp"']
    parts += [f'#include "hw/generated/registers_{block}.hpp"' for block in sorted(blocks)]
    parts += ["\nnamespace mattock::hw {", "namespace {\n"]
    for name, enum in enums.items():
        rows = ", ".join(f"{{{quoted(value)}, {raw}}}" for value, raw in enum["values"].items())
        parts.append(f"constexpr EnumValue k{pascal(name)}Values[] = {{{rows}}};")
    parts.append("\n}  // namespace\n")
    for block, registers in blocks.items():
        parts.append(f"namespace {block}::tables {{")
        for register in registers:
            if register["fields"]:
                parts.append(f"constexpr FieldInfo k{register['struct']}[{len(register['fields'])}] = {{")
                parts += [field_row(field) for field in register["fields"]] + ["};"]
        parts.append(f"}}  // namespace {block}::tables\n")
    parts.append("namespace {\n")
    for block, registers in blocks.items():
        parts.append(f"constexpr RegisterInfo k{pascal(block)}Registers[] = {{")
        parts += [register_row(block, register) for register in registers] + ["};"]
    rows = ", ".join(f"k{pascal(block)}Registers" for block in blocks)
    parts += ["", f"constexpr std::array<std::span<const RegisterInfo>, kBlockCount> kRegisters = {{{rows}}};", "",
              "}  // namespace\n",
              "std::span<const RegisterInfo> registers(Block block) { return kRegisters[static_cast<std::size_t>(block)]; }",
              "", "}  // namespace mattock::hw\n"]
    return "\n".join(parts)


def list_text(blocks):
    lines = [BANNER.format(source="*.toml"),
             "// Every struct and member once, for code that goes through all of them: define MATTOCK_REGISTER(block, struct)",
             "// and MATTOCK_FIELD(block, struct, member), then include this.", "// clang-format off"]
    for block, registers in blocks.items():
        for register in registers:
            lines.append(f"MATTOCK_REGISTER({block}, {register['struct']})")
            lines += [f"MATTOCK_FIELD({block}, {register['struct']}, {f['name']})" for f in register["fields"]]
    return "\n".join(lines) + "\n"


# --- documentation -----------------------------------------------------------------------------------------

DOC_HEAD = """# Registers of the RK356x

Written by `tools/generate_registers.py` from `src/hw/registers/*.toml`: change those, not this.

Fields hold real values here, as in the packers and in listings; the encoding says what stands in the bits: *minus one*
(value - 1), *>> N* (value without its N low zero bits), *signed* (two's complement), *word* (an operand: integer or
float pattern, according to the precision in force), or the name of a list of values at the end. All registers
reset to 0. "Doubled" registers exist once in each of the two register groups. Bits that are not listed are
not known: packers cannot set them, listings show them as `!unknown`, strict mode stops at them.

Status: *verified* on a chip, *observed* in a stream or file of the vendor, *assumed*. Evidence names the recording, the
vendor's stream or model (`op-...`: a model of that operator that is not at hand), `board-report` for someone else's
published measurement, `manual` for a description without observation, `inferred` for a conclusion.
"""


def cell(text):
    return text.replace("|", "\\|")


def doc_register(register):
    doubled = "doubled" if register["doubled"] else "not doubled"
    lines = [f"### `{register['offset']:04x}` {register['name']}", "", f"{register['doc']} ({doubled})", ""]
    if register["fields"]:
        lines += ["| bits | field | encoding | unit | status | evidence | meaning |", "|---|---|---|---|---|---|---|"]
    for field in register["fields"]:
        bits = f"{field['high']}:{field['low']}" if field["width"] > 1 else f"{field['low']}"
        encoding = {"plain": "", "minus_one": "minus one", "shifted": f">> {field['shift']}", "signed": "signed",
                    "word": "word"}.get(field["encoding"], field.get("values"))
        cells = [bits, f"`{field['name']}`", encoding, field["unit"], field["status"], field["evidence"], field["doc"]]
        lines.append("| " + " | ".join(cell(c) for c in cells) + " |")
    return lines + ([""] if register["fields"] else [])


def documentation(enums, blocks):
    lines = [DOC_HEAD]
    for block, registers in blocks.items():
        lines += [f"## {block}", ""]
        for register in registers:
            lines += doc_register(register)
    lines += ["## Lists of values", ""]
    for name, enum in enums.items():
        values = ", ".join(f"{raw} {value}" for value, raw in enum["values"].items())
        lines += [f"- `{name}`: {enum['doc']} {values}."]
    return "\n".join(lines) + "\n"


# --- main --------------------------------------------------------------------------------------------------


def outputs():
    enums, blocks = load()
    files = {GENERATED / f"registers_{block}.hpp": block_header(block, rs) for block, rs in blocks.items()}
    files[GENERATED / "enums.hpp"] = enums_header(enums)
    files[GENERATED / "register_tables.cpp"] = tables_source(enums, blocks)
    files[GENERATED / "register_list.inc"] = list_text(blocks)
    files[ROOT / "docs" / "registers.md"] = documentation(enums, blocks)
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    arguments = parser.parse_args()
    try:
        files = outputs()
    except (Fault, tomllib.TOMLDecodeError, OSError, KeyError) as fault:
        sys.exit(f"registers: {fault}")
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        if arguments.check:
            print(f"{path.relative_to(ROOT)} differs from what src/hw/registers says", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path])
            print(f"wrote {path.relative_to(ROOT)}")
    if arguments.check and stale:
        sys.exit("run tools/generate_registers.py and commit what it writes")


if __name__ == "__main__":
    main()
