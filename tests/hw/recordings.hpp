// The command words of the recordings in tests/data, in file order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace mattock::test {

/// The recorded streams, sorted by name.
std::vector<std::filesystem::path> stream_files();

/// All words of a recorded stream: lines "  12 0201004000011020  CNA ...".
std::vector<std::uint64_t> stream_words(const std::filesystem::path& file);

/// The words of the eight tasks that multiplied two 9x9 matrices on an RK3566.
std::vector<std::uint64_t> seed_words();

}  // namespace mattock::test
