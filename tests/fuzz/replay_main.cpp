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

#include "fuzz/mutator.hpp"

#pragma weak LLVMFuzzerCustomMutator
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;
using Input = std::vector<std::uint8_t>;

constexpr unsigned kSeed = 20260101;
constexpr int kMutationsPerFile = 300;
constexpr std::size_t kRoom = std::size_t{1} << 16;

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

std::mt19937& random_numbers() {
  static std::mt19937 random(kSeed);
  return random;
}

/// By the target's own changes, if it has any, in a buffer with some room to grow.
Input mutated(Input input) {
  if (input.empty()) return {static_cast<std::uint8_t>(random_numbers()())};
  const std::size_t size = input.size();
  input.resize(size + kRoom);
  const auto seed = static_cast<unsigned>(random_numbers()());
  input.resize(LLVMFuzzerCustomMutator != nullptr ? LLVMFuzzerCustomMutator(input.data(), size, input.size(), seed)
                                                  : LLVMFuzzerMutate(input.data(), size, input.size()));
  return input;
}

}  // namespace

/// Overwrites up to eight bytes, and now and then cuts the end off.
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t) {
  std::mt19937& random = random_numbers();
  const auto changes = 1 + random() % 8;
  for (unsigned i = 0; i < changes; ++i) data[random() % size] = static_cast<std::uint8_t>(random());
  return random() % 4 == 0 ? random() % size : size;
}

int main(int argc, char** argv) {
  const std::vector<Input> inputs = collect(argc, argv);
  for (const Input& input : inputs) {
    LLVMFuzzerTestOneInput(input.data(), input.size());
    for (int round = 0; round < kMutationsPerFile; ++round) {
      const Input changed = mutated(input);
      LLVMFuzzerTestOneInput(changed.data(), changed.size());
    }
  }
  std::printf("%zu inputs, %d mutations each, seed %u\n", inputs.size(), kMutationsPerFile, kSeed);
}
