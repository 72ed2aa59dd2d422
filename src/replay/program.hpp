// A recorded submit as a program that can be loaded at other addresses.
#pragma once

#include "base/error.hpp"
#include "hw/program.hpp"
#include "replay/recording.hpp"

namespace mattock::replay {

/// The tasks' words, where they lie from the first task's on, and for every word that is an address a relocation to the
/// buffer it points into, whose name is buffer_name(). Errors: kBadFile for an address in no buffer, tasks that lie
/// outside the first one's buffer, or words of two tasks in one place.
Result<hw::Program> program_of(const Submit& submit);

/// "mem 3", as recordings call it.
std::string buffer_name(const Buffer& buffer);

/// The buffer that `address` lies in; nothing (nullptr) if none does.
const Buffer* buffer_at(const Submit& submit, std::uint64_t address);

}  // namespace mattock::replay
