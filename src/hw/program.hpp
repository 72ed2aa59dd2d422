// What is handed to a device: command words, task records, and the places where addresses must be filled in.
// A container gives one, later the emitter makes one; the checker, the disassembler and the devices read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hw/command.hpp"

namespace mattock::hw {

/// Bits [47:16] of word `word` become the address of `tensor` plus `addend`.
struct Relocation {
  std::string tensor;
  std::uint32_t addend = 0;
  std::size_t word = 0;

  friend bool operator==(const Relocation&, const Relocation&) = default;
};

struct Program {
  std::vector<std::uint64_t> words;     ///< all tasks; a task starts where its record's regcmd_addr / 8 says
  std::vector<TaskRecord> tasks;        ///< regcmd_addr is a byte offset in `words`
  std::vector<Relocation> relocations;  ///< PC 0x0010 is not among them: add the command block's address

  friend bool operator==(const Program&, const Program&) = default;
};

}  // namespace mattock::hw
