// Any bytes through the container reader; what it accepts must keep every promise of a Model. Changes to a
// model file rarely keep its frame whole, so the bytes are also tried as the payload of a sound frame.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "container/invariants.hpp"
#include "container/reader.hpp"

namespace {

constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kJsonSizeBytes = 8;

void check(std::span<const std::byte> bytes) {
  const auto model = mattock::container::parse_model(bytes);
  if (!model) return;
  const std::string broken = mattock::test::broken_promise(*model);
  if (broken.empty()) return;
  std::fprintf(stderr, "broken promise: %s\n", broken.c_str());
  std::abort();
}

std::vector<std::byte> framed(std::span<const std::byte> payload) {
  std::vector<std::byte> bytes(kHeaderBytes + payload.size() + kJsonSizeBytes);
  const std::span<std::byte> all(bytes);
  mattock::store_le(all, 0, std::uint32_t{0x4e4e4b52});  // "RKNN"
  mattock::store_le(all, 8, std::uint64_t{6});
  mattock::store_le(all, 16, std::uint64_t{payload.size()});
  std::copy(payload.begin(), payload.end(), bytes.begin() + kHeaderBytes);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  check(bytes);
  if (size > kHeaderBytes) check(framed(bytes.subspan(kHeaderBytes)));
  return 0;
}
