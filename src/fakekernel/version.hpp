// What differs between versions of the driver: the generation of its calls, and the date it says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fakekernel/kernel.hpp"

namespace mattock::fakekernel {

/// kernel.md 2.3. MEM_CREATE has 32 bytes in A, 40 in B, 48 in C.
enum class Generation { kA, kB, kC };

/// Nothing for versions whose calls are not known to the byte: before 0.7, and 0.9.0 to 0.9.5.
std::optional<Generation> generation_of(const Version& version);

/// From 0.9.8 on jobs hold the domain they run in, and who wants another one waits for them, up to six seconds.
bool counts_domains(const Version& version);

/// 0.9.8 is 908.
std::uint32_t version_code(const Version& version);

/// As VERSION says it: that of the newest known version up to this one.
std::string date_of(const Version& version);

}  // namespace mattock::fakekernel
