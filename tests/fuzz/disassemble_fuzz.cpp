// Any words disassemble, and every line assembles to the word it came from; any text is assembled or refused.
// The corpus begins with the last task of the recorded RK3566 product behind a task record, and a line of text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "hw/assemble.hpp"
#include "hw/disassemble.hpp"

namespace {

using namespace mattock;

constexpr std::size_t kMaxWords = 128;  // a formatted word is slow; more of them say nothing new

void check_word(std::uint64_t word) {
  hw::TextOptions options;
  options.show_raw = (word & 1U) != 0;
  options.show_evidence = (word & 2U) != 0;
  std::string line = hw::line_text(hw::decode_word(word), 7, options);
  const auto back = hw::assemble_line(line.substr(0, line.find('\n')));
  if (!back || *back != word) std::abort();
}

/// The first bytes make a task record and a relocation, the rest the words.
void check_listing(std::span<const std::byte> bytes) {
  if (bytes.size() < hw::TaskRecord::kBytes + 8) return;
  hw::Program program;
  program.tasks.push_back(hw::TaskRecord::load(bytes));
  program.tasks.back().regcfg_amount %= 64;
  program.relocations.push_back(
      {std::string(reinterpret_cast<const char*>(bytes.data()), 8), 0, load_le<std::uint32_t>(bytes, 40)});
  for (std::size_t at = 48; at + hw::kWordBytes <= bytes.size(); at += hw::kWordBytes) {
    program.words.push_back(load_le<std::uint64_t>(bytes, at));
  }
  (void)hw::listing(program, {0, 2});
  program.tasks.back().regcmd_addr %= 128;
  (void)hw::listing(program, {0, 1});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  for (std::size_t at = 0; at + hw::kWordBytes <= std::min(size, kMaxWords * hw::kWordBytes); at += hw::kWordBytes) {
    check_word(load_le<std::uint64_t>(bytes, at));
  }
  check_listing(bytes);
  (void)hw::assemble_line(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
