// The two ways `mattock inspect` shows a model.
#pragma once

#include <string>

#include "container/model.hpp"

namespace mattock::cli {

/// Tables for people. `name` is what the file is called.
std::string model_text(const container::Model& model, const std::string& name);

/// The same as JSON, complete but for the bytes of constants and the command words. Text that is not UTF-8 has
/// U+FFFD in its place.
std::string model_json(const container::Model& model, const std::string& name);

}  // namespace mattock::cli
