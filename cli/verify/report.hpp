// Verdicts as a table for people and as JSON for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "verify/verify.hpp"

namespace mattock::verify {

/// One line per node and a last line that sums up. Ends with a newline.
std::string text_table(const std::vector<NodeVerdict>& verdicts);

/// An array of objects: node, name, op, verdict, elements, differing, worst, note.
nlohmann::json to_json(const std::vector<NodeVerdict>& verdicts);

}  // namespace mattock::verify
