#include "base/file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace mattock {

namespace fs = std::filesystem;

namespace {

tl::unexpected<Error> fail_at(const fs::path& path, Code code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), path.string(), {}});
}

}  // namespace

Result<std::vector<std::byte>> read_file(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return fail_at(path, Code::kBadFile, "is a directory, not a file");
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  if (!stream) return fail_at(path, Code::kNotFound, fmt::format("cannot be opened: {}", std::strerror(errno)));
  const std::streamoff size = stream.tellg();  // wider than a streamsize where pointers have 32 bits
  if (size < 0) return fail_at(path, Code::kBadFile, "cannot be read as a file");
  if (static_cast<std::uint64_t>(size) > kMaxFileBytes)
    return fail_at(path, Code::kBadFile, fmt::format("has {} bytes; at most {} are read", size, kMaxFileBytes));
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  stream.seekg(0);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!stream) return fail_at(path, Code::kBadFile, "reading it stopped early");
  return bytes;
}

Result<void> write_file(const fs::path& path, std::span<const std::byte> bytes) {
  fs::path partial = path;
  partial += ".partial";
  std::ofstream stream(partial, std::ios::binary | std::ios::trunc);
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  std::error_code error;
  if (stream) fs::rename(partial, path, error);
  if (!stream || error) {
    const std::string reason = error ? error.message() : std::strerror(errno);
    fs::remove(partial, error);
    return fail_at(path, Code::kBadInput, fmt::format("cannot be written: {}", reason));
  }
  return {};
}

}  // namespace mattock
