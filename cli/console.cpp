#include "cli/console.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <span>

#include "base/file.hpp"
#include "container/names.hpp"

namespace mattock::cli {
namespace {

constexpr std::size_t kWholeLine = std::numeric_limits<std::size_t>::max();

// Paths may hold anything; a message stays one line.
void print_line(std::string_view text) {
  const std::string line = "mattock: " + container::printable(text, kWholeLine) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

Result<std::vector<std::byte>> read_stdin() {
  std::vector<std::byte> bytes;
  constexpr std::size_t kChunk = 65'536;
  while (true) {
    const std::size_t before = bytes.size();
    if (before > kMaxFileBytes) return fail(Code::kBadFile, fmt::format("more than {} bytes", kMaxFileBytes));
    bytes.resize(before + kChunk);
    const std::size_t got = std::fread(bytes.data() + before, 1, kChunk, stdin);
    bytes.resize(before + got);
    if (got < kChunk) break;
  }
  if (std::ferror(stdin) != 0) return fail(Code::kNotFound, "cannot be read");
  return bytes;
}

}  // namespace

int report(const Error& error) {
  print_line(to_string(error));
  return exit_status(error.code);
}

Error at(Error error, std::string where) {
  if (error.where.empty()) error.where = std::move(where);
  return error;
}

void note(std::string_view kind, std::string_view message) { print_line(fmt::format("{}: {}", kind, message)); }

int print(std::string_view data) {
  errno = 0;
  const bool written = std::fwrite(data.data(), 1, data.size(), stdout) == data.size() && std::fflush(stdout) == 0;
  if (written || errno == EPIPE) return kDone;
  return report({Code::kBadInput, fmt::format("cannot write: {}", std::strerror(errno)), "standard output", ""});
}

Result<std::vector<std::byte>> read_input(const std::string& path) {
  if (path != "-") return read_file(path);
  auto bytes = read_stdin();
  if (!bytes) return propagate(bytes, input_name(path));
  return bytes;
}

std::string input_name(const std::string& path) { return path == "-" ? "standard input" : path; }

}  // namespace mattock::cli
