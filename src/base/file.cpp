#include "base/file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace mattock {

namespace fs = std::filesystem;

Result<std::vector<std::byte>> read_file(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error))
    return fail(Code::kBadFile, fmt::format("{} is a directory, not a file", path.string()));
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  if (!stream) return fail(Code::kNotFound, fmt::format("cannot open {}: {}", path.string(), std::strerror(errno)));
  const std::streamoff size = stream.tellg();
  if (size < 0) return fail(Code::kBadFile, fmt::format("{} cannot be read as a file", path.string()));
  if (static_cast<std::uint64_t>(size) > kMaxFileBytes) {
    return fail(Code::kBadFile,
                fmt::format("{} has {} bytes; at most {} are read", path.string(), size, kMaxFileBytes));
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  stream.seekg(0);
  stream.read(reinterpret_cast<char*>(bytes.data()), size);
  if (!stream) return fail(Code::kBadFile, fmt::format("reading {} stopped early", path.string()));
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
    return fail(Code::kBadInput, fmt::format("cannot write {}: {}", path.string(), reason));
  }
  return {};
}

}  // namespace mattock
