// The frame around a model: magic, version, payload, JSON text. Only container 6 passes; the others are
// recognised and refused by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mattock::container {

inline constexpr std::size_t kHeaderBytes = 64;
inline constexpr std::size_t kJsonSizeBytes = 8;  ///< in front of the JSON text
inline constexpr std::uint64_t kContainerVersion = 6;
inline constexpr std::int32_t kFormatVersion = 6;  ///< the model's own number, inside the payload
inline constexpr std::string_view kMagic = "RKNN";

struct Frame {
  std::uint64_t version = 0;
  std::span<const std::byte> payload;  ///< the FlatBuffer; points into the file's bytes
  std::span<const std::byte> json;     ///< for graph viewers; nothing in it is needed to run the model
  std::vector<std::string> warnings;
};

/// Errors: kBadFile (not such a file, truncated), kUnsupported (another container version, encrypted).
Result<Frame> split_container(std::span<const std::byte> bytes);

}  // namespace mattock::container
