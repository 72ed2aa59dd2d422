// Which chip a file is for. The generation decides (the vendor's runtime looks at nothing else); the target
// name must not belong to another generation.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mattock::container {

/// An empty string, or a warning. Errors: kUnsupported, naming the chip the file is for.
Result<std::string> check_target(std::string_view target, std::string_view generation);

}  // namespace mattock::container
