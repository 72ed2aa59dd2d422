// The part of mattock check that asks about ONNX models.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

namespace mattock::cli {

/// By the file's name or, on standard input, by its first byte (an ONNX file begins with its version).
bool is_onnx(const std::string& path, std::span<const std::byte> bytes);

/// Adds what keeps the model from being converted to `text` (for people) and to the array `json`, and gives the exit
/// status. A file that cannot be read adds nothing and is reported.
int check_onnx(const std::string& path, std::span<const std::byte> bytes, std::string& text,
               nlohmann::ordered_json& json);

}  // namespace mattock::cli
