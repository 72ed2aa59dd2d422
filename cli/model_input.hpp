// Reading a model for a command: from a file or standard input, with its warnings shown.
#pragma once

#include <string>

#include "base/error.hpp"
#include "container/model.hpp"

namespace mattock::cli {

/// The model in the file `path` ("-": stdin). Warnings go to stderr; the error names the file.
Result<container::Model> read_model_input(const std::string& path);

}  // namespace mattock::cli
