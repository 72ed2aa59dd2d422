// Runs models of the vendor's converter and compares with what its PC simulator gave, as the README beside
// the models says: elements equal, and the worst difference in steps of the output type.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "session/session.hpp"

namespace mattock::test {

/// A row of that README's table.
struct Expectation {
  std::string name, type;
  std::size_t elements = 0;
  std::size_t equal = 0;
  double worst = 0;
};

struct Comparison {
  std::size_t elements = 0;
  std::size_t equal = 0;
  double worst = 0;  ///< LSB for int8 and int16, else 16-bit float steps of the tensor's largest value
  std::uint64_t tasks = 0, cycles = 0, bytes = 0;  ///< as the emulator counts them
};

/// The table of a README.md; empty when there is none.
std::vector<Expectation> read_expectations(const std::filesystem::path& readme);

/// Runs `model` with `arrays`/in_INPUT.npy and compares with `arrays`/sim_OUTPUT.npy.
Result<Comparison> compare(Device& device, const std::filesystem::path& model, const std::filesystem::path& arrays);

/// Within one percent of the count of equal elements, and no worse than the table says when rounded to two
/// decimals as it is.
bool meets(const Comparison& found, const Expectation& expected);

}  // namespace mattock::test
