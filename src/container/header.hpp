// The frame around a model: magic, version, payload, JSON text. Only container 6 passes; the others are
// recognised and refused by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace mattock::container {

inline constexpr std::size_t kHeaderBytes = 64;
inline constexpr std::uint64_t kContainerVersion = 6;

struct Frame {
  std::uint64_t version = 0;
  std::span<const std::byte> payload;  ///< the FlatBuffer; points into the file's bytes
  std::span<const std::byte> json;     ///< for graph viewers; nothing in it is needed to run the model
  std::vector<std::string> warnings;
};

/// Errors: kBadFile (not such a file, truncated), kUnsupported (another container version, encrypted).
Result<Frame> split_container(std::span<const std::byte> bytes);

}  // namespace mattock::container
