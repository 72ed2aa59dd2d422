// A model as JSON, for programs: what `mattock inspect --json`, the C interface and Python hand out.
#pragma once

#include <string>

#include "container/model.hpp"

namespace mattock::container {

/// Complete but for the bytes of constants, the command words, texts for other programs, and fields of unknown meaning.
/// `name` is what the file is called. Text that is not UTF-8 has U+FFFD in its place. Ends with a newline.
std::string to_json(const Model& model, const std::string& name);

}  // namespace mattock::container
