// Memory for an emitted program: tensors by the names of its relocations. The checker sees it before the emulator runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "emulator/emulator.hpp"
#include "hw/program.hpp"

namespace mattock::test {

using Bytes = std::vector<std::byte>;

/// Tensors begin filled with NaN, so that what nobody wrote is conspicuous.
Bytes memory_of(std::size_t bytes);
void put_half(Bytes& bytes, std::size_t offset, double value);
void put_float(Bytes& bytes, std::size_t offset, double value);
double half_at(const Bytes& bytes, std::size_t offset);
/// The one rounding of a task.
double rounded(double value);

/// What the program first writes to a register.
std::uint32_t value_of(const hw::Program& program, std::uint16_t offset);
struct Word {
  std::uint16_t offset;
  std::uint32_t value;
};
void expect_words(const hw::Program& program, std::initializer_list<Word> words);

struct Machine {
  std::map<std::string, Bytes> tensors;
  /// Failures of the checker and the emulator are failures of the test. Gives what the tasks moved, together.
  emulator::TaskReport run(const hw::Program& program);

 private:
  void run(const hw::Program& program, emulator::TaskReport& moved);
};

/// Small numbers of few bits, so that sums of their products are exact.
class Numbers {
 public:
  explicit Numbers(std::uint32_t seed) : state_(seed) {}
  std::uint32_t below(std::uint32_t end);
  /// -4 to 4 in steps of 1/8.
  double next() { return (static_cast<double>(below(65)) - 32) / 8; }
  bool toss() { return below(2) != 0; }

 private:
  std::uint32_t state_;
};

}  // namespace mattock::test
