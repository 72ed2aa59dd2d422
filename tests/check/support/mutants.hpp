// Changed programs: the checker's verdict on each must be the strict emulator's. What the checker accepts, the emulator
// runs to its end; so what the emulator stops at, the checker has refused.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "check/support/jobs.hpp"

namespace mattock::test {

struct Tally {
  std::uint64_t made = 0;
  std::uint64_t refused = 0;
  std::uint64_t accepted = 0;
  std::uint64_t executed = 0;
  std::uint64_t too_long = 0;                     ///< accepted, but the multipliers would take seconds
  std::map<std::string, std::uint64_t> reasons;   ///< of refusals, by rule
  std::vector<std::string> disagreements;         ///< accepted, and the emulator stopped
  std::uint64_t spared = 0, spared_executed = 0;  ///< refused ones that were run all the same, and how many ended well
  std::map<std::string, std::uint64_t> stricter;  ///< their rules: what the checker refuses and the emulator runs
};

class Mutants {
 public:
  /// The programs of tests/data and the examples.
  explicit Mutants(const std::string& data);

  /// Makes, checks and runs mutant number `number` of `seed`: the same one every time. `spare`: also run it on the
  /// emulator if it is refused, for Tally::stricter.
  void run(std::uint64_t seed, std::uint64_t number, Tally& tally, bool spare = false);

 private:
  struct Patient {
    Program program;
    std::vector<std::byte> clean;  ///< the buffer with the words, as it was
    std::size_t commands = 0;      ///< its index
    emulator::Emulator emulator;
  };
  using Random = std::mt19937_64;

  void add(Program program);
  std::string mutate(Patient& patient, std::vector<hw::TaskRecord>& tasks, Random& random);
  std::string change_word(Patient& patient, std::vector<hw::TaskRecord>& tasks, Random& random);
  std::string change_record(std::vector<hw::TaskRecord>& tasks, Random& random);
  std::uint64_t new_word(const Patient& patient, std::uint64_t word, Random& random) const;
  std::uint32_t new_address(const Patient& patient, std::uint32_t value, Random& random) const;

  std::vector<Patient> patients_;
};

}  // namespace mattock::test
