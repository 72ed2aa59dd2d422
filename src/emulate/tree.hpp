// The files by which a program finds out about a board and its NPU (fakekernel/board.hpp), in a folder.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "fakekernel/kernel.hpp"

namespace mattock::emulate {

/// Writes them below `folder`, under the paths programs know. Errors: kInternal.
Result<void> write_tree(const std::filesystem::path& folder, const fakekernel::Options& kernel);

}  // namespace mattock::emulate
