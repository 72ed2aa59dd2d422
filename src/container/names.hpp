// Words for the numbers of a model file, for listings and messages.
#pragma once

#include <string>
#include <string_view>

#include "container/model.hpp"

namespace mattock::container {

/// "plain", "NHWC", "NC1HWC2", "weight".
std::string_view layout_name(Layout layout);

/// "input", "constant", "host constant"; "unknown" for a number nobody has seen.
std::string_view kind_name(TensorKind kind);

/// "NPU" or "host".
std::string_view engine_name(Engine engine);

/// `text` from a file made safe for one line of a terminal: valid UTF-8 stays, control characters and bytes
/// that are not UTF-8 become \xNN; longer than `max_bytes` ends in "...".
std::string printable(std::string_view text, std::size_t max_bytes = 256);

}  // namespace mattock::container
