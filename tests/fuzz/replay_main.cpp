// Runs a fuzz target without libFuzzer: every file named on the command line (folders: every file in them),
// then mutations of each with a fixed seed. A crash is the failure; the seed and round say how to get back.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;
using Input = std::vector<std::uint8_t>;

constexpr unsigned kSeed = 20260101;
constexpr int kMutationsPerFile = 300;

Input read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return Input(std::istreambuf_iterator<char>(stream), {});
}

std::vector<Input> collect(int count, char** names) {
  std::vector<Input> inputs{Input{}};
  for (int i = 1; i < count; ++i) {
    const fs::path path = names[i];
    if (!fs::is_directory(path)) {
      inputs.push_back(read(path));
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path)) {
      if (entry.is_regular_file()) inputs.push_back(read(entry.path()));
    }
  }
  return inputs;
}

/// Overwrites up to eight bytes, and now and then cuts the end off.
Input mutated(Input input, std::mt19937& random) {
  if (input.empty()) return {static_cast<std::uint8_t>(random())};
  const auto changes = 1 + random() % 8;
  for (unsigned i = 0; i < changes; ++i) input[random() % input.size()] = static_cast<std::uint8_t>(random());
  if (random() % 4 == 0) input.resize(random() % input.size());
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  std::mt19937 random(kSeed);
  const std::vector<Input> inputs = collect(argc, argv);
  for (const Input& input : inputs) {
    LLVMFuzzerTestOneInput(input.data(), input.size());
    for (int round = 0; round < kMutationsPerFile; ++round) {
      const Input changed = mutated(input, random);
      LLVMFuzzerTestOneInput(changed.data(), changed.size());
    }
  }
  std::printf("%zu inputs, %d mutations each, seed %u\n", inputs.size(), kMutationsPerFile, kSeed);
}
