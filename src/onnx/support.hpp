// What is read of ONNX, for people.
#pragma once

#include <string>

namespace mattock::onnx {

/// The table of operators, and what works instead of others, as Markdown: the page docs/support.md.
std::string support_text();

}  // namespace mattock::onnx
