// The ONNX attributes of a node: a BSON document {name: {dtype, value}}, of which host operators need the
// integers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace mattock::session::host {

/// The value of an integer attribute, or of a list of them. Nothing when `bson` does not hold it, holds
/// something else under that name, or is not BSON at all (many nodes have other bytes or none).
std::optional<std::vector<std::int64_t>> integer_attribute(std::span<const std::byte> bson, std::string_view name);

}  // namespace mattock::session::host
