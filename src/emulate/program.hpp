// What a command runs in the end: the program file behind a name and behind scripts, and whether something can be
// preloaded into it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace mattock::emulate {

enum class Machine { kX86_64, kAarch64, kArmhf };

/// "x86_64", "aarch64", "armhf": as in the names of the preloaded libraries.
const char* machine_name(Machine machine);

struct Program {
  Machine machine = Machine::kX86_64;
  std::string interpreter;             ///< the dynamic loader it names
  std::string file;                    ///< what is executed
  std::vector<std::string> arguments;  ///< [0] is what it is called by; a script's interpreter stands before the script
};

/// Looks `command[0]` up in `path` (the value of PATH) unless it has a slash. Errors: kNotFound, kUnsupported (static
/// programs, other machines and C libraries), kBadInput (no program). Each is one line that names the file.
Result<Program> find_program(const std::vector<std::string>& command, const std::string& path);

}  // namespace mattock::emulate
