// The part of mattock check that asks about ONNX models.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "hw/chip.hpp"

namespace mattock::cli {

/// By the file's name or, on standard input, by its first byte (an ONNX file begins with its version).
bool is_onnx(const std::string& path, std::span<const std::byte> bytes);

/// Adds what keeps the model from being converted to `text` (for people) and to the array `json`, and gives the exit
/// status. With a chip the nodes are asked for, too, that its forms do not cover with their shapes. A file that cannot
/// be read adds nothing and is reported.
int check_onnx(const std::string& path, std::span<const std::byte> bytes, const hw::Chip* chip, std::string& text,
               nlohmann::ordered_json& json);

}  // namespace mattock::cli
