// Names and texts of files in messages and listings.
#pragma once

#include <string>
#include <string_view>

namespace mattock {

/// `text` from a file made safe for one line of a terminal: valid UTF-8 stays, control characters and bytes
/// that are not UTF-8 become \xNN; longer than `max_bytes` ends in "...".
std::string printable(std::string_view text, std::size_t max_bytes = 256);

}  // namespace mattock
