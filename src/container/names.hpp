// Words for the numbers of a model file, for listings and messages.
#pragma once

#include <string_view>

#include "base/printable.hpp"
#include "container/model.hpp"

namespace mattock::container {

/// "plain", "NHWC", "NC1HWC2", "weight".
std::string_view layout_name(Layout layout);

/// "input", "constant", "host constant"; "unknown" for a number nobody has seen.
std::string_view kind_name(TensorKind kind);

/// "NPU" or "host".
std::string_view engine_name(Engine engine);

using mattock::printable;  // names come from the file

}  // namespace mattock::container
