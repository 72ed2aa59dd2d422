#include "hw/recordings.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

namespace mattock::test {

namespace {

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::vector<std::uint64_t> matches(const std::string& text, const std::regex& pattern) {
  std::vector<std::uint64_t> out;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    out.push_back(std::stoull((*at)[1].str(), nullptr, 16));
  }
  return out;
}

}  // namespace

std::vector<std::filesystem::path> stream_files() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(MATTOCK_TEST_DATA) / "streams")) {
    if (entry.path().extension() == ".txt") out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

std::vector<std::uint64_t> stream_words(const std::filesystem::path& file) {
  return matches(read_text(file), std::regex("\n +[0-9]+ ([0-9a-f]{16}) "));
}

std::vector<std::uint64_t> seed_words() {
  const auto folder = std::filesystem::path(MATTOCK_TEST_DATA) / "seed";
  return matches(read_text(folder / "rk3566_fp16_matmul_9x9x9.json"), std::regex("\"([0-9a-f]{16})\""));
}

}  // namespace mattock::test
