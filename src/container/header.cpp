#include "container/header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/bytes.hpp"
#include "container/limits.hpp"

namespace mattock::container {
namespace {

constexpr std::string_view kEncryptedMagic = "CYPTRKNN";
constexpr std::size_t kSmallestFile = 32;  // the oldest container with nothing in it

bool has_text(std::span<const std::byte> bytes, std::size_t offset, std::string_view text) {
  if (bytes.size() < offset + text.size()) return false;
  return std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                    [](char c, std::byte b) { return static_cast<std::byte>(c) == b; });
}

tl::unexpected<Error> truncated(std::size_t size, std::string_view part, std::uint64_t needed) {
  return fail(Code::kBadFile, fmt::format("truncated: {} bytes, but the {} ends at byte {}", size, part, needed),
              "copy the file again");
}

// Also says what the file is instead, where that can be told.
Result<void> check_magic(std::span<const std::byte> bytes) {
  if (has_text(bytes, 0, kEncryptedMagic)) {
    return fail(Code::kUnsupported, "encrypted model (CYPTRKNN)", "get the file its maker had before encrypting");
  }
  if (has_text(bytes, 4, kMagic) && !has_text(bytes, 0, kMagic)) {
    return fail(Code::kUnsupported, "bare model without a container", "export it again as a .rknn file");
  }
  if (bytes.size() < kSmallestFile) {
    return fail(Code::kBadFile,
                fmt::format("not a .rknn file: only {} bytes, the smallest has {}", bytes.size(), kSmallestFile));
  }
  if (has_text(bytes, 0, kMagic)) return {};
  const auto number = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]); };
  return fail(Code::kBadFile, fmt::format("not a .rknn file: begins with {:02x} {:02x} {:02x} {:02x}, not with RKNN",
                                          number(0), number(1), number(2), number(3)));
}

Result<void> check_version(std::uint64_t version) {
  if (version == kContainerVersion) return {};
  if (version >= 1 && version <= 5) {
    return fail(Code::kUnsupported, fmt::format("container version {}; only version 6 is read", version),
                "convert the model again with the vendor's toolkit 1.6.0 or later");
  }
  if (version >= 0x1001 && version <= 0x1004) {
    return fail(Code::kUnsupported,
                fmt::format("container version {:#x}, made for RV1103 or RV1106; only version 6 is read", version),
                "convert the model again for rk3566 or rk3568");
  }
  return fail(Code::kUnsupported, fmt::format("unknown container version {:#x}; only version 6 is read", version));
}

}  // namespace

Result<Frame> split_container(std::span<const std::byte> bytes) {
  if (auto magic = check_magic(bytes); !magic) return propagate(magic);
  Frame frame;
  frame.version = load_le<std::uint64_t>(bytes, 8);
  if (auto version = check_version(frame.version); !version) return propagate(version);
  if (bytes.size() < kHeaderBytes + kJsonSizeBytes) {
    return truncated(bytes.size(), "header", kHeaderBytes + kJsonSizeBytes);
  }

  const std::uint64_t payload_size = load_le<std::uint64_t>(bytes, 16);
  const std::uint64_t room = bytes.size() - kHeaderBytes - kJsonSizeBytes;
  if (payload_size > kMaxPayloadBytes) {
    return fail(Code::kBadFile,
                fmt::format("payload of {} bytes; at most {} are read", payload_size, kMaxPayloadBytes));
  }
  if (payload_size > room) return truncated(bytes.size(), "payload", kHeaderBytes + payload_size + kJsonSizeBytes);
  frame.payload = bytes.subspan(kHeaderBytes, payload_size);

  const std::size_t json_start = kHeaderBytes + payload_size + kJsonSizeBytes;
  const std::uint64_t json_size = load_le<std::uint64_t>(bytes, json_start - kJsonSizeBytes);
  const std::uint64_t rest = bytes.size() - json_start;
  if (json_size > rest) {
    return fail(Code::kBadFile, fmt::format("truncated: JSON text of {} bytes, but only {} follow", json_size, rest),
                "copy the file again");
  }
  frame.json = bytes.subspan(json_start, json_size);
  if (json_size < rest) frame.warnings.push_back(fmt::format("{} bytes follow the JSON text", rest - json_size));
  if (load_le<std::uint32_t>(bytes, 4) != 0) frame.warnings.push_back("header bytes 4 to 7 are not zero");
  return frame;
}

}  // namespace mattock::container
