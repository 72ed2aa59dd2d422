// Lines of the disassembler back into command words: for round-trip tests, and for trying a stream with
// another value.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hpp"

namespace mattock::hw {

/// The word of one line, with or without index and raw word; text from `;` on is ignored. Fields that the line
/// does not name are zero bits. A raw word must agree with the fields.
/// Errors: kBadInput, naming what is not understood or does not fit.
Result<std::uint64_t> assemble_line(std::string_view line);

}  // namespace mattock::hw
