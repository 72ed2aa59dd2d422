// Reads a container-6 model file. All checks of the format are made here, so what comes back can be trusted:
// indices are in range, task words inside the command block, sizes not negative.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "base/error.hpp"
#include "container/model.hpp"

namespace mattock::container {

/// Errors: kBadFile (damaged, truncated), kUnsupported (containers 1, 2, 4, 0x1004, encrypted, another
/// chip's file: named). Never crashes, whatever the bytes.
Result<Model> parse_model(std::span<const std::byte> bytes);

/// The same for a file; the path stands in the error's `where`.
Result<Model> read_model(const std::filesystem::path& path);

}  // namespace mattock::container
