// The frame of a model file around any bytes. Changes to a whole file rarely keep its frame whole.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace mattock::test {

inline constexpr std::size_t kHeaderBytes = 64;

inline std::vector<std::byte> framed(std::span<const std::byte> payload) {
  constexpr std::size_t kJsonSizeBytes = 8;
  std::vector<std::byte> bytes(kHeaderBytes + payload.size() + kJsonSizeBytes);
  const std::span<std::byte> all(bytes);
  store_le(all, 0, std::uint32_t{0x4e4e4b52});  // "RKNN"
  store_le(all, 8, std::uint64_t{6});
  store_le(all, 16, std::uint64_t{payload.size()});
  std::copy(payload.begin(), payload.end(), bytes.begin() + kHeaderBytes);
  return bytes;
}

}  // namespace mattock::test
