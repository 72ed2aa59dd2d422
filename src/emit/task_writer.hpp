// Appends tasks to a program: registers as words, then the tail that chains to the next task.
#pragma once

#include <cstdint>
#include <optional>

#include "hw/chip.hpp"
#include "hw/pack.hpp"
#include "hw/program.hpp"

namespace mattock::emit {

class TaskWriter {
 public:
  TaskWriter(const hw::Chip& chip, hw::Program& program) : chip_(chip), program_(program) {}

  static constexpr std::size_t kAlignWords = 8;
  /// Begins a task on 64 bytes, as every vendor task does.
  void begin();

  /// One register. A value that does not fit is kept and reported by finish().
  template <class Register>
  void write(const Register& reg) {
    const auto command = hw::command(reg);
    if (command)
      append(*command);
    else if (!error_)
      error_ = command.error();
  }
  /// Register `offset` of a block with value 0: names nobody knows, and stages that are off.
  void write_zero(hw::Block block, std::uint16_t offset) { append({hw::target_of(block), 0, offset}); }
  /// Registers `first` to `last` likewise.
  void write_zeros(hw::Block block, std::uint16_t first, std::uint16_t last) {
    for (std::uint16_t offset = first; offset <= last; offset = static_cast<std::uint16_t>(offset + 4))
      write_zero(block, offset);
  }
  /// The last word written gets the address of `tensor` plus `addend`.
  void relocate(const char* tensor, std::size_t addend);

  /// Ends the task: its record, its tail, and the link from the task before unless `first_of_submit`.
  void end(std::uint32_t enable_mask, bool first_of_submit);

  /// The error of the first value that did not fit.
  std::optional<Error> error() const { return error_; }

 private:
  void append(const hw::Command& command) { program_.words.push_back(command.encode()); }

  const hw::Chip& chip_;
  hw::Program& program_;
  std::size_t start_ = 0;  // word index of the task
  std::optional<Error> error_;
};

}  // namespace mattock::emit
