// Rules that one command word obeys or breaks alone, before it counts.
#pragma once

#include "check/space.hpp"
#include "hw/command.hpp"
#include "hw/registers.hpp"

namespace mattock::check {

/// A register write in front of the tail. Errors: kBadInput; the message begins with the word.
Result<void> check_word(const hw::Command& write, std::size_t word, const Space& space);

}  // namespace mattock::check
