// Whole files in and out. "-" is not special here; the command line maps it to its streams.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "base/error.hpp"

namespace mattock {

/// Largest file anything in the project reads into memory.
inline constexpr std::size_t kMaxFileBytes = std::size_t{4} << 30;

/// Errors: kNotFound (absent or not readable), kBadFile (a directory, larger than kMaxFileBytes).
Result<std::vector<std::byte>> read_file(const std::filesystem::path& path);

/// Writes beside the target and renames, so a failure never leaves half a file. Errors: kBadInput.
Result<void> write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);

}  // namespace mattock
